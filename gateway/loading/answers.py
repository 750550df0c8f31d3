"""What departments said, before it takes the shape of the schema."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.contract import SourceRecord
from schema.departments import SourceOutcome


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


GIVEN_NOTHING = frozenset({SourceOutcome.TIMED_OUT, SourceOutcome.FAILED})
"""Outcomes of a department that was asked and gave nothing."""
