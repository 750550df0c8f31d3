"""Further departments whose registration data the core takes in."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from adapters.contract import Adapter
from adapters.registry import load_all
from gateway.errors import OperationRefused
from gateway.settings import REGISTER, Settings
from schema.record_type import RecordType


def further_registers(
    settings: Settings, environment: Mapping[str, str]
) -> Iterator[Adapter]:
    """Yield the adapters of all but the commerce administration, in order of code.

    Raises OperationRefused for one that can't be used.
    """
    for path in sorted(settings.departments.glob("*.toml")):
        if path.stem != REGISTER and _registers(path):
            opened = load_all(settings.departments, environment, pattern=path.stem)
            faults = "; ".join(str(fault) for fault in opened.problems.values())
            if faults:
                raise OperationRefused(f"{path.stem} 没有可用的适配器: {faults}")
            yield from opened.adapters.values()


def _registers(path: Path) -> bool:
    """Look at a declaration no further than is needed; a broken one says nothing."""
    try:
        source = tomllib.loads(path.read_text(encoding="utf-8")).get("source")
    except (OSError, ValueError):
        return False
    provides = source.get("provides") if isinstance(source, Mapping) else None
    return isinstance(provides, list) and RecordType.REGISTRATION.value in provides
