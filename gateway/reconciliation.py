"""Goes through all that departments hold: what fits nobody, what can't be read, counts.

What was read makes the departments' presence at the same time.

Runs beside the gateway, one department after the other, and never holds more than a
page of a department in memory.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import structlog

from adapters.contract import Adapter, Page, SetAside, SourceRecord, Subject
from adapters.errors import SourceError
from adapters.listing import list_all
from gateway.building import NOT_GONE_THROUGH, WAIT, Building
from gateway.contributing import Occasion, Tally
from gateway.core import Core, Match
from gateway.directory import Directory
from gateway.loading.shelf import Shelf
from gateway.loading.told import shapes_of
from gateway.quarantine import Quarantine, SetAsideRow, UnresolvedRow
from gateway.settings import SHANGHAI
from schema.codes.working_days import ChineseCalendar
from schema.declaration import RecordDeclaration
from schema.record_type import RecordType
from schema.records import RECORDS

_log = structlog.get_logger(__name__)
Progress = Callable[[str, float], None]


class Reconciliation:
    """Counts and matches everything that departments hold."""

    def __init__(
        self,
        adapters: Mapping[str, Adapter],
        core: Core,
        quarantine: Quarantine,
        shelf: Shelf,
        records: Mapping[RecordType, RecordDeclaration] = RECORDS,
    ) -> None:
        """Write what is found to `quarantine`, and presence to `shelf`.

        `records` are all record types that there are.
        """
        self._adapters = adapters
        self._building = Building(core, shelf)
        self._core = core
        self._quarantine = quarantine
        self._directory = Directory(adapters, records=records)

    async def run(self, now: datetime, progress: Progress) -> None:
        """Go through all departments once."""
        await self._building.begin()
        today = now.astimezone(SHANGHAI).date()
        records = self._directory.records
        occasion = Occasion(now, today, ChineseCalendar(), records, shapes_of(records))
        for number, (code, adapter) in enumerate(sorted(self._adapters.items()), 1):
            tally = Tally(self._directory.department(code), occasion)
            for record_type in sorted(adapter.record_types - NOT_GONE_THROUGH, key=str):
                await self._one(adapter, record_type, tally, now)
            await self._quarantine.count(code, tally.contributed())
            progress(code, number / len(self._adapters))
        await self._building.settle()

    async def _one(
        self, adapter: Adapter, record_type: RecordType, tally: Tally, now: datetime
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
            tally.fail(record_type)
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
        tally: Tally,
        unresolved: list[UnresolvedRow],
        now: datetime,
    ) -> Sequence[tuple[Subject, Match]]:
        pairs = [
            (place, subject)
            for place, record in enumerate(page.records)
            for subject in record.subjects
        ]
        matches = await self._core.match([subject for _, subject in pairs])
        usccs: list[set[str]] = [set() for _ in page.records]
        new = [tally.all.is_new(record) for record in page.records]
        for (place, subject), match in zip(pairs, matches, strict=True):
            if match.uscc:
                usccs[place].add(match.uscc)
            elif new[place]:
                record = page.records[place]
                unresolved.append(_unresolved(department, record, subject, match, now))
        for record, whose, first in zip(page.records, usccs, new, strict=True):
            tally.take(record, whose, new=first)
        return [
            (subject, match)
            for (place, subject), match in zip(pairs, matches, strict=True)
            if new[place]
        ]


def _unresolved(
    department: str,
    record: SourceRecord,
    subject: Subject,
    match: Match,
    now: datetime,
) -> UnresolvedRow:
    return UnresolvedRow(
        department=department,
        record_type=record.record_type.value,
        source_record_id=record.source_record_id,
        code=subject.written_code or subject.uscc or subject.registration_number,
        name=subject.written_name or subject.name,
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
