"""Stands in for the gateway: answers from what it was given, notes what was asked."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from schema.connections import Listed, Slice, encode_cursor, slice_of
from schema.departments import (
    Completeness,
    CompletenessStatus,
    Department,
    SourceOutcome,
    SourceReport,
)
from schema.enterprise import Enterprise
from schema.filters import (
    EnterpriseFilter,
    EnterpriseOrder,
    RecordFilter,
    RecordOrder,
    RecordQuery,
)
from schema.findings import CreditCheck, UnresolvedRecord
from schema.record_type import RecordType
from schema.records.record import CreditRecord
from tests.schema.samples import TODAY, AnyRecord, department

Asked = tuple[object, ...]


def completeness(status: CompletenessStatus) -> Completeness:
    report = SourceReport(
        department=department(),
        outcome=SourceOutcome.LIVE,
        as_of=None,
        records=1,
        latency_ms=1.5,
        reason=None,
    )
    return Completeness(status=status, sources=[report])


@dataclass
class FakeQuestions:
    enterprises: Sequence[Enterprise] = ()
    held: Sequence[AnyRecord] = ()
    asked: list[Asked] = field(default_factory=list)

    @property
    def today(self) -> date:
        return TODAY

    async def enterprise_by_uscc(
        self, uscc: str, as_of: datetime | None
    ) -> Enterprise | None:
        self.asked.append((uscc, as_of))
        return next((one for one in self.enterprises if one.uscc == uscc), None)

    async def enterprises_by_number(
        self, number: str, as_of: datetime | None
    ) -> Sequence[Enterprise]:
        self.asked.append((number, as_of))
        return [one for one in self.enterprises if one.registration_number == number]

    async def enterprises_by_name(
        self, name: str, as_of: datetime | None
    ) -> Sequence[Enterprise]:
        self.asked.append((name, as_of))
        return [one for one in self.enterprises if one.name == name]

    async def find(
        self,
        where: EnterpriseFilter | None,
        order_by: Sequence[EnterpriseOrder],
        first: int,
        after: str | None,
        as_of: datetime | None,
    ) -> Listed[Enterprise]:
        self.asked.append((where, tuple(order_by), first, after, as_of))
        cursors = [encode_cursor(one.uscc) for one in self.enterprises]
        page = Slice(
            self.enterprises, cursors, has_next=False, has_previous=False, total=1
        )
        return Listed(page, lambda: completeness(CompletenessStatus.COMPLETE))

    async def records_of(
        self,
        enterprises: Sequence[Enterprise],
        record_type: RecordType,
        query: RecordQuery,
    ) -> Sequence[Listed[CreditRecord]]:
        self.asked += [(one.uscc, record_type, query) for one in enterprises]
        keys = [str(place) for place in range(len(self.held))]
        items, cursors, more, before = slice_of(
            self.held, keys, query.first, query.after
        )
        page = Slice(items, cursors, more, before, None)
        listed = Listed(page, lambda: completeness(CompletenessStatus.PARTIAL))
        return [listed for _ in enterprises]

    async def records(
        self,
        record_type: RecordType,
        where: RecordFilter | None,
        enterprises: EnterpriseFilter | None,
        order_by: RecordOrder,
        page: tuple[int, str | None],
    ) -> Listed[CreditRecord]:
        self.asked.append((record_type, where, enterprises, order_by, page))
        cursors = [encode_cursor("1") for _ in self.held]
        cut = Slice(self.held, cursors, has_next=False, has_previous=False, total=1)
        return Listed(cut, lambda: completeness(CompletenessStatus.COMPLETE))

    async def checks(self, usccs: Sequence[str], purpose: str) -> Sequence[CreditCheck]:
        self.asked.append((tuple(usccs), purpose))
        return []

    async def search(
        self, text: str, region: str | None, first: int, after: str | None
    ) -> Listed[Enterprise]:
        self.asked.append((text, region, first, after))
        return await self.find(None, (), first, after, None)

    async def unresolved(
        self, department: str | None, first: int, after: str | None
    ) -> Listed[UnresolvedRecord]:
        self.asked.append((department, first, after))
        nothing: Slice[UnresolvedRecord] = Slice(
            (), (), has_next=False, has_previous=False, total=0
        )
        return Listed(nothing, lambda: completeness(CompletenessStatus.COMPLETE))

    async def departments(self) -> Sequence[Department]:
        return [department()]
