"""The bench: an adapter, what may be asked of it, and what was seen when it was asked.

Questions are put once and their answers kept, so that checks may share them. What
fails is noted under the check that it belongs to; those that needed it are blocked.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adapters.conformance.blame import EXPECTED, blame
from adapters.conformance.cases import CaseRun
from adapters.conformance.keys import askable, nobody, sample
from adapters.conformance.outcomes import Finding
from adapters.conformance.replaying import Build
from adapters.conformance.snapshot import Snapshot
from adapters.conformance.watched import Watch
from adapters.contract import (
    Adapter,
    Ask,
    EnterpriseKey,
    Fetched,
    Page,
    Row,
    SetAside,
    SourceRecord,
)
from adapters.declaration import Declaration
from adapters.errors import SourceError, SourceTimedOut
from adapters.source import DeclaredAdapter
from schema.record_type import RecordType

_WHOLE_DEPARTMENT = frozenset({"E1", "E3", "E4", "E5", "E7"})
"""After these nothing more is asked of anybody."""


class Blocked(Exception):
    """What a check needs could not be had; names the check that says why."""

    def __init__(self, check: str) -> None:
        """Keep the number."""
        super().__init__(check)
        self.check = check


@dataclass(frozen=True, slots=True)
class Terms:
    """How much a run may ask, and what time it is; times in seconds."""

    rows: int = 5_000
    """Of a listing, of one record type; what comes after is not read."""
    sample: int = 12
    """Enterprises of one record type that are asked about."""
    listing: float = 60.0
    now: Callable[[], datetime] = lambda: datetime.now().astimezone()
    clock: timedelta = timedelta(minutes=5)
    """By which a department's clock may go before ours."""
    tolerance: float = 2.0
    """By which it may be slower than the baseline."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a department said when it was asked for everything."""

    pages: Sequence[Page]
    whole: bool
    """Whether it was read to its end."""

    @property
    def records(self) -> Sequence[SourceRecord]:
        """All records read."""
        return [one for page in self.pages for one in page.records]

    @property
    def set_aside(self) -> Sequence[SetAside]:
        """All that could not be."""
        return [one for page in self.pages for one in page.set_aside]

    @property
    def rows(self) -> Sequence[Row]:
        """All rows as given, read or not."""
        rows = [one.raw for one in self.records]
        return [*rows, *(one.raw for one in self.set_aside if one.raw)]


@dataclass(frozen=True, slots=True)
class Note:
    """A failure, under the number of the check that it belongs to."""

    check: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class Materials:
    """What an adapter is compared with, beside its source."""

    live: bool = False
    """Whether the source itself may be asked."""
    about: Sequence[EnterpriseKey] = ()
    """Enterprises to ask about beside those that the listing names."""
    cases: Sequence[CaseRun] = ()
    accepted: Declaration | None = None
    breaking: str = ""
    """Why the accepted version may be broken with."""
    baseline: Snapshot | None = None
    secrets: Sequence[str] = ()
    """Values that must appear nowhere."""


