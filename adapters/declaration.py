"""A department's declaration: how it is reached and how its columns map."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from adapters.code_lists import CodeLists, load_code_lists
from adapters.contract import Capabilities
from adapters.errors import DeclarationError
from adapters.faults import Faults, Places
from adapters.field_rule import FieldRule
from adapters.section import KeyColumns, Section
from adapters.section_reader import read_section
from adapters.source_table import (
    read_capabilities,
    read_connection,
    read_source,
    variables_outside,
)
from adapters.toml_lines import line_numbers
from schema.declaration import RecordDeclaration
from schema.record_type import RecordType
from schema.records import RECORDS

__all__ = ["Declaration", "FieldRule", "KeyColumns", "Section", "load"]

Records = Mapping[RecordType, RecordDeclaration]
_LINE = re.compile(r"at line (\d+)")
_TABLES = frozenset({"source", "connection", "capabilities"})


@dataclass(frozen=True, slots=True)
class Declaration:
    """All that one department's file says."""

    path: Path
    department: str
    name: str
    provides: tuple[RecordType, ...]
    freshness: timedelta
    """Up to this age its data count as current."""
    deadline: float
    """Seconds."""
    connection: Mapping[str, object]
    """As written; `${NAME}` is filled in by the registry. Without `kind`."""
    kind: str
    capabilities: Capabilities
    sections: Mapping[RecordType, Section]
    contact: str | None = None
    presence_max_age: timedelta | None = None
    """Up to this age presence rules it out; None: as the operator sets."""
    places: Places = field(default_factory=lambda: Places(""), repr=False)
    """For the kinds, to word faults with file and line."""


def load(
    path: Path,
    code_lists: CodeLists | None = None,
    records: Records = RECORDS,
) -> Declaration:
    """Read a declaration of some record types of `records`.

    Raises DeclarationError with all its faults at once.
    """
    lists = load_code_lists() if code_lists is None else code_lists
    text, document = _read(path)
    faults = Faults(Places(path.name, line_numbers(text)))
    source = read_source(document, faults, records)
    kind, connection = read_connection(document, faults)
    capabilities = read_capabilities(document, faults)
    _refuse_unknown_tables(document, records, faults)
    for table, key in variables_outside(document):
        words = "${环境变量} 只能写在 [connection] 里（only in [connection]）"
        faults.add(table, key, words)
    sections = {
        record_type: read_section(
            records[record_type],
            document.get(record_type.value),
            capabilities.key,
            lists,
            faults,
        )
        for record_type in source.provides
    }
    faults.raise_any()
    return Declaration(
        path=path,
        department=source.department,
        name=source.name,
        provides=source.provides,
        freshness=source.freshness,
        deadline=source.deadline.total_seconds(),
        connection=connection,
        kind=kind,
        capabilities=capabilities,
        sections=sections,
        contact=source.contact,
        presence_max_age=source.presence_max_age,
        places=faults.places,
    )


def _read(path: Path) -> tuple[str, dict[str, object]]:
    try:
        text = path.read_text(encoding="utf-8")
        return text, tomllib.loads(text)
    except UnicodeDecodeError:
        fault = f"{path.name}: 不是 UTF-8 编码，请另存为 UTF-8（not UTF-8）"
    except OSError as error:
        fault = f"{path.name}: 读不了：{error.strerror}（cannot be read）"
    except tomllib.TOMLDecodeError as error:
        line = _LINE.search(str(error))
        place = f"{path.name}:{line[1]}" if line else path.name
        fault = f"{place}: 不是合规的 TOML：{error}（not TOML）"
    raise DeclarationError([fault])


def _refuse_unknown_tables(
    document: Mapping[str, object], records: Records, faults: Faults
) -> None:
    record_types = {record_type.value for record_type in records}
    for table in document:
        if table not in _TABLES | record_types:
            faults.unknown(table, "", table, "没有这个表", _TABLES | record_types)
