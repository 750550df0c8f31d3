"""Fills the core from a source: page by page, resumable, the same result every time."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from adapters.contract import Adapter, Page, SetAside, SourceRecord
from gateway.core.rows import (
    Row,
    bearer_rows,
    registration_of,
    registration_row,
    report_row,
)
from gateway.quarantine import Quarantine, SetAsideRow
from schema.record_type import RecordType
from schema.registration import Registration

Progress = Callable[[str, float], None]
LABELS = {
    RecordType.REGISTRATION: "登记信息 registration",
    RecordType.ANNUAL_REPORT: "企业年报 annual reports",
}
_REGISTRATION_COLUMNS = [
    "uscc",
    "registration_number",
    "name",
    "name_key",
    "words",
    "type",
    "status",
    "established_on",
    "approved_on",
    "capital",
    "region",
    "section",
    "body",
    "digest",
    "source",
    "generation",
]
_REPORT_COLUMNS = ["uscc", "record_id", "facts", "digest", "as_of", "generation"]


@dataclass(slots=True)
class SyncResult:
    """What came of a synchronization."""

    source: str
    read: int = 0
    changed: int = 0
    set_aside: int = 0
    faults: list[SetAside] = field(default_factory=list)


def _upsert(table: str, columns: Sequence[str], key: Sequence[str], style: str) -> str:
    """Write an upsert in the driver's own style of parameters: `?` or `$1`."""
    numbered = (f"${number}" for number in range(1, len(columns) + 1))
    marks = ", ".join("?" for _ in columns) if style == "qmark" else ", ".join(numbered)
    updates = ", ".join(f"{c} = excluded.{c}" for c in columns if c not in key)
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks}) "  # noqa: S608
        f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {updates}"
    )


