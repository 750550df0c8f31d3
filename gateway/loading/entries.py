"""Records kept for a while: an entry for each department, record type, enterprise."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
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
    """Whether it is no longer true, or no longer kept."""


def entry(
    records: Sequence[SourceRecord], as_of: datetime, now: datetime, since: float
) -> Entry:
    """Make the entry of an answer that came `now`."""
    return Entry(records, as_of, now, since, _ENTRY + sum(map(_size, records)))


def _size(record: SourceRecord) -> int:
    return _RECORD + _footprint(record.raw) + getsizeof(record.values)


def _footprint(value: object) -> int:
    """Give the bytes of a row, about; values that others share are counted as well."""
    if isinstance(value, Mapping):
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
        self.drop(place)
        self._held[place] = one
        self.size += one.size
        while self.size > self._most:
            self.drop(next(iter(self._held)))

    def drop(self, place: Place) -> None:
        """Forget an entry, and let those who rely on it know."""
        before = self._held.pop(place, None)
        if before is None:
            return
        self.size -= before.size
        before.gone = True
        for relying in before.relying:
            relying.forget()

    def drop_all(
        self, department: str, record_type: RecordType, usccs: Iterable[str]
    ) -> None:
        """Forget what a department said about some enterprises."""
        for uscc in usccs:
            self.drop((department, record_type, uscc))