@dataclass(slots=True)
class Bench:
    """Puts questions, and remembers the answers."""

    declaration: Declaration
    adapter: Adapter
    watch: Watch
    terms: Terms
    materials: Materials
    build: Build = DeclaredAdapter
    notes: list[Note] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    """What was logged meanwhile."""
    _closed: dict[RecordType | None, str] = field(default_factory=dict)
    listings: dict[RecordType, Listing] = field(default_factory=dict)
    _answers: dict[tuple[RecordType, tuple[EnterpriseKey, ...]], Fetched] = field(
        default_factory=dict
    )

    @property
    def record_types(self) -> Sequence[RecordType]:
        """What the adapter provides, in the declaration's order."""
        return self.declaration.provides

    @property
    def held(self) -> bool:
        """Whether its rows lie with us."""
        return self.declaration.kind in {"files", "push"}

    def place(self, table: str, key: str = "") -> str:
        """Name file and line of a word of the declaration."""
        places = self.declaration.places
        line = places.lines.get((table, key)) or places.lines.get((table, ""))
        return f"{places.file}:{line}" if line else places.file

    async def listing(self, record_type: RecordType) -> Listing:
        """Read all the department holds, as far as the terms go; raises Blocked."""
        if record_type in self.listings:
            return self.listings[record_type]
        self._refuse_closed(record_type)
        if not self.materials.live:
            found = _recorded(self.materials.cases, record_type)
        elif self.declaration.capabilities.scan:
            found = await self._read(record_type)
        else:
            found = Listing((), whole=False)
        self.listings[record_type] = found
        return found

    async def sample(self, record_type: RecordType) -> Sequence[EnterpriseKey]:
        """Choose whom to ask about: whom the listing names, and whom we were told."""
        listing = await self.listing(record_type)
        kind = self.declaration.capabilities.key
        found = sample(listing.records, kind, self.terms.sample, held=self.held)
        told = [one for one in self.materials.about if askable(one, kind)]
        return tuple({one.uscc: one for one in (*told, *found)}.values())

    async def ask(
        self,
        record_type: RecordType,
        enterprises: Sequence[EnterpriseKey],
        *,
        again: bool = False,
    ) -> Fetched:
        """Put a question, or remember its answer; raises Blocked."""
        asked = (record_type, tuple(enterprises))
        if not again and asked in self._answers:
            return self._answers[asked]
        self._refuse_closed(record_type)
        try:
            fetched = await self.probe(record_type, enterprises)
        except SourceError as fault:
            raise self.blocked(record_type, fault, _told(enterprises)) from fault
        self._answers[asked] = fetched
        return fetched

    async def probe(
        self, record_type: RecordType, enterprises: Sequence[EnterpriseKey]
    ) -> Fetched:
        """Put a question whose failing says something; raises SourceError."""
        self._refuse_closed(record_type)
        seconds = self.declaration.deadline * 1.5 + 1
        try:
            async with asyncio.timeout(seconds):
                fetched = await self.adapter.fetch(Ask(record_type, tuple(enterprises)))
        except TimeoutError as error:
            words = f"{seconds:g} 秒后仍未答复（no answer long after the deadline）"
            raise SourceTimedOut(words) from error
        for fault in fetched.failed.values():
            raise fault
        return fetched

    def strangers(self, count: int) -> Sequence[EnterpriseKey]:
        """Give enterprises that nobody knows."""
        return [nobody(number) for number in range(1, count + 1)]

    def blocked(
        self, record_type: RecordType, fault: SourceError, smallest: str
    ) -> Blocked:
        """Note a failure under its number; nothing more is asked of this type."""
        check = blame(fault)
        place = self.place(record_type.value)
        expected = EXPECTED.get(check, "")
        self.note(check, Finding(fault.reason, expected, smallest, place))
        self.close(None if check in _WHOLE_DEPARTMENT else record_type, check)
        return Blocked(check)

    def close(self, record_type: RecordType | None, check: str) -> None:
        """Ask nothing more of a type, or of the department; a check says why."""
        self._closed[record_type] = check

    def note(self, check: str, finding: Finding) -> None:
        """Keep a failure for the check that it belongs to."""
        self.notes.append(Note(check, finding))

    def _refuse_closed(self, record_type: RecordType) -> None:
        for one in (None, record_type):
            if one in self._closed:
                raise Blocked(self._closed[one])

    async def _read(self, record_type: RecordType) -> Listing:
        pages: list[Page] = []
        count = 0
        try:
            async with asyncio.timeout(self.terms.listing):
                async for page in self.adapter.changes(record_type, None):
                    pages.append(page)
                    count += len(page.records) + len(page.set_aside)
                    if count >= self.terms.rows and page.cursor is not None:
                        return Listing(pages, whole=False)
                    if _goes_in_circles(pages):
                        return Listing(pages, whole=False)
        except TimeoutError:
            return Listing(pages, whole=False)
        except SourceError as fault:
            raise self.blocked(record_type, fault, "全量 (a listing)") from fault
        return Listing(pages, whole=True)


def _goes_in_circles(pages: Sequence[Page]) -> bool:
    """Whether the last page's cursor was given before, or its rows were."""
    *before, last = pages
    if last.cursor is not None and any(one.cursor == last.cursor for one in before):
        return True
    digests = {one.digest for one in last.records}
    seen = {one.digest for page in before for one in page.records}
    return len(digests) > 1 and digests <= seen


def _recorded(cases: Sequence[CaseRun], record_type: RecordType) -> Listing:
    """Take the rows of recorded answers for a listing."""
    pages = [
        Page(one.records, one.set_aside)
        for one in cases
        if one.case.record_type is record_type
    ]
    return Listing(pages, whole=False)


def _told(enterprises: Sequence[EnterpriseKey]) -> str:
    """Name whom was asked about; codes of enterprises are no secret."""
    codes = "、".join(one.uscc for one in enterprises[:3])
    more = f" …共 {len(enterprises)} 个" if len(enterprises) > 3 else ""
    return f"{codes}{more}" if enterprises else "无人 (nobody)"
