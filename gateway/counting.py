"""Counts records in groups, with exact sums of their money fields; nothing is 0."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from schema.declaration import RecordDeclaration
from schema.filters import RecordDimension
from schema.records.penalty import Penalty
from schema.records.record import CreditRecord, declaration_of
from schema.statistics import StatisticsGroup


@dataclass(frozen=True, slots=True)
class Countable:
    """All that counting needs of a record."""

    groups: Sequence[tuple[str, ...]]
    amounts: Mapping[str, Decimal]


def countable(record: CreditRecord, group_by: Sequence[RecordDimension]) -> Countable:
    """Say into which groups a record falls, and its money fields."""
    return Countable(tuple(_keys(record, group_by)), _amounts(record))


def grouped(
    records: Iterable[Countable], declared: RecordDeclaration
) -> Iterator[StatisticsGroup]:
    """Count records per group."""
    counts: dict[tuple[str, ...], int] = {}
    sums: dict[tuple[str, ...], dict[str, Decimal]] = {}
    for record in records:
        for keys in record.groups:
            counts[keys] = counts.get(keys, 0) + 1
            total = sums.setdefault(keys, {})
            for name, amount in record.amounts.items():
                total[name] = total.get(name, Decimal(0)) + amount
    money = money_fields(declared)
    for keys in sorted(counts):
        yield StatisticsGroup(
            keys=list(keys),
            count=counts[keys],
            sums=sums[keys],
            amounts=money,
        )


def money_fields(declared: RecordDeclaration) -> Sequence[str]:
    """Name the fields of a record type that are money."""
    fields = declared.fields.values()
    return tuple(field.name for field in fields if field.kind == "decimal")


@dataclass(frozen=True, slots=True)
class Frame:
    """What is counted; within it, nothing found is a zero and not a gap."""

    declared: RecordDeclaration
    group_by: Sequence[RecordDimension]
    period: tuple[date | None, date | None]
    heard: Sequence[str]
    """Departments that answered."""
    today: date


def framed(groups: Sequence[StatisticsGroup], frame: Frame) -> list[StatisticsGroup]:
    """Add a zero for every month or year, and department heard, without records."""
    found = {tuple(group.keys): group for group in groups}
    spans = _spans(groups, frame)
    if spans is None:
        return list(groups)
    rows = {_without(keys, frame.group_by) for keys in found}
    if set(frame.group_by) <= {RecordDimension.DEPARTMENT, *_CALENDAR}:
        rows |= set(_bare_rows(frame))
    amounts = money_fields(frame.declared)
    nothing = dict.fromkeys(amounts, Decimal(0))
    for row in rows:
        for span in spans:
            keys = _filled(row, span, frame.group_by)
            if keys not in found:
                found[keys] = StatisticsGroup(
                    keys=list(keys), count=0, sums=nothing, amounts=amounts
                )
    return [found[keys] for keys in sorted(found)]


_CALENDAR = {RecordDimension.YEAR: 4, RecordDimension.MONTH: 7}
"""How much of a day as ISO 8601 writes it names the span."""
_MOST_SPANS = 600


def _spans(groups: Sequence[StatisticsGroup], frame: Frame) -> Sequence[str] | None:
    """Name the months, or years, of the period, none after today; None: not asked."""
    lengths = {
        place: _CALENDAR[dimension]
        for place, dimension in enumerate(frame.group_by)
        if dimension in _CALENDAR
    }
    if not lengths:
        return None
    finest = max(lengths.values())
    seen = sorted(
        group.keys[place]
        for group in groups
        for place, length in lengths.items()
        if length == finest and group.keys[place]
    )
    first, last = (f"{day}"[:finest] if day else "" for day in frame.period)
    now = f"{frame.today}"[:finest]
    last = min(last, now) if last else seen[-1] if seen else ""
    first = first or (seen[0] if seen else last)
    if not last or _number(last) - _number(first) >= _MOST_SPANS:
        return []
    return [_named(n, finest) for n in range(_number(first), _number(last) + 1)]


def _number(span: str) -> int:
    year, _, month = span.partition("-")
    return int(year) * 12 + int(month) - 1 if month else int(year)


def _named(number: int, length: int) -> str:
    if length == _CALENDAR[RecordDimension.YEAR]:
        return f"{number:04}"
    return f"{number // 12:04}-{number % 12 + 1:02}"


def _without(
    keys: Sequence[str], group_by: Sequence[RecordDimension]
) -> tuple[str, ...]:
    """Leave the keys' months and years out."""
    return tuple(
        "" if dimension in _CALENDAR else key
        for key, dimension in zip(keys, group_by, strict=True)
    )


def _bare_rows(frame: Frame) -> Iterator[tuple[str, ...]]:
    by_department = RecordDimension.DEPARTMENT in frame.group_by
    for code in frame.heard if by_department else frame.heard[:1]:
        yield tuple(
            code if dimension is RecordDimension.DEPARTMENT else ""
            for dimension in frame.group_by
        )


def _filled(
    row: Sequence[str], span: str, group_by: Sequence[RecordDimension]
) -> tuple[str, ...]:
    """Put a month, and its year, into a row."""
    return tuple(
        span[: _CALENDAR[dimension]] if dimension in _CALENDAR else key
        for key, dimension in zip(row, group_by, strict=True)
    )


def _amounts(record: CreditRecord) -> dict[str, Decimal]:
    amounts = {
        field.name: getattr(record, field.attribute)
        for field in declaration_of(record).fields.values()
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
