"""Counts records in groups, with exact sums of their money fields."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from schema.filters import RecordDimension
from schema.records import RECORDS
from schema.records.penalty import Penalty
from schema.records.record import CreditRecord
from schema.statistics import StatisticsGroup


@dataclass(frozen=True, slots=True)
class Countable:
    """All that counting needs of a record."""

    groups: Sequence[tuple[str, ...]]
    amounts: Mapping[str, Decimal]


def countable(record: CreditRecord, group_by: Sequence[RecordDimension]) -> Countable:
    """Say into which groups a record falls, and its money fields."""
    return Countable(tuple(_keys(record, group_by)), _amounts(record))


def grouped(records: Iterable[Countable]) -> Iterator[StatisticsGroup]:
    """Count records per group."""
    counts: dict[tuple[str, ...], int] = {}
    sums: dict[tuple[str, ...], dict[str, Decimal]] = {}
    for record in records:
        for keys in record.groups:
            counts[keys] = counts.get(keys, 0) + 1
            total = sums.setdefault(keys, {})
            for name, amount in record.amounts.items():
                total[name] = total.get(name, Decimal(0)) + amount
    for keys in sorted(counts):
        yield StatisticsGroup(keys=list(keys), count=counts[keys], sums=sums[keys])


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
