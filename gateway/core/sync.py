"""Fills the core from a source: page by page, resumable, the same result every time."""

import asyncio
import dataclasses
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from adapters.contract import Adapter, Page, SetAside, SourceRecord
from gateway.core.history import Former, former_row
from gateway.core.rows import (
    Row,
    bearer_rows,
    read_registration,
    registration_of,
    registration_row,
    report_row,
)
from gateway.core.writing import (
    Held,
    Place,
    ended_of,
    finish,
    forget_names,
    known_of,
    place_of,
    put,
    refresh_search,
    search_lags,
    stay,
)
from gateway.quarantine import SetAsideRow, add_set_aside, forget_set_aside
from schema.record_type import RecordType
from schema.registration import Registration

Progress = Callable[[str, float], None]
LABELS = {
    RecordType.REGISTRATION: "登记信息 registration",
    RecordType.ANNUAL_REPORT: "企业年报 annual reports",
}
INDEX = "检索索引 search index"
OF_THE_CORE = tuple(LABELS)
"""What the core holds, in the order in which it is read."""


@dataclasses.dataclass(slots=True)
class SyncResult:
    """What came of a synchronization."""

    source: str
    read: int = 0
    changed: int = 0
    set_aside: int = 0


class Sync:
    """One synchronization of the core with one source."""

    def __init__(
        self,
        engine: AsyncEngine,
        adapter: Adapter,
        source: str,
        secret: bytes,
        progress: Progress,
    ) -> None:
        """Read through `adapter`; `source` names where its rows came from."""
        self._engine = engine
        self._adapter = adapter
        self._source = source
        self._secret = secret
        self._progress = progress
        self._result = SyncResult(source)

    async def run(self, record_types: Collection[RecordType]) -> SyncResult:
        """Read everything of these types that the source has for the core.

        Raises SourceError when the source fails; what was read stays, and the next
        run goes on from there.
        """
        for record_type in OF_THE_CORE:
            if record_type in self._adapter.record_types.intersection(record_types):
                await self._one(record_type)
        if RecordType.REGISTRATION in record_types:
            self._progress(INDEX, 0.0)
            await refresh_search(self._engine)
            self._progress(INDEX, 1.0)
        return self._result

    async def _one(self, record_type: RecordType) -> None:
        place = await place_of(self._engine, self._source, record_type)
        label, done, fresh = LABELS[record_type], 0, place.cursor is None
        self._progress(label, 0.0)
        async for page in self._adapter.changes(record_type, place.cursor):
            place = await self._page(page, place, fresh=fresh)
            fresh = False
            done += len(page.records) + len(page.set_aside)
            self._progress(label, min(done / (page.total or 100_000), 0.99))
        await finish(self._engine, place, datetime.now(UTC))
        self._progress(label, 1.0)

    async def _page(self, page: Page, place: Place, *, fresh: bool) -> Place:
        """Write a page and where to go on after it, in one transaction."""
        now = datetime.now(UTC)
        aside = list(page.set_aside)
        moments = [place.as_of, *(record.as_of for record in page.records)]
        newest = max((moment for moment in moments if moment), default=None)
        place = dataclasses.replace(place, cursor=page.cursor, as_of=newest)
        async with self._engine.begin() as connection:
            if place.record_type is RecordType.REGISTRATION:
                changed = await self._registrations(connection, page.records, place)
            else:
                rows, odd = await asyncio.to_thread(_reports, page.records, place)
                await put(connection, "annual_report", rows)
                changed, aside = len(rows), aside + odd
            if fresh:
                about = (place.source, place.record_type.value)
                await forget_set_aside(connection, *about)
            await add_set_aside(connection, _set_aside(aside, place.source, now))
            await stay(connection, place)
        self._result.read += len(page.records) + len(page.set_aside)
        self._result.changed += changed
        self._result.set_aside += len(aside)
        return place

    async def _registrations(
        self, connection: AsyncConnection, records: Sequence[SourceRecord], place: Place
    ) -> int:
        now = datetime.now(UTC)
        made = await asyncio.to_thread(self._made, records, now)
        if not made:
            return 0
        known = await known_of(connection, list(made))
        kept = [one for one in made.values() if self._is_news(one, known)]
        changed = [
            one
            for one in kept
            if one.uscc not in known or known[one.uscc].digest != one.digest
        ]
        former = [one for one in changed if one.uscc in known]
        if former:
            codes = [one.uscc for one in former]
            ended = await ended_of(connection, codes)
            rows = [
                former_row(_former(known[one.uscc], ended), one, now) for one in former
            ]
            await put(connection, "registration_history", rows)
            await forget_names(connection, codes)
        await self._write(connection, kept, changed, place.generation)
        return len(changed)

    async def _write(
        self,
        connection: AsyncConnection,
        kept: Sequence[Registration],
        changed: Sequence[Registration],
        generation: int,
    ) -> None:
        rows, names = await asyncio.to_thread(
            _registration_rows, kept, changed, self._source, generation
        )
        await put(connection, "registration", rows)
        await put(connection, "bearer", names)
        if changed:
            await search_lags(connection)

    def _made(
        self, records: Sequence[SourceRecord], now: datetime
    ) -> Mapping[str, Registration]:
        department = self._adapter.department
        made = (registration_of(r, department, now, self._secret) for r in records)
        return {one.uscc: one for one in made}

    def _is_news(self, one: Registration, known: Mapping[str, Held]) -> bool:
        """Say whether what is held is no newer word of another source."""
        held = known.get(one.uscc)
        if held is None or held.source == self._source:
            return True
        return one.as_of >= read_registration(held.body).as_of


def _former(held: Held, ended: Mapping[str, str]) -> Former:
    return Former(
        held.body, held.approved_on, held.established_on, ended.get(held.uscc)
    )


def _set_aside(
    aside: Sequence[SetAside], source: str, now: datetime
) -> Sequence[SetAsideRow]:
    return [
        SetAsideRow(
            department=source,
            record_type=one.record_type.value,
            position=one.position,
            reasons=one.reasons,
            raw=one.raw,
            first_seen=now,
        )
        for one in aside
    ]


def _reports(
    records: Sequence[SourceRecord], place: Place
) -> tuple[list[Row], list[SetAside]]:
    """Make rows of reports; a report of nobody known by code is set aside."""
    rows: dict[object, Row] = {}
    aside = []
    for record in records:
        code = record.subjects[0].uscc if record.subjects else None
        if code:
            row = report_row(record, code, place.generation)
            rows[code, record.source_record_id] = row
        else:
            aside.append(_of_nobody(record))
    return list(rows.values()), aside


def _of_nobody(record: SourceRecord) -> SetAside:
    reason = "没有有效的统一社会信用代码 (no valid unified social credit code)"
    return SetAside(
        record.record_type,
        record.source_record_id,
        (reason,),
        record.subjects,
        record.raw,
    )


def _registration_rows(
    kept: Sequence[Registration],
    changed: Sequence[Registration],
    source: str,
    generation: int,
) -> tuple[list[Row], list[Row]]:
    rows = [registration_row(one, source, generation) for one in kept]
    return rows, [row for one in changed for row in bearer_rows(one)]
