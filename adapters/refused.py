"""A department whose declaration can't be used: it is asked, and never answers.

Were it left out instead, lists would be called complete without it.
"""

import tomllib
from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from adapters.contract import Ask, Capabilities, Fetched, Page, Row, SetAside
from adapters.errors import SourceError
from schema.record_type import RecordType

_WORDS = "该部门的适配声明有误，未能加载 (its declaration was refused)"


class RefusedAdapter:
    """Implements `Adapter` by failing."""

    kind = "refused"
    capabilities = Capabilities()
    deadline = 1.0

    def __init__(self, department: str, record_types: frozenset[RecordType]) -> None:
        """Stand for a department that may hold records of these types."""
        self.department = department
        self.record_types = record_types

    async def fetch(self, ask: Ask) -> Fetched:
        """Raise SourceError."""
        del ask
        raise SourceError(_WORDS)

    def keys(self, record_type: RecordType) -> AsyncIterator[frozenset[str]]:
        """Raise SourceError."""
        del record_type
        return _failing()

    def changes(
        self, record_type: RecordType, since: str | None
    ) -> AsyncIterator[Page]:
        """Raise SourceError."""
        del record_type, since
        return _failing()

    def since(self, record_type: RecordType, cursor: str | None) -> AsyncIterator[Page]:
        """Raise SourceError."""
        del record_type, cursor
        return _failing()

    def read(self, record_type: RecordType, row: Row, as_of: datetime) -> SetAside:
        """Read nothing: nobody knows how."""
        del as_of
        return SetAside(record_type, "row", (_WORDS,), raw=row)

    def edition(self, record_type: RecordType) -> str:
        """Name no declaration."""
        del record_type
        return self.kind

    async def check(self) -> None:
        """Raise SourceError."""
        raise SourceError(_WORDS)

    async def close(self) -> None:
        """Nothing is open."""


async def _failing() -> AsyncIterator[Any]:
    nobody: tuple[Any, ...] = ()
    for page in nobody:
        yield page
    raise SourceError(_WORDS)


def refused(path: Path, records: Iterable[RecordType] = RecordType) -> RefusedAdapter:
    """Stand for the department of a broken declaration, as far as it can be read.

    `records` are all record types that there are. What can't be read is taken from
    the file's name, and as «any record type».
    """
    source = _source(path)
    department = source.get("department")
    provides = source.get("provides")
    known = {kind.value: kind for kind in records}
    named = provides if isinstance(provides, list) else []
    kinds = frozenset(known[name] for name in named if name in known)
    everything = frozenset(RecordType) - {RecordType.REGISTRATION}
    return RefusedAdapter(
        department if isinstance(department, str) else path.stem,
        kinds if kinds and len(kinds) == len(named) else everything,
    )


def _source(path: Path) -> Mapping[str, object]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8")).get("source")
    except (OSError, ValueError):
        return {}
    return table if isinstance(table, dict) else {}
