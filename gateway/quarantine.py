"""What fits no single enterprise, what could not be read, and what departments hold."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import BindParameter, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from adapters.contract import Row
from schema.departments import Contribution


@dataclass(frozen=True, slots=True)
class UnresolvedRow:
    """A record that fits no single enterprise."""

    department: str
    record_type: str
    source_record_id: str
    code: str | None
    name: str | None
    reason: str
    candidates: tuple[tuple[str, str, float], ...]
    raw: Row
    received_on: datetime


@dataclass(frozen=True, slots=True)
class SetAsideRow:
    """A row that could not be read."""

    department: str
    record_type: str
    position: str
    reasons: tuple[str, ...]
    raw: Row
    first_seen: datetime


@dataclass(frozen=True, slots=True)
class Counts:
    """How much of a department is kept apart."""

    set_aside: int
    unresolved: int


@dataclass(frozen=True, slots=True)
class Contributed:
    """What a department contributes, as each audience is told."""

    government: Contribution
    public: Contribution
    """Of what was public on the day of counting."""


@dataclass(frozen=True, slots=True)
class UnresolvedPage:
    """A page of unresolved records."""

    rows: Sequence[UnresolvedRow]
    total: int
    reconciled: bool
    """Whether departments were gone through at all."""


_PLACE = "department = :department AND record_type = :record_type"
_CLEAR_UNRESOLVED = text(f"DELETE FROM unresolved WHERE {_PLACE}")  # noqa: S608
_CLEAR_ASIDE = text(f"DELETE FROM set_aside WHERE {_PLACE}")  # noqa: S608
_CLEAR_POSITION = text(
    f"DELETE FROM set_aside WHERE {_PLACE} AND position = :position"  # noqa: S608
)
_ADD_UNRESOLVED = text(
    "INSERT INTO unresolved (department, record_type, source_record_id, code, name, "
    "reason, candidates, raw, received_on) VALUES (:department, :record_type, "
    ":source_record_id, :code, :name, :reason, :candidates, :raw, :received_on)"
)
_ADD_ASIDE = text(
    "INSERT INTO set_aside (department, record_type, position, reasons, raw, "
    "first_seen) VALUES (:department, :record_type, :position, :reasons, :raw, "
    ":first_seen)"
)
_COUNT = text(
    "INSERT INTO contribution (department, counts) VALUES (:department, :counts) "
    "ON CONFLICT (department) DO UPDATE SET counts = excluded.counts"
)
_WHOSE = "(:department = '' OR department = :department)"
_FORGET_UNRESOLVED = text(
    f"DELETE FROM unresolved WHERE {_PLACE} "  # noqa: S608
    "AND source_record_id = :source_record_id "
    "AND coalesce(code, '') = :code AND coalesce(name, '') = :name"
)
_AMONG = "(:any = 1 OR (department IN :departments AND record_type IN :kinds))"
_LISTS: Sequence[BindParameter[str]] = (
    bindparam("departments", expanding=True),
    bindparam("kinds", expanding=True),
)
_PAGE = text(
    "SELECT department, record_type, source_record_id, code, name, reason, candidates, "  # noqa: S608
    f"raw, received_on FROM unresolved WHERE {_WHOSE} AND {_AMONG} "
    "ORDER BY department, record_type, number LIMIT :first OFFSET :start"
).bindparams(*_LISTS)
_TOTAL = text(
    f"SELECT count(*) FROM unresolved WHERE {_WHOSE} AND {_AMONG}"  # noqa: S608
).bindparams(*_LISTS)
_RECONCILED = text(f"SELECT count(*) FROM contribution WHERE {_WHOSE}")  # noqa: S608
_COUNTS = text(
    "SELECT department, (SELECT count(*) FROM set_aside AS s "
    "WHERE s.department = c.department), (SELECT count(*) FROM unresolved AS u "
    "WHERE u.department = c.department) FROM contribution AS c"
)
_CONTRIBUTIONS = text("SELECT department, counts FROM contribution")


Among = tuple[Collection[str], Collection[str]]
"""Departments and record types."""


class Quarantine:
    """Keeps these in the gateway's own tables."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Use the tables of the gateway's migrations."""
        self._engine = engine

    async def replace(
        self,
        department: str,
        record_type: str,
        unresolved: Sequence[UnresolvedRow],
        aside: Sequence[SetAsideRow],
    ) -> None:
        """Put what was found this time in place of what was found before."""
        place = {"department": department, "record_type": record_type}
        async with self._engine.begin() as connection:
            await connection.execute(_CLEAR_UNRESOLVED, place)
            await forget_set_aside(connection, department, record_type)
            if unresolved:
                rows = [_unresolved_values(row) for row in unresolved]
                await connection.execute(_ADD_UNRESOLVED, rows)
            await add_set_aside(connection, aside)

    async def note(self, row: SetAsideRow) -> None:
        """Keep what could not be read, in the place of what stood at its position."""
        async with self._engine.begin() as connection:
            values = _aside_values(row)
            await connection.execute(_CLEAR_POSITION, values)
            await connection.execute(_ADD_ASIDE, values)

    async def clear(self, department: str, record_type: str, position: str) -> None:
        """Drop what could not be read at a position, if anything stands there."""
        place = {"department": department, "record_type": record_type}
        async with self._engine.begin() as connection:
            await connection.execute(_CLEAR_POSITION, {**place, "position": position})

    async def count(self, department: str, contributed: Contributed) -> None:
        """Keep what a department contributes."""
        counts = orjson.dumps(contributed).decode()
        values = {"department": department, "counts": counts}
        async with self._engine.begin() as connection:
            await connection.execute(_COUNT, values)

    async def contributions(self) -> Mapping[str, Contributed]:
        """Give what departments contribute, as last counted."""
        async with self._engine.connect() as connection:
            rows = (await connection.execute(_CONTRIBUTIONS)).all()
        return {code: _contributed(counts) for code, counts in rows}

    async def counts(self) -> Mapping[str, Counts]:
        """Count what is kept apart of each department that was gone through."""
        async with self._engine.connect() as connection:
            rows = (await connection.execute(_COUNTS)).all()
        return {code: Counts(aside, unresolved) for code, aside, unresolved in rows}

    async def unresolved(
        self,
        department: str | None,
        first: int,
        start: int,
        among: Among | None = None,
    ) -> UnresolvedPage:
        """Give a page of what fits nobody, of one department or of all.

        Rows of departments and record types that aren't `among` those are left out.
        """
        whose = {"department": department or ""}
        known = {
            "any": int(among is None),
            "departments": [""] if among is None else [*among[0], ""],
            "kinds": [""] if among is None else [*among[1], ""],
        }
        async with self._engine.connect() as connection:
            total = int((await connection.execute(_TOTAL, whose | known)).scalar_one())
            reconciled = (await connection.execute(_RECONCILED, whose)).scalar_one()
            page = {**whose, **known, "first": first, "start": start}
            rows = (await connection.execute(_PAGE, page)).all()
        return UnresolvedPage([_row(row) for row in rows], total, bool(reconciled))


async def forget_unresolved(
    connection: AsyncConnection, rows: Sequence[UnresolvedRow]
) -> None:
    """Drop records that fit somebody now, in the caller's transaction."""
    values = [
        {
            "department": row.department,
            "record_type": row.record_type,
            "source_record_id": row.source_record_id,
            "code": row.code or "",
            "name": row.name or "",
        }
        for row in rows
    ]
    await connection.execute(_FORGET_UNRESOLVED, values)


