"""Gives source reports the shape of the schema."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from msgspec import structs

from gateway.loading.answers import GIVEN_NOTHING, Answer
from schema.departments import (
    Completeness,
    CompletenessStatus,
    Department,
    SourceOutcome,
    SourceReport,
)
from schema.record_type import RecordType

DepartmentOf = Callable[[str], Department]
_PLAIN_WORDS: Final[Mapping[SourceOutcome, str]] = {
    SourceOutcome.TIMED_OUT: "该部门未及时答复 (did not answer in time)",
    SourceOutcome.FAILED: "该部门未能答复 (could not answer)",
    SourceOutcome.CIRCUIT_OPEN: "该部门暂停访问 (not asked for a while)",
    SourceOutcome.DENIED: "该部门未能答复 (could not answer)",
    SourceOutcome.STALE: "该部门未能答复，为其此前的答复 (an earlier answer)",
}
_MORE: Final = "该部门可能还有其他记录 (may hold more)"


def completeness(
    answers: Sequence[Answer],
    given: Mapping[str, int],
    department_of: DepartmentOf,
) -> Completeness:
    """Say whether all were heard; `given` counts what each may be seen to give."""
    merged = merge(answers)
    return Completeness(
        status=status_of(answers),
        sources=[
            SourceReport(
                department=department_of(answer.department),
                outcome=answer.outcome,
                as_of=answer.as_of,
                records=None
                if answer.outcome in GIVEN_NOTHING
                else given.get(answer.department, 0),
                latency_ms=answer.latency_ms,
                reason=answer.reason,
            )
            for answer in merged
        ],
    )


def without_words(answer: Answer) -> Answer:
    """Say why an answer is half without what the department or a row says itself."""
    if answer.reason is None:
        return answer
    return structs.replace(answer, reason=_PLAIN_WORDS.get(answer.outcome, _MORE))


def status_of(answers: Sequence[Answer]) -> CompletenessStatus:
    """Give the verdict over answers; nobody to ask at all is UNAVAILABLE."""
    if answers and all(answer.complete for answer in answers):
        return CompletenessStatus.COMPLETE
    if all(answer.outcome in GIVEN_NOTHING for answer in answers):
        return CompletenessStatus.UNAVAILABLE
    return CompletenessStatus.PARTIAL


def merge(answers: Iterable[Answer]) -> Sequence[Answer]:
    """Give one answer per department: the worst of several."""
    worst: dict[str, Answer] = {}
    for answer in answers:
        before = worst.get(answer.department)
        if before is None or (before.complete and not answer.complete):
            worst[answer.department] = answer
    return [worst[code] for code in sorted(worst)]


ARCHIVED = tuple(
    record_type
    for record_type in RecordType
    if record_type
    not in {
        RecordType.REGISTRATION,
        RecordType.SHAREHOLDER,
        RecordType.KEY_PERSON,
        RecordType.BRANCH,
    }
)
"""Record types that happen on a day, and so stand in the archive."""
