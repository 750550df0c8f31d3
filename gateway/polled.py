"""Keeps how far a department was polled, and a digest of each record that it told of.

A page's changes, its digests and the cursor behind it are kept in one transaction:
after a crash nothing is lost or told twice, whoever goes on.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

import orjson
from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from adapters.contract import Page, SetAside, Version
from adapters.digests import digest
from gateway.changelog import Change, ChangeLog
from gateway.quarantine import SetAsideRow, add_set_aside
from schema.record_type import RecordType

_AT_A_STRETCH = 1_000
"""Records looked up together."""
_WHERE = "department = :department AND record_type = :record_type"
_PLACE = text(f"SELECT cursor, begun FROM polling WHERE {_WHERE}")  # noqa: S608
_BEGIN = text(
    "INSERT INTO polling (department, record_type, cursor, begun) "
    "VALUES (:department, :record_type, :cursor, :begun) "
    "ON CONFLICT (department, record_type) DO NOTHING"
)
_MOVE = text(
    f"UPDATE polling SET cursor = :cursor WHERE {_WHERE} AND cursor = :before"  # noqa: S608
)
_BEGUN = text(f"UPDATE polling SET begun = :begun WHERE {_WHERE}")  # noqa: S608
_KNOWN = text(
    f"SELECT identity, digest FROM polled_record WHERE {_WHERE} "  # noqa: S608
    "AND identity IN :identities"
).bindparams(bindparam("identities", expanding=True))
_KEEP = text(
    "INSERT INTO polled_record (department, record_type, identity, digest) "
    "VALUES (:department, :record_type, :identity, :digest) "
    "ON CONFLICT (department, record_type, identity) "
    "DO UPDATE SET digest = excluded.digest"
)


class Overtaken(Exception):
    """Somebody else has polled the same page and kept it."""


@dataclass(frozen=True, slots=True)
class Place:
    """How far a department was polled for changes of a record type."""

    department: str
    record_type: RecordType
    cursor: str | None = None
    """None: never."""
    begun: bool = False
    """Whether all it held at first is known; only what comes after is a change."""

    @property
    def key(self) -> dict[str, object]:
        """Give what names it in the tables."""
        return {"department": self.department, "record_type": self.record_type.value}


class Polled:
    """Places and digests in the gateway's own tables."""

    def __init__(self, engine: AsyncEngine, log: ChangeLog) -> None:
        """Use the tables of the gateway's migrations; changes go to `log`."""
        self._engine = engine
        self._log = log

    async def place(self, department: str, record_type: RecordType) -> Place:
        """Say how far a department was polled."""
        never = Place(department, record_type)
        async with self._engine.connect() as connection:
            found = (await connection.execute(_PLACE, never.key)).first()
        if found is None:
            return never
        return replace(never, cursor=found.cursor, begun=bool(found.begun))

    async def take(self, place: Place, page: Page, now: datetime) -> Place:
        """Keep a page that follows a place; gives the place behind it.

        Raises Overtaken when the place is no longer the last.
        """
        told = {one.identity: one for one in _told(page, now)}
        async with self._engine.begin() as connection:
            after = await _moved(connection, place, page.cursor)
            known = await _known(connection, place, list(told))
            new = [
                one for one in told.values() if known.get(one.identity) != one.digest
            ]
            if new:
                kept = [
                    {**place.key, "identity": one.identity, "digest": one.digest}
                    for one in new
                ]
                await connection.execute(_KEEP, kept)
            if place.begun:
                aside = [_aside(place, one, now) for one in page.set_aside]
                await add_set_aside(connection, aside)
                changes = await self._changes(connection, place, new, known)
                await self._log.append(connection, changes)
        self._log.hurry()
        return after

    async def begun(self, place: Place) -> None:
        """Note that all a department held at first is known."""
        async with self._engine.begin() as connection:
            await connection.execute(_BEGUN, {**place.key, "begun": True})

    async def _changes(
        self,
        connection: AsyncConnection,
        place: Place,
        told: Sequence["_Told"],
        known: Mapping[str, str],
    ) -> Sequence[Change]:
        department, record_type = place.department, place.record_type
        names = [one.identity for one in told]
        before: dict[str, Version] = {}
        for some in _stretches(names):
            before |= await self._log.last(connection, department, record_type, some)
        return [
            Change(
                department,
                record_type,
                one.identity,
                one.version,
                before.get(one.identity),
                known=one.identity in known,
            )
            for one in told
        ]


@dataclass(frozen=True, slots=True)
class _Told:
    """A row that a department told of."""

    identity: str
    digest: str
    version: Version


def _told(page: Page, now: datetime) -> Iterator[_Told]:
    """Give the rows of a page; what can't be read has no identity but its own words."""
    for one in page.records:
        name = orjson.dumps(one.identity or one.digest, default=str)
        version = Version(one.raw, one.as_of)
        yield _Told(sha256(name).hexdigest(), one.digest, version)
    for aside in page.set_aside:
        words = digest(aside.raw)
        yield _Told(words, words, Version(aside.raw, now))


def _aside(place: Place, one: SetAside, now: datetime) -> SetAsideRow:
    position = f"变更 {place.cursor}：{one.position}（changes）"
    return SetAsideRow(
        place.department, place.record_type.value, position, one.reasons, one.raw, now
    )


async def _moved(
    connection: AsyncConnection, place: Place, cursor: str | None
) -> Place:
    """Move on behind a page, before anything else, so that others wait."""
    after = replace(place, cursor=cursor or place.cursor or "")
    values = {**place.key, "cursor": after.cursor}
    if place.cursor is None:
        moved = await connection.execute(_BEGIN, {**values, "begun": False})
    else:
        moved = await connection.execute(_MOVE, {**values, "before": place.cursor})
    if not moved.rowcount:
        raise Overtaken
    return after


async def _known(
    connection: AsyncConnection, place: Place, identities: Sequence[str]
) -> Mapping[str, str]:
    """Give the digests of the records that were told of before."""
    known: dict[str, str] = {}
    for some in _stretches(identities):
        asked = {**place.key, "identities": some}
        rows = (await connection.execute(_KNOWN, asked)).all()
        known |= {row.identity: row.digest for row in rows}
    return known


def _stretches(names: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(names), _AT_A_STRETCH):
        yield list(names[start : start + _AT_A_STRETCH])
