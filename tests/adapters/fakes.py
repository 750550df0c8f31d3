"""Hand-written departments in memory."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from adapters.contract import Origin, Row, Rows, Unreadable
from adapters.errors import SourceError
from adapters.readers.dates import SHANGHAI
from schema.record_type import RecordType

AS_OF = datetime(2016, 10, 20, 8, 0, tzinfo=SHANGHAI)


@dataclass
class LiveFake:
    """Answers by the key column, like a department with an index on it."""

    rows: Sequence[Row]
    key: str = "CODE"
    neighbours: Sequence[Row] = ()
    """Rows that every answer carries, whoever was asked for."""
    broken_keys: Mapping[str, SourceError] = field(default_factory=dict)
    """A batch with one of these fails."""
    unreadable: tuple[Unreadable, ...] = ()
    origin: Origin = Origin.LIVE
    calls: list[tuple[str, ...]] = field(default_factory=list)

    async def ask(self, record_type: RecordType, keys: Sequence[str]) -> Rows:
        self.calls.append(tuple(keys))
        for key in keys:
            if key in self.broken_keys:
                raise self.broken_keys[key]
        found = [row for row in self.rows if str(row[self.key]).strip() in keys]
        return Rows([*found, *self.neighbours], AS_OF, self.unreadable)

    async def scan(
        self, record_type: RecordType, since: str | None
    ) -> AsyncIterator[Rows]:
        half = (len(self.rows) + 1) // 2
        yield Rows(self.rows[:half], AS_OF, cursor="half")
        yield Rows(self.rows[half:], AS_OF, self.unreadable, total=len(self.rows))

    async def check(self) -> None:
        """Always well."""

    async def close(self) -> None:
        """Nothing to free."""


@dataclass
class HeldFake(LiveFake):
    """Rows that lie with us, with a version."""

    origin: Origin = Origin.MATERIALIZED
    state: str = "1"
    readings: int = 0
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def version(self, record_type: RecordType) -> str:
        return self.state

    async def scan(
        self, record_type: RecordType, since: str | None
    ) -> AsyncIterator[Rows]:
        self.readings += 1
        self.begun.set()
        async for rows in super().scan(record_type, since):
            yield rows
