"""What departments said, before it takes the shape of the schema."""

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from time import monotonic

import msgspec

from adapters.contract import UNSTATED, SourceRecord, Stated
from adapters.errors import SourceDenied, SourceTimedOut
from gateway.loading.life import Life
from schema.departments import SourceOutcome
from schema.record_type import RecordType


class Given(msgspec.Struct, frozen=True):
    """What was told whose records are not kept: a listing, or a change."""

    records: int
    """As many as the department gave, before any filter."""
    enterprises: Collection[str] = ()
    """USCCs of those of whom something was taken up."""
    digest: str | None = None
    """Of the records' digests, where it is to be signed."""


class Answer(msgspec.Struct, frozen=True, gc=False):
    """What one department said about one enterprise and record type."""

    department: str
    outcome: SourceOutcome
    records: Sequence[SourceRecord] = ()
    as_of: datetime | None = None
    latency_ms: float | None = None
    reason: str | None = None
    complete: bool = True
    """False when the department may hold more than it gave."""
    fetched_at: datetime | None = None
    """When it was fetched, where that was not for this question."""
    given: Given | None = None
    """In place of `records`, where those are not kept."""

    @property
    def count(self) -> int:
        """Say how many records were given."""
        return len(self.records) if self.given is None else self.given.records

    @property
    def since(self) -> datetime | None:
        """Say since when it has been with us; None: it came for this question."""
        return self.as_of if self.outcome in _LYING_HERE else self.fetched_at


class SourceCall(msgspec.Struct, frozen=True, dict=True):
    """What one question to a department took, and what came of it."""

    department: str
    record_type: RecordType
    answers: Collection[Answer]
    """About each enterprise; the only one where all it holds was listed."""
    calls: int | None
    """Requests to the department; None: not told, for it gave nothing."""
    milliseconds: float
    listing: bool = False
    """Whether all it holds was listed."""

    @cached_property
    def outcomes(self) -> Mapping[SourceOutcome, int]:
        """Count answers by how the question was answered."""
        return Counter(one.outcome for one in self.answers)

    @cached_property
    def complete(self) -> bool:
        """Say whether nothing can be missing."""
        return all(one.complete for one in self.answers)

    @property
    def oldest(self) -> datetime | None:
        """Say how old the oldest answer is; None: all came for this question."""
        ages = [since for one in self.answers if (since := one.since) is not None]
        return min(ages, default=None)


_SHARE_OF_DEADLINE = 0.95
"""The rest of a query's time is for putting the answer together."""


@dataclass(slots=True)
class Note:
    """What a request leaves with its questions: it hears of each, and can't wait long.

    `seconds` are those that its questions may take together.
    """

    seconds: float = math.inf
    calls: list[SourceCall] = field(default_factory=list)
    """What was asked of departments, or looked up for them."""
    told: list[SourceCall] = field(default_factory=list)
    """What was told of departments' records without a question to them."""
    signing: bool = False
    """Whether what is heard will be signed; listings keep digests then."""
    enterprises: set[str] = field(default_factory=set)
    """USCCs of those whom the core told of."""
    decided: str | None = None
    """What for something is decided by the answer, which is signed then."""
    unasked: int = 0
    """Questions for which there was nobody to ask."""
    register: datetime | None = None
    """As of when the registrations are that were looked at."""
    life: Life = field(default_factory=Life)
    """How long what was heard stays true."""
    stated: Stated = UNSTATED
    """What for it asks; goes on to the departments."""
    _started: float = field(default_factory=monotonic)

    def __call__(self, call: SourceCall) -> None:
        """Hear of a question to a department."""
        self.calls.append(call)

    def stating(self, purpose: str) -> "Note":
        """Give a note for questions of the same request that have another purpose.

        What they hear of departments stands in this one too.
        """
        return replace(self, unasked=0, stated=Stated(purpose, self.stated.case))

    def listed(self, record_type: RecordType, answers: Sequence[Answer]) -> None:
        """Hear of a listing of whole departments, each with its answer."""
        for one in answers:
            code, taken = one.department, one.latency_ms or 0.0
            self(SourceCall(code, record_type, (one,), None, taken, listing=True))
        self.unasked += not answers

    @property
    def left(self) -> float:
        """Seconds that the request still waits; not above 0 when it is late."""
        return self._started + self.seconds * _SHARE_OF_DEADLINE - monotonic()

    @property
    def repeatable(self) -> bool:
        """Say whether nothing was asked of departments for this request alone."""
        return all(call.outcomes.keys() <= AT_HAND for call in self.calls)

    def renew(self) -> None:
        """Count anew, after a listing of whole departments; that has its own time."""
        self._started = monotonic()


AT_HAND = frozenset(
    {SourceOutcome.CACHED, SourceOutcome.MATERIALIZED, SourceOutcome.NOTHING_HELD}
)
"""Outcomes of questions that were answered without asking a department."""
GIVEN_NOTHING = frozenset(
    {
        SourceOutcome.TIMED_OUT,
        SourceOutcome.FAILED,
        SourceOutcome.CIRCUIT_OPEN,
        SourceOutcome.DENIED,
    }
)
"""Outcomes of a department that may hold records and gave nothing."""
_LYING_HERE = frozenset({SourceOutcome.MATERIALIZED, SourceOutcome.NOTHING_HELD})
"""Outcomes of what is as old as the state of a department that lies with us."""


def joined(
    department: str,
    record_type: RecordType,
    told: Sequence[SourceCall],
    answers: Mapping[str, Answer],
) -> SourceCall:
    """Tell of several questions, and of what else was answered, as of one."""
    calls = [one.calls for one in told]
    known = [one for one in calls if one is not None]
    return SourceCall(
        department,
        record_type,
        answers.values(),
        sum(known) if len(known) == len(calls) else None,
        sum(one.milliseconds for one in told),
    )


def outcome_of(fault: Exception) -> SourceOutcome:
    """Give the outcome of a question that ended in a fault."""
    if isinstance(fault, SourceTimedOut):
        return SourceOutcome.TIMED_OUT
    if isinstance(fault, SourceDenied):
        return SourceOutcome.DENIED
    return SourceOutcome.FAILED
