"""Ties what a department lists to enterprises, and gives it the shape of the schema."""

from collections.abc import Iterable, Sequence

from adapters.contract import SourceRecord
from gateway.core import Core
from gateway.enterprises import enterprise_of
from gateway.loading.answers import Answer
from gateway.loading.records import Moment, Records
from gateway.loading.shaping import build_record
from schema.departments import SourceOutcome
from schema.enterprise import Enterprise
from schema.filters import EnterpriseFilter
from schema.publication import present
from schema.records.record import CreditRecord
from schema.registration import Registration
from schema.visibility import Audience


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
    ) -> None:
        """Leave out enterprises that `where` does not let through."""
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
        pairs = [
            (n, one) for n, record in enumerate(records) for one in record.subjects
        ]
        subjects = [subject for _, subject in pairs]
        matched = await self._core.match(subjects, candidates=False)
        await self._learn({match.uscc for match in matched if match.uscc})
        answer = Answer(department, outcome)
        shown: list[list[CreditRecord]] = [[] for _ in records]
        for (place, _), match in zip(pairs, matched, strict=True):
            enterprise = self._known.get(match.uscc or "")
            if enterprise is None:
                continue
            one = self._shape(records[place], answer, enterprise)
            if one is not None:
                shown[place].append(one)
        return shown

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
        built = build_record(record, answer, enterprise, department, now)
        return present(built, self._audience, today)
