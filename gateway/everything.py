"""Questions about all enterprises at once: records, counts, the unmatched."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence, Sized
from datetime import datetime
from decimal import Decimal
from time import perf_counter

import strawberry

from adapters.contract import Adapter
from adapters.errors import SourceError
from gateway.core import Core
from gateway.loading.answers import Answer
from gateway.loading.records import Departments, Heard, Moment, Records
from gateway.quarantine import Quarantine
from gateway.tying import Tying
from schema.connections import Listed, Slice, decode_cursor, encode_cursor
from schema.departments import (
    Completeness,
    CompletenessStatus,
    Department,
    SourceOutcome,
)
from schema.errors import BadInput, LimitExceeded
from schema.filters import EnterpriseFilter, RecordDimension
from schema.findings import Candidate, UnresolvedRecord
from schema.record_type import RecordType
from schema.records import RECORDS
from schema.records.penalty import Penalty
from schema.records.record import CreditRecord
from schema.scalars import USCC
from schema.statistics import StatisticsGroup
from schema.visibility import Audience

MOST_RECORDS = 200_000
"""Records of one answer at the most."""


class Everything:
    """Reads whole departments; slower than asking about enterprises."""

    def __init__(
        self,
        adapters: Mapping[str, Adapter],
        core: Core,
        quarantine: Quarantine,
        records: Records,
        audience: Audience,
        deadline: float,
    ) -> None:
        """Give every department `deadline` seconds to list what it holds."""
        self._adapters = adapters
        self._core = core
        self._quarantine = quarantine
        self._records = records
        self._audience = audience
        self._deadline = deadline

    async def hear(
        self,
        record_type: RecordType,
        departments: Departments,
        where: EnterpriseFilter | None,
        moment: Moment,
    ) -> Heard:
        """Give all records of a type that are about known enterprises.

        Raises LimitExceeded when they are too many.
        """
        if where is not None and where.has:
            raise BadInput("where.has", "此处不支持 (not supported here)")
        asked = [
            code
            for code, adapter in sorted(self._adapters.items())
            if record_type in adapter.record_types
            and (departments is None or code in departments)
        ]
        parts = await asyncio.gather(
            *(self._one(code, record_type, where, moment) for code in asked)
        )
        records = [record for heard in parts for record in heard.records]
        return Heard(records, [answer for heard in parts for answer in heard.answers])

    def groups(
        self, records: Sequence[CreditRecord], group_by: Sequence[RecordDimension]
    ) -> Iterator[StatisticsGroup]:
        """Count records, with exact sums of their money fields."""
        counts: dict[tuple[str, ...], int] = {}
        sums: dict[tuple[str, ...], dict[str, Decimal]] = {}
        for record in records:
            amounts = _amounts(record)
            for keys in _keys(record, group_by):
                counts[keys] = counts.get(keys, 0) + 1
                total = sums.setdefault(keys, {})
                for name, amount in amounts.items():
                    total[name] = total.get(name, Decimal(0)) + amount
        for keys in sorted(counts):
            yield StatisticsGroup(keys=list(keys), count=counts[keys], sums=sums[keys])

    async def unresolved(
        self,
        department: str | None,
        first: int,
        after: str | None,
        department_of: Callable[[str], Department],
    ) -> Listed[UnresolvedRecord]:
        """List what fits no single enterprise, as of the last reconciliation."""
        start = int(str(decode_cursor(after, 1)[0])) if after else 0
        page = await self._quarantine.unresolved(department, first, start)
        nodes = [
            UnresolvedRecord(
                department=department_of(row.department),
                record_type=RecordType(row.record_type),
                source_record_id=row.source_record_id,
                received_on=row.received_on,
                name=row.name,
                code=row.code,
                reason=row.reason,
                candidates=[
                    Candidate(uscc=USCC(uscc), name=name, similarity=similarity)
                    for uscc, name, similarity in row.candidates
                ],
                raw=strawberry.scalars.JSON(row.raw),
            )
            for row in page.rows
        ]
        cursors = [encode_cursor(start + n) for n in range(1, len(nodes) + 1)]
        more = start + len(nodes) < page.total
        cut = Slice(nodes, cursors, more, start > 0, page.total)
        status = CompletenessStatus.COMPLETE
        if not page.reconciled:
            status = CompletenessStatus.UNAVAILABLE
        return Listed(cut, Completeness(status=status, sources=[]))

    async def _one(
        self,
        code: str,
        record_type: RecordType,
        where: EnterpriseFilter | None,
        moment: Moment,
    ) -> Heard:
        started = perf_counter()
        outcome, reason = SourceOutcome.LIVE, None
        tying = Tying(self._core, self._records, self._audience, code, where, moment)
        once: dict[object, Sequence[CreditRecord]] = {}
        newest: datetime | None = None
        unread = 0
        try:
            async with asyncio.timeout(self._deadline):
                async for page in self._adapters[code].changes(record_type, None):
                    tied = await tying.tie(page.records)
                    for record, shown in zip(page.records, tied, strict=True):
                        once[record.subjects, record.identity] = shown
                        newest = max(newest or record.as_of, record.as_of)
                    unread += len(page.set_aside)
                    _refuse_too_many(once)
        except TimeoutError:
            outcome = SourceOutcome.TIMED_OUT
            reason = f"{self._deadline:g} 秒内未列完 (did not list all in time)"
        except SourceError as error:
            outcome, reason = SourceOutcome.FAILED, error.reason
        if unread and reason is None:
            reason = f"{unread} 条记录无法读取，已搁置 (could not be read)"
        answer = Answer(
            code,
            outcome,
            (),
            newest,
            round((perf_counter() - started) * 1000, 3),
            reason,
            complete=reason is None,
        )
        if outcome is not SourceOutcome.LIVE:
            return Heard((), [answer])
        return Heard([one for shown in once.values() for one in shown], [answer])


def _refuse_too_many(found: Sized) -> None:
    if len(found) > MOST_RECORDS:
        raise LimitExceeded(
            f"记录超过 {MOST_RECORDS} 条，请用导出 (too many records for one answer)"
        )


def _amounts(record: CreditRecord) -> dict[str, Decimal]:
    amounts = {
        field.name: getattr(record, field.attribute)
        for field in RECORDS[record.record_type].fields.values()
        if field.kind == "decimal"
    }
    return {name: amount for name, amount in amounts.items() if amount is not None}


def _keys(
    record: CreditRecord, group_by: Sequence[RecordDimension]
) -> Iterator[tuple[str, ...]]:
    """Give the groups that a record falls into: several when it has categories."""
    found: list[tuple[str, ...]] = [()]
    for dimension in group_by:
        values = _values(record, dimension)
        found = [(*before, value) for before in found for value in values]
    yield from found


def _values(  # noqa: PLR0911 - one line a dimension
    record: CreditRecord, dimension: RecordDimension
) -> Sequence[str]:
    day = record.occurred_on
    match dimension:
        case RecordDimension.DEPARTMENT:
            return [str(record.provenance.department.code)]
        case RecordDimension.YEAR:
            return [f"{day:%Y}" if day else ""]
        case RecordDimension.MONTH:
            return [f"{day:%Y-%m}" if day else ""]
        case RecordDimension.REGION:
            region = record.enterprise.region
            return [f"{region.code[:4]}00" if region else ""]
        case RecordDimension.INDUSTRY_SECTION:
            industry = record.enterprise.industry
            return [industry.section if industry else ""]
        case RecordDimension.CATEGORY:
            if isinstance(record, Penalty):
                return [category.value for category in record.categories]
            kind = getattr(record, "kind", None) or getattr(record, "category", None)
            return [str(getattr(kind, "value", kind or ""))]