_BEARER_COLUMNS = ("name_key", "uscc", "current")
_KEYS = {
    "registration": ("uscc",),
    "annual_report": ("uscc", "record_id"),
    "bearer": ("name_key", "uscc"),
}
_PUT_STATE = text(
    "INSERT INTO sync_state (source, record_type, cursor, generation, completed_at, "
    "as_of) VALUES (:source, :record_type, :cursor, :generation, :completed_at, "
    ":as_of) "
    "ON CONFLICT (source, record_type) DO UPDATE SET cursor = excluded.cursor, "
    "generation = excluded.generation, completed_at = excluded.completed_at, "
    "as_of = excluded.as_of"
)
_STATE = text(
    "SELECT cursor, generation FROM sync_state "
    "WHERE source = :source AND record_type = :record_type"
)
_KNOWN = text(
    "SELECT uscc, digest, body, approved_on, established_on FROM registration "
    "WHERE uscc IN :keys"
).bindparams(bindparam("keys", expanding=True))
_KEEP = text(
    "INSERT INTO registration_history (uscc, valid_from, valid_to, body) "
    "VALUES (:uscc, :valid_from, :valid_to, :body)"
)
_FORGET_NAMES = text("DELETE FROM bearer WHERE uscc IN :keys").bindparams(
    bindparam("keys", expanding=True)
)
_SEARCH = (
    text("DELETE FROM search"),
    text("INSERT INTO search (uscc, words) SELECT uscc, words FROM registration"),
)


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

    async def run(self) -> SyncResult:
        """Read everything the source has for the core.

        Raises SourceError when the source fails; what was read stays, and the next
        run goes on from there.
        """
        for record_type in (RecordType.REGISTRATION, RecordType.ANNUAL_REPORT):
            if record_type in self._adapter.record_types:
                await self._one(record_type)
        if self._engine.dialect.name == "sqlite" and self._result.changed:
            self._progress("检索索引 search index", 0.0)
            async with self._engine.begin() as connection:
                for statement in _SEARCH:
                    await connection.execute(statement)
            self._progress("检索索引 search index", 1.0)
        await self._keep_faults()
        return self._result

    async def _one(self, record_type: RecordType) -> None:
        async with self._engine.connect() as connection:
            about = {"source": self._source, "record_type": record_type.value}
            state = (await connection.execute(_STATE, about)).first()
        cursor, generation = (state[0], state[1]) if state else (None, 0)
        if cursor is None:
            generation += 1
        label, done = LABELS[record_type], 0
        self._progress(label, 0.0)
        async for page in self._pages(record_type, cursor):
            await self._page(record_type, page, generation)
            done += len(page.records) + len(page.set_aside)
            self._progress(label, min(done / (page.total or 100_000), 0.99))
        self._progress(label, 1.0)

    def _pages(
        self, record_type: RecordType, cursor: str | None
    ) -> AsyncIterator[Page]:
        return self._adapter.changes(record_type, cursor)

    async def _page(self, record_type: RecordType, page: Page, generation: int) -> None:
        """Write a page and where to go on after it, in one transaction."""
        now = datetime.now(UTC)
        async with self._engine.begin() as connection:
            if record_type is RecordType.REGISTRATION:
                await self._registrations(connection, page.records, generation, now)
            elif page.records:
                rows = await asyncio.to_thread(_report_rows, page.records, generation)
                await self._put(connection, "annual_report", _REPORT_COLUMNS, rows)
                self._result.changed += len(rows)
            newest = max((r.as_of for r in page.records), default=None)
            await connection.execute(
                _PUT_STATE,
                {
                    "source": self._source,
                    "record_type": record_type.value,
                    "cursor": page.cursor,
                    "generation": generation,
                    "completed_at": None if page.cursor else now.isoformat(),
                    "as_of": newest.isoformat() if newest else None,
                },
            )
        self._result.read += len(page.records) + len(page.set_aside)
        self._result.set_aside += len(page.set_aside)
        self._result.faults += page.set_aside

    async def _registrations(
        self,
        connection: AsyncConnection,
        records: Sequence[SourceRecord],
        generation: int,
        now: datetime,
    ) -> None:
        made = await asyncio.to_thread(self._made, records, now)
        if not made:
            return
        keys = {"keys": list(made)}
        known = {row[0]: row for row in await connection.execute(_KNOWN, keys)}
        changed = [
            one
            for code, one in made.items()
            if code not in known or known[code][1] != one.digest
        ]
        former = [_version(known[o.uscc], o, now) for o in changed if o.uscc in known]
        if former:
            await connection.execute(_KEEP, former)
        if known:
            await connection.execute(_FORGET_NAMES, keys)
        rows, names = await asyncio.to_thread(
            _registration_rows, list(made.values()), self._source, generation
        )
        await self._put(connection, "registration", _REGISTRATION_COLUMNS, rows)
        await self._put(connection, "bearer", _BEARER_COLUMNS, names)
        self._result.changed += len(changed)

    async def _put(
        self,
        connection: AsyncConnection,
        table: str,
        columns: Sequence[str],
        rows: Sequence[Row],
    ) -> None:
        """Upsert many rows the driver's own way."""
        style = self._engine.dialect.paramstyle
        query = _upsert(table, columns, _KEYS[table], style)
        values = [tuple(row[column] for column in columns) for row in rows]
        await connection.exec_driver_sql(query, values)

    def _made(
        self, records: Sequence[SourceRecord], now: datetime
    ) -> Mapping[str, Registration]:
        department = self._adapter.department
        made = (registration_of(r, department, now, self._secret) for r in records)
        return {one.uscc: one for one in made}

    async def _keep_faults(self) -> None:
        now = datetime.now(UTC)
        rows = [
            SetAsideRow(
                department=self._source,
                record_type=one.record_type.value,
                position=one.position,
                reasons=one.reasons,
                raw=one.raw,
                first_seen=now,
            )
            for one in self._result.faults
        ]
        await Quarantine(self._engine).replace(
            self._source, RecordType.REGISTRATION.value, [], rows
        )


async def _next(pages: AsyncIterator[Page]) -> Page | None:
    return await anext(pages, None)


def _report_rows(records: Sequence[SourceRecord], generation: int) -> list[Row]:
    unique = {
        (record.subjects[0].uscc, record.source_record_id): record
        for record in records
        if record.subjects[0].uscc
    }
    return [report_row(record, generation) for record in unique.values()]


def _registration_rows(
    made: Sequence[Registration], source: str, generation: int
) -> tuple[list[Row], list[Row]]:
    rows = [registration_row(one, source, generation) for one in made]
    return rows, [row for one in made for row in bearer_rows(one)]


def _version(known: Sequence[str], changed: Registration, now: datetime) -> Row:
    """Keep a former version; it held from its approval until the next one's."""
    uscc, _, body, approved_on, established_on = known
    until = changed.approved_on.isoformat() if changed.approved_on else ""
    begins = approved_on or established_on or ""
    return {
        "uscc": uscc,
        "valid_from": begins,
        "valid_to": until if until > begins else now.isoformat(),
        "body": body,
    }
