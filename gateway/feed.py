"""Tells what changed: as it happens, and what happened since."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.changelog import ChangeLog, Logged
from gateway.changes import Changes
from gateway.events import Events
from gateway.loading.records import Departments
from gateway.settings import SHANGHAI
from schema.codes.regions import significant
from schema.connections import Edge, PageInfo, decode_cursor, encode_cursor
from schema.errors import BadInput
from schema.record_type import RecordType
from schema.subscription import RecordChange, RecordChangeConnection

_AT_A_STRETCH = 200
"""Changes read together."""
_MOST_READ = 5_000
"""Changes that one page may look at; most of them may fit nobody."""
_NOT_OURS = "不是本系统给出的游标 (not a cursor of this list)"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which changes are wanted; None means all."""

    record_types: frozenset[RecordType] | None
    departments: Departments


@dataclass(frozen=True, slots=True, order=True)
class _Place:
    """Behind so many events of a change in the log."""

    number: int
    count: int = 0

    @property
    def cursor(self) -> str:
        """Write it for a client."""
        return encode_cursor(self.number, self.count)


class Feed:
    """The changes that a log holds and will hold."""

    def __init__(
        self, log: ChangeLog, changes: Changes, events: Events[RecordChange]
    ) -> None:
        """Tell of `log` as `changes` reads it; new ones come through `events`."""
        self._log = log
        self._changes = changes
        self._events = events

    def listen(
        self, wanted: Wanted, region: str | None
    ) -> AsyncGenerator[RecordChange, None]:
        """Give changes from now on, of a region's enterprises."""
        prefix = significant(region or "")

        def is_wanted(change: RecordChange) -> bool:
            kinds, codes = wanted.record_types, wanted.departments
            if kinds is not None and change.record_type not in kinds:
                return False
            if codes is not None and change.department.code not in codes:
                return False
            return not prefix or _is_in(change, prefix)

        return self._events.listen(is_wanted)

    async def since(
        self, cursor: str | None, moment: datetime | None, wanted: Wanted, first: int
    ) -> RecordChangeConnection:
        """Give a page of the changes after a cursor, or since a moment.

        Without either it begins with the oldest that is kept. Raises BadInput for a
        place of which something was dropped since.
        """
        head = await self._log.head()
        start = await self._place(cursor, moment, head)
        told: list[tuple[_Place, RecordChange]] = []
        place, read, more = start, 0, True
        while more and len(told) <= first and read < _MOST_READ:
            logged = await self._logged(place, wanted)
            more = len(logged) == _AT_A_STRETCH
            read += len(logged)
            told += [one for one in await self._told(logged) if one[0] > start]
            if logged:
                place = _Place(logged[-1].number + 1)
        if len(told) > first:
            more, told = True, told[:first]
            place = told[-1][0] if told else start
        elif not more:
            last = told[-1][0] if told else start
            place = max(last, _Place(head))
        return _connection(start, told, place, more=more)

    async def _logged(self, place: _Place, wanted: Wanted) -> Sequence[Logged]:
        """Read on; the change in whose midst the place is, too."""
        return await self._log.after(
            place.number - 1, _AT_A_STRETCH, wanted.departments, wanted.record_types
        )

    async def _told(
        self, logged: Sequence[Logged]
    ) -> Sequence[tuple[_Place, RecordChange]]:
        return [
            (_Place(number, count), event)
            for told in await self._changes.read(logged)
            for number, events in told.events.items()
            for count, event in enumerate(events, 1)
        ]

    async def _place(
        self, cursor: str | None, moment: datetime | None, head: int
    ) -> _Place:
        start = await self._log.start()
        if cursor is not None:
            place = _read(cursor)
            if place.number > head + 1:
                raise BadInput("cursor", _NOT_OURS)
            if place.number < start.number:
                raise BadInput("cursor", _dropped(start.at))
            return place
        if moment is None:
            return _Place(start.number, 0)
        if start.at is not None and moment < start.at:
            raise BadInput("since", _dropped(start.at))
        return _Place(await self._log.before(moment) + 1)


def _read(cursor: str) -> _Place:
    number, count = decode_cursor(cursor, 2, "cursor")
    if not isinstance(number, int) or not isinstance(count, int):
        raise BadInput("cursor", _NOT_OURS)
    return _Place(number, count)


def _dropped(at: datetime | None) -> str:
    since = f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if at else ""
    return (
        f"{since} 以前的变更已不再保存，请重新查询全部记录，再从该时刻起续查 "
        f"(changes before {since} are no longer kept; ask for the records anew, "
        "then go on from that moment)"
    )


def _connection(
    start: _Place,
    told: Sequence[tuple[_Place, RecordChange]],
    end: _Place,
    *,
    more: bool,
) -> RecordChangeConnection:
    return RecordChangeConnection(
        nodes=[change for _, change in told],
        edges=[Edge(cursor=place.cursor, node=change) for place, change in told],
        page_info=PageInfo(
            has_next_page=more,
            has_previous_page=start.number > 0,
            start_cursor=told[0][0].cursor if told else None,
            end_cursor=end.cursor,
        ),
    )


def _is_in(change: RecordChange, prefix: str) -> bool:
    region = change.enterprise.region
    return region is not None and region.code.startswith(prefix)
