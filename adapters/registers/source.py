"""Makes a source of the core out of a register's file."""

import dataclasses
from pathlib import Path

from adapters.declaration import Declaration, load
from adapters.kinds.files import make
from adapters.source import DeclaredAdapter

REGISTER_2015 = Path(__file__).with_name("register_2015.toml")


def open_register(path: Path, declaration: Path = REGISTER_2015) -> DeclaredAdapter:
    """Read the register that lies at `path` as `declaration` says.

    Raises DeclarationError; reading raises SourceContractBroken with line and column
    for a file of another encoding, without a column that is needed, or empty.
    """
    declared = _at(load(declaration), path)
    return DeclaredAdapter(declared, make(declared, {}))


def _at(declared: Declaration, path: Path) -> Declaration:
    """Point a declaration at one file."""
    sections = {
        record_type: dataclasses.replace(
            section, options={**section.options, "pattern": path.name}
        )
        for record_type, section in declared.sections.items()
    }
    where = {"directory": str(path.resolve().parent), "settle": 0}
    connection = {**declared.connection, **where}
    return dataclasses.replace(declared, connection=connection, sections=sections)
