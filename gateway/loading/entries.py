"""Records kept for a while: an entry for each department, record type, enterprise."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from sys import getsizeof
from typing import Protocol

from adapters.contract import SourceRecord
from schema.record_type import RecordType

Place = tuple[str, RecordType, str]
"""Department, record type, USCC."""
_ENTRY = 600
"""Bytes of an entry without records, about."""
_RECORD = 800
"""Bytes of a record beside its row, about."""
_DROPPED = 10_000
"""Places that are known to have been dropped, at the most."""


class Relies(Protocol):
    """What was made of entries and is worth nothing without one of them."""

    def forget(self) -> None:
        """Learn that an entry is no longer true."""


@dataclass(slots=True, eq=False)
class Entry:
    """What a department said about an enterprise; an empty list says «nothing held»."""

    records: Sequence[SourceRecord]
    as_of: datetime
    fetched_at: datetime
    """Of the wall clock, for who reads the answer."""
    since: float
    """Of the clock that counts ages, in seconds."""
    size: int
    """Bytes, about."""
    relying: list[Relies] = field(default_factory=list)
    gone: bool = False
    """Whether it may no longer be true, or is no longer kept."""

    def go(self) -> None:
        """Let those who rely on it know."""
        self.gone = True
        for relying in self.relying:
            relying.forget()


def entry(
    records: Sequence[SourceRecord], as_of: datetime, now: datetime, since: float
) -> Entry:
    """Make the entry of an answer that came `now`."""
    return Entry(records, as_of, now, since, _ENTRY + sum(map(_size, records)))


def _size(record: SourceRecord) -> int:
    return _RECORD + _footprint(record.raw) + getsizeof(record.values)


def _footprint(value: object) -> int:
    """Give the bytes of a row, about; values that others share are counted as well."""
    if isinstance(value, dict):
        return getsizeof(value) + sum(map(_footprint, value.values()))
    if isinstance(value, list | tuple):
        return getsizeof(value) + sum(map(_footprint, value))
    return getsizeof(value)


class Entries:
    """Holds entries up to a number of bytes; the least recently used ones go first."""

    def __init__(self, most: int) -> None:
        """Hold at most so many bytes."""
        self._most = most
        self._held: OrderedDict[Place, Entry] = OrderedDict()
        self._dropped: OrderedDict[Place, int] = OrderedDict()
        self._drops = 0
        self._forgotten = 0
        """The last drop that is not known by its place."""
        self.size = 0
        """Bytes held, about."""

    def __len__(self) -> int:
        """Say how many entries there are."""
        return len(self._held)

    def get(self, place: Place) -> Entry | None:
        """Give an entry, whatever its age."""
        found = self._held.get(place)
        if found is not None:
            self._held.move_to_end(place)
        return found

    def put(self, place: Place, one: Entry) -> None:
        """Keep an entry in the place of an earlier one."""
        self._remove(place)
        self._held[place] = one
        self.size += one.size
        while self.size > self._most:
            self._remove(next(iter(self._held)))

    def drop_all(
        self, department: str, record_type: RecordType, usccs: Iterable[str]
    ) -> None:
        """Forget what a department said about some enterprises."""
        self.drop((department, record_type, uscc) for uscc in usccs)

    def drop(self, places: Iterable[Place]) -> None:
        """Forget entries, and what is being asked for them just now."""
        self._drops += 1
        for place in places:
            self._remove(place)
            self._dropped[place] = self._drops
            self._dropped.move_to_end(place)
        while len(self._dropped) > _DROPPED:
            _, self._forgotten = self._dropped.popitem(last=False)

    def drop_department(self, department: str) -> None:
        """Forget all that a department said, and what is being asked just now."""
        self._drops += 1
        self._forgotten = self._drops
        for place in [place for place in self._held if place[0] == department]:
            self._remove(place)

    def doubt_all(self) -> None:
        """Keep all for a last word only, for anything may have been dropped."""
        self._drops += 1
        self._forgotten = self._drops
        for one in self._held.values():
            one.go()

    def mark(self) -> int:
        """Give what tells drops before now from those after."""
        return self._drops

    def dropped_since(self, place: Place, mark: int) -> bool:
        """Say whether an answer that was asked for at `mark` is no longer true.

        True also where that is no longer known.
        """
        return max(self._forgotten, self._dropped.get(place, 0)) > mark

    def _remove(self, place: Place) -> None:
        before = self._held.pop(place, None)
        if before is not None:
            self.size -= before.size
            before.go()
