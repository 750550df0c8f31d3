"""The statements by which a synchronization writes the core."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from schema.record_type import RecordType

_COLUMNS: Mapping[str, Sequence[str]] = {
    "registration": (
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
    ),
    "annual_report": ("uscc", "record_id", "facts", "digest", "as_of", "generation"),
    "bearer": ("name_key", "uscc", "current"),
    "registration_history": ("uscc", "valid_from", "valid_to", "body"),
}
_KEYS: Mapping[str, Sequence[str]] = {
    "registration": ("uscc",),
    "annual_report": ("uscc", "record_id"),
    "bearer": ("name_key", "uscc"),
}
_STATE = text(
    "SELECT cursor, generation, as_of FROM sync_state "
    "WHERE source = :source AND record_type = :record_type"
)
_STAY = text(
    "INSERT INTO sync_state (source, record_type, cursor, generation, as_of) "
    "VALUES (:source, :record_type, :cursor, :generation, :as_of) "
    "ON CONFLICT (source, record_type) DO UPDATE SET cursor = excluded.cursor, "
    "generation = excluded.generation, as_of = excluded.as_of"
)
_FINISH = text(
    "UPDATE sync_state SET cursor = NULL, completed_at = :now "
    "WHERE source = :source AND record_type = :record_type"
)
_KNOWN = text(
    "SELECT uscc, digest, body, approved_on, established_on, source "
    "FROM registration WHERE uscc IN :keys"
).bindparams(bindparam("keys", expanding=True))
_ENDED = text(
    "SELECT uscc, max(valid_to) FROM registration_history WHERE uscc IN :keys "
    "GROUP BY uscc"
).bindparams(bindparam("keys", expanding=True))
_FORGET_NAMES = text("DELETE FROM bearer WHERE uscc IN :keys").bindparams(
    bindparam("keys", expanding=True)
)
_INDEX = {"source": "search", "record_type": "INDEX", "generation": 0, "as_of": None}
"""Where it is noted that the search index lags behind the registrations."""
_REBUILD = (
    text("DELETE FROM search"),
    text("INSERT INTO search (uscc, words) SELECT uscc, words FROM registration"),
)


@dataclass(frozen=True, slots=True)
class Place:
    """How far a source was read."""

    source: str
    record_type: RecordType
    cursor: str | None
    generation: int
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class Held:
    """What the core holds of an enterprise."""

    uscc: str
    digest: str
    body: str
    approved_on: str | None
    established_on: str | None
    source: str


async def place_of(engine: AsyncEngine, source: str, record_type: RecordType) -> Place:
    """Give where to go on; without a cursor, a new reading begins."""
    about = {"source": source, "record_type": record_type.value}
    async with engine.connect() as connection:
        state = (await connection.execute(_STATE, about)).first()
    cursor, generation, as_of = state or (None, 0, None)
    known = datetime.fromisoformat(as_of) if as_of else None
    begun = generation if cursor else generation + 1
    return Place(source, record_type, cursor, begun, known)


async def stay(connection: AsyncConnection, place: Place) -> None:
    """Keep how far a source was read, in the transaction of what was read."""
    values = {
        "source": place.source,
        "record_type": place.record_type.value,
        "cursor": place.cursor,
        "generation": place.generation,
        "as_of": place.as_of.isoformat() if place.as_of else None,
    }
    await connection.execute(_STAY, values)


async def finish(engine: AsyncEngine, place: Place, now: datetime) -> None:
    """Note that a source was read to its end; the next reading begins anew."""
    values = {
        "source": place.source,
        "record_type": place.record_type.value,
        "now": now.isoformat(),
    }
    async with engine.begin() as connection:
        await connection.execute(_FINISH, values)


async def known_of(
    connection: AsyncConnection, codes: Sequence[str]
) -> Mapping[str, Held]:
    """Give what is held of those that are known."""
    rows = await connection.execute(_KNOWN, {"keys": list(codes)})
    return {row[0]: Held(*row) for row in rows}


async def ended_of(
    connection: AsyncConnection, codes: Sequence[str]
) -> Mapping[str, str]:
    """Give when the last former version of each code ended."""
    rows = await connection.execute(_ENDED, {"keys": list(codes)})
    return {row[0]: row[1] for row in rows}


async def forget_names(connection: AsyncConnection, codes: Sequence[str]) -> None:
    """Drop the names that lead to enterprises which changed."""
    await connection.execute(_FORGET_NAMES, {"keys": list(codes)})


async def put(
    connection: AsyncConnection, table: str, rows: Sequence[Mapping[str, object]]
) -> None:
    """Insert many rows, or put them in place of those with the same key."""
    if not rows:
        return
    columns = _COLUMNS[table]
    query = _upsert(table, connection.dialect.paramstyle)
    values = [tuple(row[column] for column in columns) for row in rows]
    await connection.exec_driver_sql(query, values)


async def search_lags(connection: AsyncConnection) -> None:
    """Note that the search index must be made anew, also after a crash."""
    await connection.execute(_STAY, {**_INDEX, "cursor": "lags"})


async def refresh_search(engine: AsyncEngine) -> None:
    """Make the search index anew if registrations changed since it was made."""
    async with engine.begin() as connection:
        state = (await connection.execute(_STATE, _INDEX)).first()
        if state is None or state[0] is None:
            return
        if engine.dialect.name == "sqlite":
            for statement in _REBUILD:
                await connection.execute(statement)
        await connection.execute(_STAY, {**_INDEX, "cursor": None})


def _upsert(table: str, style: str) -> str:
    """Write an upsert in the driver's own style of parameters: `?` or `$1`."""
    columns, key = _COLUMNS[table], _KEYS.get(table, ())
    places = range(1, len(columns) + 1)
    marks = ", ".join("?" if style == "qmark" else f"${place}" for place in places)
    query = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608
    if not key:
        return query
    updates = ", ".join(f"{c} = excluded.{c}" for c in columns if c not in key)
    return f"{query} ON CONFLICT ({', '.join(key)}) DO UPDATE SET {updates}"
