"""What departments said, before it takes the shape of the schema."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.contract import SourceRecord
from schema.departments import SourceOutcome
from schema.record_type import RecordType


@dataclass(frozen=True, slots=True)
class Answer:
    """What one department said about one enterprise and record type."""

    department: str
    outcome: SourceOutcome
    records: Sequence[SourceRecord] = ()
    as_of: datetime | None = None
    latency_ms: float | None = None
    reason: str | None = None
    complete: bool = True
    """False when the department may hold more than it gave."""


@dataclass(frozen=True, slots=True)
class SourceCall:
    """What one question to a department took, and what came of it."""

    department: str
    record_type: RecordType
    enterprises: int
    calls: int | None
    """Requests to the department; None: not told, for it gave nothing."""
    milliseconds: float
    outcomes: Mapping[SourceOutcome, int]
    """Enterprises by how the question about each was answered."""


Note = Callable[[SourceCall], None]
"""Is told of every question to a department."""


GIVEN_NOTHING = frozenset({SourceOutcome.TIMED_OUT, SourceOutcome.FAILED})
"""Outcomes of a department that was asked and gave nothing."""
