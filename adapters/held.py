"""Answers from rows that a department left with us (files, pushed messages)."""

import asyncio
import dataclasses
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from adapters.answers import Answer
from adapters.contract import (
    Ask,
    EnterpriseKey,
    Fetched,
    HeldTransport,
    SourceRecord,
    Stale,
    Subject,
)
from adapters.entries import Entry, map_rows
from adapters.errors import SourceContractBroken
from adapters.mapping import Mapper
from adapters.settlement import NOTHING_SETTLED, Settlement
from schema.codes import uscc
from schema.record_type import RecordType

_MOST_ROWS = 500_000
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class _Index:
    """All entries of one version, findable by all that rows call enterprises."""

    version: str
    as_of: datetime
    by_sameness: dict[tuple[object, ...], Entry]
    read_at: datetime
    cursor: str | None = None
    """From where a source that tells changes is read on."""
    stale: str | None = None
    """Why these are not the newest rows."""
    entries: list[Entry] = field(default_factory=list)
    places: dict[str, list[int]] = field(default_factory=dict)
    """Code, number, normalised name, organisation code to places in `entries`."""

    def about(self, enterprises: Iterable[EnterpriseKey]) -> Sequence[Entry]:
        """Give the entries that may be about any of these, in the order held."""
        found: set[int] = set()
        for enterprise in enterprises:
            number = enterprise.registration_number or ""
            organisation = enterprise.uscc[8:17]
            calls = (enterprise.uscc, number, organisation, *enterprise.names)
            for call in (*calls, *enterprise.calls):
                found.update(self.places.get(call, ()))
        return [self.entries[place] for place in sorted(found)]


class HeldSource:
    """A department whose rows lie with us; matches by code, number and name."""

    def __init__(
        self,
        transport: HeldTransport,
        *,
        delta: bool = False,
        most_rows: int = _MOST_ROWS,
    ) -> None:
        """Read through `transport` whenever its version changes.

        With `delta` only what changed since the last reading.
        """
        self._transport = transport
        self._delta = delta
        self._most_rows = most_rows
        self._indexes: dict[RecordType, _Index] = {}
        self._readings: dict[RecordType, asyncio.Task[_Index]] = {}
        self._refused: dict[RecordType, tuple[str, SourceContractBroken]] = {}
        """Versions that can't be read, so that nobody reads them again."""

    async def fetch(
        self,
        ask: Ask,
        mapper: Mapper,
        now: Callable[[], datetime],
        settled: Settlement = NOTHING_SETTLED,
    ) -> Fetched:
        """Answer an Ask as `Adapter.fetch` promises."""
        index = await self._current(ask.record_type, mapper, now)
        answer = Answer(ask.enterprises)
        entries = settled.applied(index.about(ask.enterprises))
        answer.take(entries, refuse_unasked=False)
        return Fetched(
            records=answer.records,
            as_of=now() if index.as_of is _NEVER else index.as_of,
            origin=self._transport.origin,
            unsure=answer.unsure,
            set_aside=answer.set_aside,
            calls=0,
            stale=Stale(index.stale, index.read_at) if index.stale else None,
        )

    async def close(self) -> None:
        """Stop readings that still run."""
        for reading in self._readings.values():
            reading.cancel()
        await asyncio.gather(*self._readings.values(), return_exceptions=True)

    async def _current(
        self, record_type: RecordType, mapper: Mapper, now: Callable[[], datetime]
    ) -> _Index:
        """Give the index of the rows as they lie now.

        A reading is shared by all who wait for it and goes on when one of them gives
        up, so that a large drop is read even where the deadline is shorter.
        """
        version = await self._transport.version(record_type)
        held = self._indexes.get(record_type)
        if held is not None and held.version == version:
            return held
        refused = self._refused.get(record_type)
        if refused is not None and refused[0] == version:
            return _last_good(held, refused[1])
        reading = self._readings.get(record_type)
        if reading is None or reading.done():
            reading = asyncio.create_task(self._read(record_type, version, mapper, now))
            reading.add_done_callback(_hear)
            self._readings[record_type] = reading
        try:
            return await asyncio.shield(reading)
        except SourceContractBroken as error:
            return _last_good(held, error)

    async def _read(
        self,
        record_type: RecordType,
        version: str,
        mapper: Mapper,
        now: Callable[[], datetime],
    ) -> _Index:
        try:
            index = await self._index(record_type, version, mapper, now)
        except SourceContractBroken as error:
            self._refused[record_type] = version, error
            raise
        self._indexes[record_type] = index
        return index

    async def _index(
        self,
        record_type: RecordType,
        version: str,
        mapper: Mapper,
        now: Callable[[], datetime],
    ) -> _Index:
        before = self._indexes.get(record_type) if self._delta else None
        index = _continued(version, before, now())
        async for page in self._transport.scan(record_type, index.cursor):
            as_of = page.as_of or now()
            index.as_of = max(index.as_of, as_of)
            index.cursor = page.cursor or index.cursor
            index.stale = page.stale or index.stale
            for entry in await map_rows(mapper, page, as_of):
                same = _sameness(entry)
                index.by_sameness.pop(same, None)
                index.by_sameness[same] = entry
            if len(index.by_sameness) > self._most_rows:
                words = f"留存的数据超过 {self._most_rows:,} 行（too many rows held）"
                raise SourceContractBroken(words)
        _fill(index)
        return index


def _continued(version: str, before: _Index | None, now: datetime) -> _Index:
    """Start from what the last reading found, or from nothing."""
    if before is None or before.cursor is None:
        return _Index(version, _NEVER, {}, now)
    known = dict(before.by_sameness)
    return _Index(version, before.as_of, known, now, before.cursor)


def _last_good(held: _Index | None, error: SourceContractBroken) -> _Index:
    """Give what could be read before, and say why it is not the newest."""
    if held is None:
        raise SourceContractBroken(error.reason) from error
    return dataclasses.replace(held, stale=error.reason)


def _sameness(entry: Entry) -> tuple[object, ...]:
    """A record sent again replaces the one before; the unreadable stay apart."""
    if isinstance(entry, SourceRecord):
        return (entry.subjects, entry.identity)
    return (entry.position, entry.reasons, id(entry))


def _fill(index: _Index) -> None:
    index.entries = list(index.by_sameness.values())
    for place, entry in enumerate(index.entries):
        calls = {call for subject in entry.subjects for call in _calls(subject)}
        for call in calls:
            index.places.setdefault(call, []).append(place)


def _calls(subject: Subject) -> Iterable[str]:
    if subject.uscc is not None:
        return (subject.uscc,)
    if subject.registration_number is not None:
        return (subject.registration_number,)
    names = () if subject.name is None else (subject.name,)
    if subject.written_code is None:
        return names
    written = subject.written_code
    return (*names, written, *uscc.repairs(written), written.replace("-", ""))


def _hear(reading: "asyncio.Task[_Index]") -> None:
    """Take note of a failure that nobody waited for; the next fetch reads again."""
    if not reading.cancelled():
        reading.exception()
