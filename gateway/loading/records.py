"""Records of sets of enterprises, as one audience may see them."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import msgspec

from gateway.directory import Directory
from gateway.loading.answers import Answer, Note
from gateway.loading.loader import Loader
from gateway.loading.selecting import told_once
from gateway.loading.shaping import completeness, without_words
from gateway.loading.told import Telling, build_record, shapes_of
from gateway.sealing import Seal
from schema.departments import Completeness, Department
from schema.enterprise import Enterprise
from schema.publication import present
from schema.record_type import RecordType
from schema.records.record import CreditRecord
from schema.standing import as_it_stood
from schema.visibility import Audience

Sees = Callable[[Enterprise, str], bool]
"""Says whether more than the public may see may be seen of what a department tells
about an enterprise."""
Departments = frozenset[str] | None
"""Whom to ask; None means all that provide the record type."""


class Heard(msgspec.Struct, frozen=True, gc=False):
    """What was heard about one enterprise."""

    records: Sequence[CreditRecord]
    answers: Sequence[Answer]

    @property
    def complete(self) -> bool:
        """Say whether everybody who may hold records was heard."""
        for answer in self.answers:
            if not answer.complete:
                return False
        return bool(self.answers)


def together(parts: Sequence[Sequence[Heard]], count: int) -> Sequence[Heard]:
    """Join what was heard of several record types, for each of `count` enterprises."""
    return [
        Heard(
            [record for part in parts for record in part[place].records],
            [answer for part in parts for answer in part[place].answers],
        )
        for place in range(count)
    ]


def audience_for(
    audience: Audience, sees: Sees | None, enterprise: Enterprise, answer: Answer
) -> Audience:
    """Say whose form records have that a department tells about an enterprise."""
    if sees is None or sees(enterprise, answer.department):
        return audience
    return Audience.PUBLIC


@dataclass(frozen=True, slots=True)
class Moment:
    """When a request is answered: what counts as now, and as the calendar day."""

    now: datetime
    today: date


class Records:
    """Loads records and gives them the form for an audience."""

    def __init__(
        self,
        loader: Loader,
        directory: Directory,
        audience: Audience,
        seal: Seal | None = None,
    ) -> None:
        """Ask through `loader`; hide what `audience` may not see.

        `seal`: for digests that the public is shown.
        """
        self._loader = loader
        self._directory = directory
        self._audience = audience
        self._seal = seal
        self.shapes = shapes_of(directory.records)

    def seal_for(self, audience: Audience) -> Seal | None:
        """Give what seals the digests that an audience is shown."""
        return self._seal if audience is Audience.PUBLIC else None

    async def hear(
        self,
        record_type: RecordType,
        enterprises: Sequence[Enterprise],
        departments: Departments,
        moment: Moment,
        note: Note,
        *,
        sees: Sees | None = None,
    ) -> Sequence[Heard]:
        """Give one answer per enterprise, in their order; one call per set.

        Where `sees` says no, records have the form that they have for the public.
        """
        usccs = list(dict.fromkeys(enterprise.uscc for enterprise in enterprises))
        answers = await self._loader.load(record_type, usccs, departments, note)
        tellings = _Tellings(self, moment.now)
        return [
            self._heard(enterprise, answers[enterprise.uscc], moment, sees, tellings)
            for enterprise in enterprises
        ]

    def providers(self, record_type: RecordType) -> Sequence[str]:
        """Name the departments that provide a record type."""
        return self._loader.providers(record_type)

    def completeness(
        self, heard: Heard, shown: Sequence[CreditRecord] | None = None
    ) -> Completeness:
        """Say whether all were heard; counts tell only what this audience may see."""
        records = heard.records if shown is None else shown
        given = Counter(str(one.provenance.department.code) for one in records)
        return self.completeness_of(heard.answers, given)

    def completeness_of(
        self, answers: Sequence[Answer], given: Mapping[str, int]
    ) -> Completeness:
        """Say whether all were heard who gave so many records each."""
        if self._audience is Audience.PUBLIC:
            answers = [without_words(one) for one in answers]
        return completeness(answers, given, self.department)

    def department(self, code: str) -> Department:
        """Give a department as this audience may see it."""
        return self._directory.department(code, self._audience)

    def _heard(
        self,
        enterprise: Enterprise,
        answers: Sequence[Answer],
        moment: Moment,
        sees: Sees | None,
        tellings: "_Tellings",
    ) -> Heard:
        seen = []
        for answer in answers:
            if not answer.records:
                continue
            audience = audience_for(self._audience, sees, enterprise, answer)
            telling = tellings.of(answer, audience)
            for record in answer.records:
                built = build_record(record, telling, enterprise)
                one = present(built, audience, moment.today)
                if one is not None and enterprise.as_of is not None:
                    one = as_it_stood(one, enterprise.as_of)
                if one is not None:
                    seen.append(one)
        return Heard(told_once(seen), answers)


class _Tellings:
    """Who told records, and when; the same object for all that were told alike."""

    def __init__(self, records: Records, now: datetime) -> None:
        self._records = records
        self._now = now
        self._made: dict[tuple[object, ...], Telling] = {}

    def of(self, answer: Answer, audience: Audience) -> Telling:
        public = audience is Audience.PUBLIC
        key = (answer.department, answer.outcome, answer.fetched_at, public)
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = Telling(
                self._records.department(answer.department),
                answer.outcome,
                answer.fetched_at or self._now,
                self._records.seal_for(audience),
                self._records.shapes,
            )
        return made
