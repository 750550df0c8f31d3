"""Ties what a department lists to enterprises, and gives it the shape of the schema."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from adapters.contract import Page, SourceRecord, Subject
from gateway.core import Core
from gateway.enterprises import enterprise_of
from gateway.loading.answers import Answer
from gateway.loading.records import Moment, Records, Sees, audience_for
from gateway.loading.told import Telling, build_record
from schema.codes import uscc as codes
from schema.departments import SourceOutcome
from schema.enterprise import Enterprise
from schema.filters import EnterpriseFilter
from schema.publication import present
from schema.records.record import CreditRecord
from schema.registration import Registration
from schema.visibility import Audience


@dataclass(frozen=True, slots=True)
class Tied:
    """Whom a page is about."""

    shown: Sequence[Sequence[CreditRecord]]
    """What may be shown of each record, once for everybody it is about."""
    perhaps: frozenset[str]
    """Of whom the page may hold more: rows that could not be read, or fit several."""


class Tying:
    """Ties departments' records to enterprises, page by page.

    Whoever many records are about is one object, and a page's rows are not kept.
    """

    def __init__(
        self,
        core: Core,
        records: Records,
        audience: Audience,
        where: EnterpriseFilter | None,
        moment: Moment,
        sees: Sees | None = None,
    ) -> None:
        """Leave out enterprises that `where` does not let through.

        Where `sees` says no, records have the form that they have for the public.
        """
        self._sees = sees
        self._core = core
        self._records = records
        self._audience = audience
        self._where = where
        self._moment = moment
        self._known: dict[str, Enterprise | None] = {}

    async def tie(
        self,
        department: str,
        records: Sequence[SourceRecord],
        outcome: SourceOutcome = SourceOutcome.LIVE,
    ) -> Sequence[Sequence[CreditRecord]]:
        """Give what may be shown of each record, once for everybody it is about."""
        shown, _ = await self._tie(Answer(department, outcome), records)
        return shown

    async def tie_page(
        self,
        department: str,
        page: Page,
        outcome: SourceOutcome = SourceOutcome.LIVE,
    ) -> Tied:
        """Say whom a page is about, and who else it may be about."""
        answer = Answer(department, outcome)
        shown, unmatched = await self._tie(answer, page.records)
        unread = [one for aside in page.set_aside for one in aside.subjects]
        return Tied(shown, await self._perhaps(unread, unmatched))

    async def _tie(
        self, answer: Answer, records: Sequence[SourceRecord]
    ) -> tuple[Sequence[Sequence[CreditRecord]], Sequence[Subject]]:
        """Give what may be shown of each record, and the subjects that fit nobody."""
        pairs = [
            (n, one) for n, record in enumerate(records) for one in record.subjects
        ]
        subjects = [subject for _, subject in pairs]
        matched = await self._core.match(subjects, candidates=False)
        await self._learn({match.uscc for match in matched if match.uscc})
        shown: list[list[CreditRecord]] = [[] for _ in records]
        unmatched: list[Subject] = []
        for (place, subject), match in zip(pairs, matched, strict=True):
            if not match.uscc:
                unmatched.append(subject)
            enterprise = self._known.get(match.uscc or "")
            if enterprise is None:
                continue
            one = self._shape(records[place], answer, enterprise)
            if one is not None:
                shown[place].append(one)
        return shown, unmatched

    async def _perhaps(
        self, unread: Sequence[Subject], unmatched: Sequence[Subject]
    ) -> frozenset[str]:
        """Give those of the enterprises looked for who may be meant."""
        matched = await self._core.match(unread, candidates=False) if unread else ()
        meant = {match.uscc for match in matched if match.uscc}
        rest = [
            one for one, match in zip(unread, matched, strict=True) if not match.uscc
        ]
        meant |= await self._resembling([*rest, *unmatched])
        await self._learn(meant)
        return frozenset(code for code in meant if self._known[code] is not None)

    async def _resembling(self, subjects: Sequence[Subject]) -> set[str]:
        """Give who bears the name, number or code of a subject, or nearly so."""
        unsure = [one for one in subjects if not one.uscc]
        numbers = {n for one in unsure if (n := one.registration_number)}
        names = {one.name for one in unsure if one.name and not one.registration_number}
        found = {
            code
            for one in unsure
            if one.written_code
            for code in codes.repairs(codes.normalise(one.written_code))
        }
        bearers = (
            *(await self._core.by_registration_number(sorted(numbers))).values(),
            *(await self._core.by_name(sorted(names))).values(),
        )
        return found | {one.uscc for each in bearers for one in each}

    async def _learn(self, usccs: Iterable[str]) -> None:
        new = [uscc for uscc in usccs if uscc not in self._known]
        found = await self._core.by_uscc(new)
        if self._where is not None:
            allowed = await self._core.among(new, self._where)
            found = {uscc: one for uscc, one in found.items() if uscc in allowed}
        for uscc in new:
            self._known[uscc] = self._enterprise(found.get(uscc))

    def _enterprise(self, registration: Registration | None) -> Enterprise | None:
        if registration is None:
            return None
        return enterprise_of(registration, self._records.department)

    def _shape(
        self, record: SourceRecord, answer: Answer, enterprise: Enterprise
    ) -> CreditRecord | None:
        department = self._records.department(answer.department)
        now, today = self._moment.now, self._moment.today
        audience = audience_for(self._audience, self._sees, enterprise, answer)
        seal = self._records.seal_for(audience)
        telling = Telling(department, answer.outcome, now, seal, self._records.shapes)
        return present(build_record(record, telling, enterprise), audience, today)
