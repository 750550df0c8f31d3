"""Goes through all that departments hold: what fits nobody, what can't be read, counts.

What was read makes the departments' presence at the same time.

Runs beside the gateway, one department after the other, and never holds more than a
page of a department in memory.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import median

import structlog

from adapters.contract import Adapter, Page, SetAside, SourceRecord, Subject
from adapters.errors import SourceError
from adapters.listing import list_all
from gateway.building import NOT_GONE_THROUGH, WAIT, Building
from gateway.core import Core, Match
from gateway.loading.shelf import Shelf
from gateway.quarantine import Quarantine, SetAsideRow, UnresolvedRow
from schema.codes.working_days import ChineseCalendar, working_days_between
from schema.departments import Contribution
from schema.record_type import RecordType
from schema.records import RECORDS

_log = structlog.get_logger(__name__)
Progress = Callable[[str, float], None]


@dataclass(slots=True)
class _Tally:
    """What one department holds, counted page by page."""

    records: int = 0
    rejected: int = 0
    unresolved: int = 0
    enterprises: set[str] = field(default_factory=set)
    working_days: list[int] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    """Hashes of the records so far: one that is sent twice counts once."""
    last_update: datetime | None = None
    complete: bool = True


class Reconciliation:
    """Counts and matches everything that departments hold."""

    def __init__(
        self,
        adapters: Mapping[str, Adapter],
        core: Core,
        quarantine: Quarantine,
        shelf: Shelf,
    ) -> None:
        """Write what is found to `quarantine`, and presence to `shelf`."""
        self._adapters = adapters
        self._building = Building(core, shelf)
        self._core = core
        self._quarantine = quarantine
        self._calendar = ChineseCalendar()

    async def run(self, now: datetime, progress: Progress) -> None:
        """Go through all departments once."""
        await self._building.begin()
        for number, (code, adapter) in enumerate(sorted(self._adapters.items()), 1):
            tally = _Tally()
            for record_type in sorted(adapter.record_types - NOT_GONE_THROUGH, key=str):
                await self._one(adapter, record_type, tally, now)
            await self._quarantine.count(code, _contribution(tally))
            progress(code, number / len(self._adapters))
        await self._building.settle()

    async def _one(
        self, adapter: Adapter, record_type: RecordType, tally: _Tally, now: datetime
    ) -> None:
        unresolved: list[UnresolvedRow] = []
        aside: list[SetAsideRow] = []
        draft = self._building.draft(adapter, record_type, now)
        try:
            async with asyncio.timeout(WAIT):
                async for page in list_all(adapter, record_type):
                    matched = await self._page(
                        page, adapter.department, tally, unresolved, now
                    )
                    await self._building.take(draft, adapter, page, matched)
                    aside += [
                        _aside(adapter.department, one, now) for one in page.set_aside
                    ]
        except (SourceError, TimeoutError) as error:
            _log.warning(
                "not reconciled",
                department=adapter.department,
                record_type=record_type.value,
                reason=getattr(error, "reason", "timeout"),
            )
            tally.complete = False
            return
        tally.rejected += len(aside)
        tally.unresolved += len(unresolved)
        place = (adapter.department, record_type.value)
        await self._quarantine.replace(*place, unresolved, aside)
        await self._building.keep(draft)

    async def _page(
        self,
        page: Page,
        department: str,
        tally: _Tally,
        unresolved: list[UnresolvedRow],
        now: datetime,
    ) -> Sequence[tuple[Subject, Match]]:
        records = [one for one in page.records if _is_new(one, tally)]
        pairs = [(record, one) for record in records for one in record.subjects]
        matches = await self._core.match([subject for _, subject in pairs])
        tally.records += len(records) + len(page.set_aside)
        for (record, subject), match in zip(pairs, matches, strict=True):
            if match.uscc:
                tally.enterprises.add(match.uscc)
                continue
            code = subject.written_code or subject.uscc or subject.registration_number
            name = subject.written_name or subject.name
            unresolved.append(_unresolved(department, record, (code, name), match, now))
        for record in records:
            self._lateness(record, tally)
            if tally.last_update is None or record.as_of > tally.last_update:
                tally.last_update = record.as_of
        return [
            (subject, match) for (_, subject), match in zip(pairs, matches, strict=True)
        ]

    def _lateness(self, record: SourceRecord, tally: _Tally) -> None:
        published = record.values.get("published_on")
        declared = RECORDS.get(record.record_type)
        occurred = declared.occurred if declared else ("decided_on",)
        decided = record.values.get(occurred[0]) if occurred else None
        if isinstance(published, date) and isinstance(decided, date):
            try:
                days = working_days_between(decided, published, self._calendar)
            except LookupError:
                return
            tally.working_days.append(days)


def _is_new(record: SourceRecord, tally: _Tally) -> bool:
    before = len(tally.seen)
    identity = record.identity or (record.source_record_id, record.digest)
    tally.seen.add(hash((record.record_type, record.subjects, identity)))
    return len(tally.seen) > before


def _contribution(tally: _Tally) -> Contribution:
    days = tally.working_days
    return Contribution(
        records=tally.records,
        enterprises=len(tally.enterprises),
        rejected=tally.rejected,
        unresolved=tally.unresolved,
        published_late7=sum(count > 7 for count in days),
        published_late20=sum(count > 20 for count in days),
        median_working_days=float(median(days)) if days else None,
        last_update=tally.last_update,
        complete=tally.complete,
    )


def _unresolved(
    department: str,
    record: SourceRecord,
    written: tuple[str | None, str | None],
    match: Match,
    now: datetime,
) -> UnresolvedRow:
    return UnresolvedRow(
        department=department,
        record_type=record.record_type.value,
        source_record_id=record.source_record_id,
        code=written[0],
        name=written[1],
        reason=match.reason or "",
        candidates=match.candidates,
        raw=record.raw,
        received_on=now,
    )


def _aside(department: str, one: SetAside, now: datetime) -> SetAsideRow:
    return SetAsideRow(
        department=department,
        record_type=one.record_type.value,
        position=one.position,
        reasons=one.reasons,
        raw=one.raw,
        first_seen=now,
    )
