"""Reads enterprises out of the core."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from adapters.contract import SourceRecord
from gateway.core.crosswalk import Crosswalk
from gateway.core.filters import Bound, beyond, condition, dimension, order_of, storable
from gateway.core.history import back_then
from gateway.core.reading import Reads, of_keys
from gateway.core.rows import StoredRegistration, read_report
from gateway.core.search import hits
from schema.connections import Cursors, Slice, decode_cursor, encode_cursor
from schema.errors import BadInput
from schema.filters import EnterpriseDimension, EnterpriseFilter, EnterpriseOrder
from schema.registration import Registration
from schema.statistics import StatisticsGroup

FARTHEST = 10_000
"""Hits of a search that can be paged through."""
_BODIES = "SELECT uscc, name, body FROM registration WHERE uscc IN :keys"
_VERSIONS = (
    "SELECT uscc, valid_to, body FROM registration_history "
    "WHERE uscc IN :keys ORDER BY uscc, valid_to"
)
_REPORTS = (
    "SELECT uscc, record_id, facts, digest, as_of FROM annual_report "
    "WHERE uscc IN :keys ORDER BY uscc DESC, record_id DESC"
)
"""The order in which SQLite keeps them, backwards: the latest first, unsorted."""


class Reader:
    """Implements `schema.services.Enterprises` over the core's tables."""

    def __init__(self, reads: Reads) -> None:
        """Read from the core's tables."""
        self._reads = reads
        self._crosswalk = Crosswalk(reads)

    async def by_uscc(
        self, usccs: Sequence[str], as_of: datetime | None = None
    ) -> Mapping[str, Registration]:
        """Give those that exist, by code; `as_of`, as the core knew them then."""
        rows = await of_keys(self._reads, _BODIES, usccs)
        found: dict[str, Registration] = {
            row[0]: StoredRegistration(*row) for row in rows
        }
        if as_of is None:
            return found
        return back_then(found, await of_keys(self._reads, _VERSIONS, usccs), as_of)

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
        bound, columns = Bound(self._reads.like), order_of(order_by)
        holds = condition(where, bound)
        keys = len(where.uscc_in) if where and where.uscc_in is not None else None
        further = beyond(columns, after, bound) if after is not None else "1 = 1"
        order = ", ".join(f"{c.sql}{' DESC' if c.descending else ''}" for c in columns)
        places = ", ".join(f"{c.sql} AS k{n}" for n, c in enumerate(columns))
        limit = bound.bind(first + 1)
        page = f"WHERE {holds} AND {further} ORDER BY {order} LIMIT {limit}"
        if keys is None:  # only the rows of the page are read whole
            page = (
                f"WHERE uscc IN (SELECT uscc FROM registration {page}) ORDER BY {order}"  # noqa: S608
            )
        found = await self._reads.rows(
            f"SELECT uscc, name, body, {places} FROM registration {page}",  # noqa: S608
            bound.values,
            keys,
        )
        total, more = len(found), len(found) > first
        if more or after is not None:
            counting = f"SELECT count(*) FROM registration WHERE {holds}"  # noqa: S608
            ((total,),) = await self._reads.rows(counting, bound.values, keys)
        shown = found[:first]
        return Slice(
            [StoredRegistration(*row[:3]) for row in shown],
            Cursors(shown, lambda row: encode_cursor(*row[3:])),
            more,
            after is not None,
            total,
        )

    async def search(
        self, text: str, region: str | None, first: int, after: str | None
    ) -> Slice[Registration]:
        """Give one page of hits by name, former name or code, the best first."""
        start = _offset(after)
        reads = self._reads
        query, values = hits(text, region, reads.like, trigrams=reads.trigrams)
        found = await reads.rows(
            f"SELECT uscc, name, body FROM ({query}) AS hits ORDER BY grade, "  # noqa: S608
            "length(name), name, uscc LIMIT :first OFFSET :start",
            {**values, "first": first, "start": start},
        )
        total = end = start + len(found)
        if start or len(found) == first:
            counting = f"SELECT count(*) FROM ({query}) AS hits"  # noqa: S608
            ((total,),) = await reads.rows(counting, values)
        return Slice(
            [StoredRegistration(*row) for row in found],
            [encode_cursor(place) for place in range(start + 1, end + 1)],
            end < min(total, FARTHEST),
            start > 0,
            total,
        )

    async def statistics(
        self, where: EnterpriseFilter | None, group_by: Sequence[EnterpriseDimension]
    ) -> Sequence[StatisticsGroup]:
        """Count enterprises by dimensions, in one statement."""
        bound = Bound(self._reads.like)
        holds = condition(where, bound)
        keys = [dimension(one, where) for one in group_by]
        named = ", ".join(f"{key} AS k{n}" for n, key in enumerate(keys))
        places = ", ".join(str(n) for n in range(1, len(keys) + 1))
        query = (
            f"SELECT {named}, count(*) FROM registration WHERE {holds} "  # noqa: S608
            f"GROUP BY {places} ORDER BY {places}"
        )
        return [
            StatisticsGroup(keys=[str(k) for k in row[:-1]], count=row[-1], sums={})
            for row in await self._reads.rows(query, bound.values)
        ]

    async def among(
        self, usccs: Sequence[str], where: EnterpriseFilter
    ) -> frozenset[str]:
        """Give those of the codes that a filter lets through."""
        bound = Bound(self._reads.like)
        query = (
            "SELECT uscc FROM registration WHERE uscc IN :keys "  # noqa: S608
            f"AND {condition(where, bound)}"
        )
        values = {**bound.values, "keys": [*map(storable, usccs)]}
        return frozenset(row[0] for row in await self._reads.rows(query, values))

    async def annual_reports(
        self, usccs: Sequence[str]
    ) -> Mapping[str, Sequence[SourceRecord]]:
        """Give the materialized annual reports, one statement per set."""
        found: dict[str, list[SourceRecord]] = {}
        for code, *row in await of_keys(self._reads, _REPORTS, usccs):
            found.setdefault(code, []).append(read_report(*row))
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
