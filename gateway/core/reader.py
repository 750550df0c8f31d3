"""Reads enterprises out of the core."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import TextClause, bindparam, text as sql
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.contract import SourceRecord
from gateway.core.crosswalk import CHUNK, Crosswalk
from gateway.core.database import reading
from gateway.core.filters import Bound, beyond, condition, dimension, order_of, storable
from gateway.core.history import back_then
from gateway.core.rows import read_registration, read_report
from gateway.core.search import hits
from schema.connections import Slice, decode_cursor, encode_cursor
from schema.errors import BadInput
from schema.filters import EnterpriseDimension, EnterpriseFilter, EnterpriseOrder
from schema.registration import Registration
from schema.statistics import StatisticsGroup

FARTHEST = 10_000
"""Hits of a search that can be paged through."""


def _in(query: str) -> TextClause:
    return sql(query).bindparams(bindparam("keys", expanding=True))


_BODIES = _in("SELECT uscc, body FROM registration WHERE uscc IN :keys")
_VERSIONS = _in(
    "SELECT uscc, valid_to, body FROM registration_history "
    "WHERE uscc IN :keys ORDER BY uscc, valid_to"
)
_REPORTS = _in(
    "SELECT uscc, record_id, facts, digest, as_of FROM annual_report "
    "WHERE uscc IN :keys ORDER BY uscc, record_id DESC"
)


class Reader:
    """Implements `schema.services.Enterprises` over the core's tables."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Read from the core's tables."""
        self._engine = engine
        self._crosswalk = Crosswalk(engine)
        self._sqlite = engine.dialect.name == "sqlite"
        self._like = "LIKE" if self._sqlite else "ILIKE"

    async def by_uscc(
        self, usccs: Sequence[str], as_of: datetime | None = None
    ) -> Mapping[str, Registration]:
        """Give those that exist, by code; `as_of`, as the core knew them then."""
        found: dict[str, Registration] = {}
        versions: list[Any] = []
        async with reading(self._engine) as connection:
            for start in range(0, len(usccs), CHUNK):
                keys = {"keys": [*map(storable, usccs[start : start + CHUNK])]}
                for code, body in await connection.execute(_BODIES, keys):
                    found[code] = read_registration(body)
                if as_of is not None:
                    versions += (await connection.execute(_VERSIONS, keys)).all()
        return found if as_of is None else back_then(found, versions, as_of)

    async def by_registration_number(
        self, numbers: Sequence[str], as_of: datetime | None = None
    ) -> Mapping[str, Sequence[Registration]]:
        """Give who bears each number."""
        return await self._named(await self._crosswalk.by_number(numbers), as_of)

    async def by_name(
        self, names: Sequence[str], as_of: datetime | None = None
    ) -> Mapping[str, Sequence[Registration]]:
        """Give who bears each name, else who bore it, after normalising."""
        return await self._named(await self._crosswalk.by_name(names), as_of)

    async def find(
        self,
        where: EnterpriseFilter | None,
        order_by: Sequence[EnterpriseOrder],
        first: int,
        after: str | None,
        as_of: datetime | None = None,
    ) -> Slice[Registration]:
        """Give one page of those that a filter lets through, and their number."""
        if as_of is not None:
            raise BadInput("asOf", "筛选只能针对当前数据 (lists are of today only)")
        bound, columns = Bound(self._like), order_of(order_by)
        holds = condition(where, bound)
        counting = dict(bound.values)
        further = beyond(columns, after, bound) if after is not None else "1 = 1"
        order = ", ".join(f"{c.sql}{' DESC' if c.descending else ''}" for c in columns)
        places = ", ".join(f"{c.sql} AS k{n}" for n, c in enumerate(columns))
        limit = bound.bind(first + 1)
        async with reading(self._engine) as connection:
            total = await connection.execute(
                sql(f"SELECT count(*) FROM registration WHERE {holds}"),  # noqa: S608
                counting,
            )
            rows = await connection.execute(
                sql(
                    f"SELECT body, {places} FROM registration WHERE {holds} "  # noqa: S608
                    f"AND {further} ORDER BY {order} LIMIT {limit}"
                ),
                bound.values,
            )
            count, found = int(total.scalar_one()), rows.all()
        shown = found[:first]
        return Slice(
            [read_registration(row[0]) for row in shown],
            [encode_cursor(*row[1:]) for row in shown],
            len(found) > first,
            after is not None,
            count,
        )

    async def search(
        self, text: str, region: str | None, first: int, after: str | None
    ) -> Slice[Registration]:
        """Give one page of hits by name, former name or code, the best first."""
        start = _offset(after)
        query, values = hits(text, region, sqlite=self._sqlite)
        async with reading(self._engine) as connection:
            counted = await connection.execute(
                sql(f"SELECT count(*) FROM ({query}) AS hits"),  # noqa: S608
                values,
            )
            rows = await connection.execute(
                sql(
                    f"SELECT body FROM ({query}) AS hits ORDER BY grade, length(name), "  # noqa: S608
                    "name, uscc LIMIT :first OFFSET :start"
                ),
                {**values, "first": first, "start": start},
            )
            total, found = int(counted.scalar_one()), rows.scalars().all()
        end = start + len(found)
        return Slice(
            [read_registration(body) for body in found],
            [encode_cursor(place) for place in range(start + 1, end + 1)],
            end < min(total, FARTHEST),
            start > 0,
            total,
        )

    async def statistics(
        self, where: EnterpriseFilter | None, group_by: Sequence[EnterpriseDimension]
    ) -> Sequence[StatisticsGroup]:
        """Count enterprises by dimensions, in one statement."""
        bound = Bound(self._like)
        holds = condition(where, bound)
        keys = [dimension(one, where) for one in group_by]
        named = ", ".join(f"{key} AS k{n}" for n, key in enumerate(keys))
        places = ", ".join(str(n) for n in range(1, len(keys) + 1))
        query = (
            f"SELECT {named}, count(*) FROM registration WHERE {holds} "  # noqa: S608
            f"GROUP BY {places} ORDER BY {places}"
        )
        async with reading(self._engine) as connection:
            rows = (await connection.execute(sql(query), bound.values)).all()
        return [
            StatisticsGroup(keys=[str(k) for k in row[:-1]], count=row[-1], sums={})
            for row in rows
        ]

    async def among(
        self, usccs: Sequence[str], where: EnterpriseFilter
    ) -> frozenset[str]:
        """Give those of the codes that a filter lets through."""
        bound = Bound(self._like)
        holds = condition(where, bound)
        query = _in(f"SELECT uscc FROM registration WHERE uscc IN :keys AND {holds}")  # noqa: S608
        kept: set[str] = set()
        async with reading(self._engine) as connection:
            for start in range(0, len(usccs), CHUNK):
                values = {**bound.values, "keys": list(usccs[start : start + CHUNK])}
                kept.update((await connection.execute(query, values)).scalars())
        return frozenset(kept)

    async def annual_reports(
        self, usccs: Sequence[str]
    ) -> Mapping[str, Sequence[SourceRecord]]:
        """Give the materialized annual reports, one statement per set."""
        found: dict[str, list[SourceRecord]] = {}
        async with reading(self._engine) as connection:
            for start in range(0, len(usccs), CHUNK):
                keys = {"keys": list(usccs[start : start + CHUNK])}
                for code, *row in await connection.execute(_REPORTS, keys):
                    found.setdefault(code, []).append(read_report(row))
        return found

    async def _named(
        self, codes: Mapping[str, Sequence[str]], as_of: datetime | None
    ) -> Mapping[str, Sequence[Registration]]:
        every = list(dict.fromkeys(code for found in codes.values() for code in found))
        known = await self.by_uscc(every, as_of)
        return {
            name: [known[code] for code in found if code in known]
            for name, found in codes.items()
        }


def _offset(after: str | None) -> int:
    if after is None:
        return 0
    place = decode_cursor(after, 1)[0]
    if not isinstance(place, int) or not 0 <= place <= FARTHEST:
        raise BadInput("after", "不是本系统给出的游标 (not a cursor of this list)")
    return place
