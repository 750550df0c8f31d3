"""About whom a department holds records of a type, as sets of enterprises' numbers.

A row names an enterprise by its code, its number or its name, well or badly. Whatever
it writes is a *call*; an enterprise answers to its own calls. Who answers to none of
the calls in a department's rows is surely not in them, whatever the core says of names
today: this is all that ruling out needs. Calls that are not the code of a known
enterprise are kept as hashes of 26 bits: one that is hit by chance costs a question.
"""

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from pyroaring import BitMap

from adapters.contract import EnterpriseKey, Subject
from gateway.loading.ordinals import Ordinals
from schema.codes import uscc as codes
from schema.record_type import RecordType

_SHIFT = 6
"""Bits of a CRC-32 that are dropped, so that a set of hashes stays small."""


@dataclass(slots=True)
class Presence:
    """About whom one department holds records of one type."""

    department: str
    record_type: RecordType
    built: datetime
    """When its reading began; the clock of the gateway."""
    read: datetime
    """The same by the real time: what was added before that day is in it."""
    whole: bool = True
    """Whether everything was read, and every row said whom it is about."""
    mark: str = ""
    """The state of the core whose names and numbers `held` takes account of."""
    held: BitMap = field(default_factory=BitMap)
    """Whoever is, or may be, in it."""
    surely: BitMap = field(default_factory=BitMap)
    """Who must be in a complete answer."""
    calls: BitMap = field(default_factory=BitMap)
    """Hashes of calls that are not the code of somebody known."""
    edition: str = ""
    """Of the declaration by which it was read."""

    def age(self, now: datetime) -> timedelta:
        """Give the age by the gateway's clock or by the real time, what is more."""
        return max(now - self.built, datetime.now(UTC) - self.read)

    def add(self, calls: Iterable[str], ordinals: Ordinals) -> None:
        """Add whoever answers to these calls."""
        for call in calls:
            number = ordinals.of(call)
            if number is not None:
                self.held.add(number)
            elif (call_hash := hashed(call)) not in self.calls:
                self.calls.add(call_hash)
                self.mark = ""

    def has(self, call: str, ordinals: Ordinals) -> bool:
        """Say whether whoever answers to a call is in it already."""
        number = ordinals.of(call)
        return hashed(call) in self.calls if number is None else number in self.held

    def join(self, earlier: "Presence") -> None:
        """Add whoever was in an earlier reading; they need not be in an answer."""
        self.held |= earlier.held
        self.calls |= earlier.calls
        if self.mark != earlier.mark:
            self.mark = ""

    def about(self, sought: "Sought") -> set[str]:
        """Give those sought about whom it holds, or may hold, records."""
        found = {sought.codes[number] for number in sought.numbers & self.held}
        for call in sought.calls & self.calls:
            found.update(sought.callers[call])
        return found

    def missing(self, sought: "Sought", usccs: Iterable[str]) -> set[str]:
        """Give those of `usccs`, all of them sought, that must be in an answer."""
        must = {sought.codes[number] for number in sought.numbers & self.surely}
        return must.intersection(usccs)


def told(presence: Presence | None, limit: timedelta, now: datetime) -> str:
    """Say whether presence rules its department out, and if not why."""
    if presence is None:
        return "否：没有 (none: always asked)"
    if not presence.whole:
        return "否：有记录未写明主体 (a row names nobody: always asked)"
    if presence.age(now) >= limit:
        return "否：过时 (too old: always asked)"
    return "是 (yes)"


@dataclass(frozen=True, slots=True)
class Sought:
    """The enterprises of one question, ready for set algebra."""

    numbers: BitMap
    codes: Mapping[int, str]
    calls: BitMap
    callers: Mapping[int, Sequence[str]]


def sought(enterprises: Sequence[EnterpriseKey], ordinals: Ordinals) -> Sought:
    """Give the numbers and the hashed calls of enterprises."""
    numbers = {
        number: one.uscc
        for one in enterprises
        if (number := ordinals.of(one.uscc)) is not None
    }
    callers: dict[int, list[str]] = {}
    for one in enterprises:
        for call in calls_to(one):
            callers.setdefault(hashed(call), []).append(one.uscc)
    return Sought(BitMap(numbers), numbers, BitMap(callers), callers)


def calls_to(enterprise: EnterpriseKey) -> Iterator[str]:
    """Give all by which a row may name an enterprise; see `adapters.matching`."""
    yield enterprise.uscc
    yield codes.organisation_code(enterprise.uscc)
    if enterprise.registration_number:
        yield enterprise.registration_number
    yield from enterprise.names


def calls_of(subject: Subject) -> Iterator[str]:
    """Give whatever of a subject may be a call; a valid code leaves no doubt."""
    if subject.uscc is not None:
        yield subject.uscc
        return
    if subject.registration_number is not None:
        yield subject.registration_number
    if subject.written_code is not None:
        written = subject.written_code
        yield from (written, written.replace("-", ""), *codes.repairs(written))
    if subject.name is not None:
        yield subject.name


def hashed(call: str) -> int:
    """Give the hash of a call, the same everywhere and always."""
    return zlib.crc32(call.encode("utf-8", "surrogatepass")) >> _SHIFT
