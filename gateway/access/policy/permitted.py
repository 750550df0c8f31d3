"""Records as far as they may be seen: who is denied is not asked about."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial

from gateway.access.policy.decisions import Decisions
from gateway.access.viewer import Forbidden
from gateway.loading.answers import Answer, Note, SourceCall
from gateway.loading.records import Departments, Heard, Moment, Records, together
from schema.departments import SourceOutcome
from schema.enterprise import Enterprise
from schema.record_type import RecordType

_NOTHING = Heard((), ())


@dataclass(frozen=True, slots=True)
class PermittedRecords:
    """Asks as `Records` does, about those that the decisions allow; never of others."""

    records: Records
    decisions: Decisions

    async def hear(
        self,
        record_type: RecordType,
        enterprises: Sequence[Enterprise],
        departments: Departments,
        moment: Moment,
        note: Note,
    ) -> Sequence[Heard]:
        """Give one answer per enterprise, in their order; DENIED by whom is not asked.

        Enterprises of which the same departments may be heard are one set.
        """
        hear = partial(self.records.hear, sees=self.decisions.sees_unpublished)
        access = self.decisions.of_records(record_type)
        if access is None:
            return await hear(record_type, enterprises, departments, moment, note)
        providers = frozenset(self.records.providers(record_type))
        asked = providers if departments is None else providers & departments
        sets: dict[frozenset[str], list[int]] = {}
        for place, one in enumerate(enterprises):
            allowed = access.departments(one)
            some = asked if allowed is None else asked & allowed
            sets.setdefault(some, []).append(place)
        heard: dict[int, Heard] = {}
        for some, places in sets.items():
            people = [enterprises[place] for place in places]
            found: Sequence[Heard] = [_NOTHING] * len(people)
            if some:
                found = await hear(record_type, people, some, moment, note)
            refused = denied(record_type, asked - some, access.forbidden, note)
            for place, each in zip(places, found, strict=True):
                heard[place] = Heard(each.records, [*each.answers, *refused])
        return [heard[place] for place in range(len(enterprises))]

    async def hear_all(
        self,
        record_types: Sequence[RecordType],
        enterprises: Sequence[Enterprise],
        moment: Moment,
        note: Note,
        *,
        of: str = "",
    ) -> Sequence[Heard]:
        """Give all records of several types per enterprise.

        Where they are for a list ("Enterprise.conflicts"), nobody is asked about those
        whose list may not be seen.
        """
        access = self.decisions.of_list(of)
        places = range(len(enterprises))
        if access is None:
            return await self._all(record_types, enterprises, moment, note)
        chosen = [place for place in places if access.covers(enterprises[place])]
        people = [enterprises[place] for place in chosen]
        found = await self._all(record_types, people, moment, note) if people else ()
        heard = dict(zip(chosen, found, strict=True))
        if len(heard) < len(enterprises):
            nothing = self._denied(record_types, access.forbidden, note)
            heard = {place: heard.get(place, nothing) for place in places}
        return [heard[place] for place in places]

    async def _all(
        self,
        record_types: Sequence[RecordType],
        enterprises: Sequence[Enterprise],
        moment: Moment,
        note: Note,
    ) -> Sequence[Heard]:
        parts = await asyncio.gather(
            *(self.hear(kind, enterprises, None, moment, note) for kind in record_types)
        )
        return together(parts, len(enterprises))

    def _denied(
        self, record_types: Sequence[RecordType], forbidden: Forbidden, note: Note
    ) -> Heard:
        answers: list[Answer] = []
        for kind in record_types:
            answers += denied(kind, self.records.providers(kind), forbidden, note)
        return Heard((), answers)


def denied(
    record_type: RecordType,
    departments: Collection[str],
    forbidden: Forbidden,
    note: Note,
) -> Sequence[Answer]:
    """Say of departments that they were not asked, for it may not be seen."""
    answers = refusals(departments, forbidden)
    for answer in answers:
        note(SourceCall(answer.department, record_type, (answer,), 0, 0.0))
    return answers


def refusals(departments: Collection[str], forbidden: Forbidden) -> Sequence[Answer]:
    """Give the answers of departments that may not be asked."""
    reason = f"{forbidden.reason}；规则 rule: {forbidden.rule}"
    return [
        Answer(code, SourceOutcome.DENIED, reason=reason, complete=False)
        for code in sorted(departments)
    ]
