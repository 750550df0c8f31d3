"""Whether an enterprise meets a condition across departments; maybe nobody knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from gateway.access.policy import Decisions
from gateway.directory import Directory
from gateway.everything import Everything
from gateway.loading.answers import Answer
from gateway.loading.presences import Presences
from gateway.loading.records import Departments, Heard, Moment, Records
from gateway.loading.selecting import selected
from schema.departments import Completeness
from schema.enterprise import Enterprise
from schema.filters import RecordCondition
from schema.obligation import files_report, years_due
from schema.record_type import RecordType
from schema.registration import Registration
from schema.services import Enterprises


class Asking(Protocol):
    """The request that asks."""

    @property
    def today(self) -> date:
        """The calendar day in Qinghai."""

    @property
    def moment(self) -> Moment:
        """When this is answered."""

    @property
    def decisions(self) -> Decisions:
        """What who asks may see."""

    @property
    def signing(self) -> bool:
        """Whether what is heard will be signed."""

    async def heard(
        self,
        enterprises: Sequence[Enterprise],
        record_type: RecordType,
        departments: Departments = None,
    ) -> Sequence[Heard]:
        """Hear about each, in one set with others that this request asks about."""

    def listed(self, record_type: RecordType, answers: Sequence[Answer]) -> None:
        """Hear of a listing of whole departments; what follows has its own time."""

    def ruled_out(self, record_type: RecordType, answers: Sequence[Answer]) -> None:
        """Hear of departments that presence was looked up for."""

    def core_completeness(self) -> Completeness:
        """Say that the core answered, which holds all registrations."""

    def shape(self, registrations: Sequence[Registration]) -> list[Enterprise]:
        """Give registrations the shape of the schema."""


class Shared(Protocol):
    """What all requests share, as far as conditions need it."""

    @property
    def core(self) -> Enterprises:
        """The core."""

    @property
    def directory(self) -> Directory:
        """The register of departments."""

    @property
    def records(self) -> Records:
        """The departments' records."""

    @property
    def everything(self) -> Everything:
        """Whole departments."""

    @property
    def presences(self) -> Presences | None:
        """About whom departments hold records; None: nobody looks."""

    @property
    def most_candidates(self) -> int:
        """Enterprises that may be asked about."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an enterprise meets a condition; `holds` is None when nobody knows."""

    holds: bool | None
    heard: Heard


async def verdicts(
    questions: Asking,
    parts: Shared,
    condition: RecordCondition,
    candidates: Sequence[Enterprise],
) -> list[Verdict]:
    """Ask about all candidates, and say of each whether it meets the condition."""
    departments = parts.directory.choose(condition.departments, predecessors=False)
    heard = await questions.heard(candidates, condition.record_type, departments)
    return [
        Verdict(_judged(condition, who, one, questions.today), one)
        for who, one in zip(candidates, heard, strict=True)
    ]


def holds(condition: RecordCondition, count: int, *, complete: bool) -> bool | None:
    """Say whether so many matching records meet a condition.

    None where more may exist than were counted, and that would decide.
    """
    if condition.none:
        return False if count else True if complete else None
    if count >= condition.min:
        return True
    return False if complete else None


def _judged(
    condition: RecordCondition, who: Enterprise, heard: Heard, today: date
) -> bool | None:
    if not _owed(condition, who, today):
        return False
    count = len(selected(heard.records, condition, today))
    return holds(condition, count, complete=heard.complete)


def _owed(condition: RecordCondition, enterprise: Enterprise, today: date) -> bool:
    """Say whether the lack of records tells anything: not everybody owes a report."""
    if condition.record_type is not RecordType.ANNUAL_REPORT or not condition.none:
        return True
    years: Sequence[int] = ()
    if condition.report_year is not None:
        years = (condition.report_year,)
    elif condition.from_ or condition.to:
        years = years_due(condition.from_, condition.to, today)
    return not years or any(files_report(enterprise, year) for year in years)
