"""Keeps what departments changed, in the order in which it became known.

Every gateway on the database reads it; whoever keeps a change appends it in the same
transaction, so that none is lost and none is told twice.
"""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import String, TextClause, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from adapters.contract import Row, Version
from adapters.digests import canonical
from schema.record_type import RecordType

_IN_TURN = text("SELECT pg_advisory_xact_lock(630001)")
"""Numbers are given in the order in which transactions end; SQLite does so anyway."""
_APPEND = text(
    "INSERT INTO change_log (at, department, record_type, identity, known, before_row, "
    "before_as_of, after_row, after_as_of) VALUES (:at, :department, :record_type, "
    ":identity, :known, :before_row, :before_as_of, :after_row, :after_as_of)"
)
_COLUMNS = (
    "number, at, department, record_type, identity, known, before_row, before_as_of, "
    "after_row, after_as_of"
)
_HEAD = text(
    "SELECT max(number) FROM (SELECT number FROM change_log "
    "UNION ALL SELECT number FROM change_log_start) AS numbers"
)
_START = text("SELECT number, at FROM change_log_start")
_SINCE = text("SELECT max(number) FROM change_log WHERE at < :at")
_LAST = text(
    "SELECT identity, after_row, after_as_of FROM change_log WHERE number IN ("
    "SELECT max(number) FROM change_log WHERE department = :department "
    "AND record_type = :record_type AND identity IN :identities GROUP BY identity)"
).bindparams(bindparam("identities", expanding=True))
_MOVE = text(
    "UPDATE change_log_start SET at = :at, "
    "number = coalesce((SELECT max(number) FROM change_log WHERE at < :at), number) "
    "WHERE at < :at"
)
_TRIM = text("DELETE FROM change_log WHERE at < :at")


@dataclass(frozen=True, slots=True)
class Change:
    """What a department changed of one record."""

    department: str
    record_type: RecordType
    identity: str
    """Equal for the same record of a department and type."""
    after: Version
    before: Version | None = None
    """None: there was none, or it was not kept."""
    known: bool = False
    """Whether there was an earlier one."""


@dataclass(frozen=True, slots=True)
class Logged:
    """A change with its place."""

    number: int
    at: datetime
    """When it became known."""
    change: Change


@dataclass(frozen=True, slots=True)
class Start:
    """From where on the log is whole."""

    number: int
    """Of the last change that was dropped."""
    at: datetime | None
    """What became known before is dropped; None: nothing is yet."""


class ChangeLog:
    """The log in the gateway's own tables."""

    def __init__(self, engine: AsyncEngine, now: Callable[[], datetime]) -> None:
        """Use the tables of the gateway's migrations; `now` dates changes."""
        self._engine = engine
        self._now = now
        self._written = asyncio.Event()

    async def append(
        self, connection: AsyncConnection, changes: Sequence[Change]
    ) -> None:
        """Add changes in the caller's transaction, as the last thing in it."""
        if not changes:
            return
        if connection.dialect.name == "postgresql":
            await connection.execute(_IN_TURN)
        at = _moment(self._now())
        await connection.execute(_APPEND, [_values(one, at) for one in changes])

    def hurry(self) -> None:
        """Let whoever waits know that changes were added."""
        self._written.set()

    async def wait(self, seconds: float) -> None:
        """Wait until this process has added changes, or so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                await self._written.wait()
        except TimeoutError:
            return
        self._written.clear()

    async def after(
        self,
        number: int,
        most: int,
        departments: frozenset[str] | None = None,
        record_types: frozenset[RecordType] | None = None,
    ) -> Sequence[Logged]:
        """Give the first changes after a place, of all or of some."""
        asked: dict[str, object] = {"number": number, "most": most}
        if departments is not None:
            asked["department"] = sorted(departments)
        if record_types is not None:
            asked["record_type"] = sorted(one.value for one in record_types)
        async with self._engine.connect() as connection:
            rows = (await connection.execute(_page(asked), asked)).all()
        return [_logged(row) for row in rows]

    async def head(self) -> int:
        """Give the place of the last change."""
        async with self._engine.connect() as connection:
            return int((await connection.execute(_HEAD)).scalar_one())

    async def start(self) -> Start:
        """Say from where on the log is whole."""
        async with self._engine.connect() as connection:
            number, at = (await connection.execute(_START)).one()
        return Start(int(number), datetime.fromisoformat(at) if at else None)

    async def before(self, moment: datetime) -> int:
        """Give the place of the last change that was known before a moment."""
        asked = {"at": _moment(moment)}
        async with self._engine.connect() as connection:
            found = (await connection.execute(_SINCE, asked)).scalar_one()
            start = (await connection.execute(_START)).one()
        return int(start.number if found is None else found)

    async def last(
        self,
        connection: AsyncConnection,
        department: str,
        record_type: RecordType,
        identities: Sequence[str],
    ) -> Mapping[str, Version]:
        """Give what was last told of records, as far as the log has it."""
        asked = {
            "department": department,
            "record_type": record_type.value,
            "identities": list(identities),
        }
        found = await connection.execute(_LAST, asked)
        return {
            identity: Version(_row(row), datetime.fromisoformat(as_of))
            for identity, row, as_of in found
        }

    async def trim(self, before: datetime) -> None:
        """Drop what became known before a moment."""
        asked = {"at": _moment(before)}
        async with self._engine.begin() as connection:
            await connection.execute(_MOVE, asked)
            await connection.execute(_TRIM, asked)


def _page(asked: Mapping[str, object]) -> TextClause:
    chosen = [name for name in ("department", "record_type") if name in asked]
    where = "".join(f" AND {name} IN :{name}" for name in chosen)
    statement = text(
        f"SELECT {_COLUMNS} FROM change_log WHERE number > :number{where} "  # noqa: S608
        "ORDER BY number LIMIT :most"
    )
    return statement.bindparams(
        *(bindparam(name, type_=String, expanding=True) for name in chosen)
    )


def _values(change: Change, at: str) -> dict[str, object]:
    before = change.before
    return {
        "at": at,
        "department": change.department,
        "record_type": change.record_type.value,
        "identity": change.identity,
        "known": change.known,
        "before_row": _text(before.row) if before else None,
        "before_as_of": before.as_of.isoformat() if before else None,
        "after_row": _text(change.after.row),
        "after_as_of": change.after.as_of.isoformat(),
    }


def _logged(row: Sequence[Any]) -> Logged:
    number, at, department, kind, identity, known, *versions = row
    before_row, before_as_of, after_row, after_as_of = versions
    before = None
    if before_row is not None:
        before = Version(_row(before_row), datetime.fromisoformat(before_as_of))
    after = Version(_row(after_row), datetime.fromisoformat(after_as_of))
    change = Change(
        department, RecordType(kind), identity, after, before, known=bool(known)
    )
    return Logged(int(number), datetime.fromisoformat(at), change)


def _text(row: Row) -> str:
    return canonical(row).decode()


def _row(written: str) -> Row:
    row: dict[str, object] = json.loads(written, parse_float=Decimal)
    return row


def _moment(moment: datetime) -> str:
    """Write a moment so that texts are in the order of time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