async def forget_set_aside(
    connection: AsyncConnection, department: str, record_type: str
) -> None:
    """Drop what could not be read before, in the caller's transaction."""
    place = {"department": department, "record_type": record_type}
    await connection.execute(_CLEAR_ASIDE, place)


async def add_set_aside(
    connection: AsyncConnection, aside: Sequence[SetAsideRow]
) -> None:
    """Add what could not be read, in the caller's transaction."""
    if aside:
        await connection.execute(_ADD_ASIDE, [_aside_values(row) for row in aside])


def _contributed(counts: str) -> Contributed:
    """Read what is kept; an earlier release did not count for the public."""
    kept = orjson.loads(counts)
    if "public" not in kept:
        return Contributed(_contribution(kept), Contribution())
    return Contributed(_contribution(kept["government"]), _contribution(kept["public"]))


def _contribution(values: dict[str, Any]) -> Contribution:
    if values["last_update"]:
        values["last_update"] = datetime.fromisoformat(values["last_update"])
    return Contribution(**values)


def _unresolved_values(row: UnresolvedRow) -> dict[str, object]:
    values = {field: getattr(row, field) for field in row.__slots__}
    values["candidates"] = orjson.dumps(row.candidates).decode()
    values["raw"] = _raw(row.raw)
    values["received_on"] = row.received_on.isoformat()
    return values


def _aside_values(row: SetAsideRow) -> dict[str, object]:
    values = {field: getattr(row, field) for field in row.__slots__}
    values["reasons"] = orjson.dumps(row.reasons).decode()
    values["raw"] = _raw(row.raw)
    values["first_seen"] = row.first_seen.isoformat()
    return values


def _raw(raw: Row) -> str:
    return orjson.dumps(dict(raw), default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def _row(row: Sequence[Any]) -> UnresolvedRow:
    department, kind, record_id, code, name, reason, candidates, raw, received_on = row
    return UnresolvedRow(
        department,
        kind,
        record_id,
        code,
        name,
        reason,
        tuple((c, n, float(s)) for c, n, s in orjson.loads(candidates)),
        orjson.loads(raw),
        datetime.fromisoformat(received_on),
    )
