"""Filters, orders and cuts records."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from schema.connections import Cursors, Slice, encode_cursor, slice_of
from schema.declaration import RecordDeclaration
from schema.filters import RecordCondition, RecordFilter, RecordOrder
from schema.force import amount_of, expires_on, in_force, report_year
from schema.record_type import RecordType
from schema.records.honours import TaxCredit
from schema.records.record import CreditRecord, declaration_of
from schema.renewal import Renewals, term_of
from schema.visibility import Visibility

Conditions = RecordFilter | RecordCondition


def selected(
    records: Sequence[CreditRecord], where: Conditions, today: date
) -> Sequence[CreditRecord]:
    """Give those of an enterprise's records that meet all conditions.

    What was licensed anew for longer does not count as ending.
    """
    found = [one for one in records if matches(one, where, today)]
    if not asks_for_end(where):
        return found
    renewals = Renewals(today, records)
    return [one for one in found if not renewals.outlast(term_of(one))]


def asks_for_end(where: Conditions | None) -> bool:
    """Say whether it matters when records end, and so whether they were renewed."""
    return where is not None and bool(where.expiring_from or where.expiring_to)


def matches(record: CreditRecord, where: Conditions, today: date) -> bool:
    """Say whether a record by itself meets all conditions but that on departments."""
    if not _within(record.occurred_on, where.from_, where.to):
        return False
    if not _within(expires_on(record), where.expiring_from, where.expiring_to):
        return False
    if where.report_year is not None and report_year(record) != where.report_year:
        return False
    if where.in_force is not None and in_force(record, today) is not where.in_force:
        return False
    text = where.text if isinstance(where, RecordFilter) else None
    return not text or _contains(record, text)


def _within(day: date | None, first: date | None, last: date | None) -> bool:
    """Say whether a day lies in a period; an unknown day lies in none that is given."""
    if first is None and last is None:
        return True
    if day is None:
        return False
    return (first is None or day >= first) and (last is None or day <= last)


def _contains(record: CreditRecord, text: str) -> bool:
    values = (getattr(record, name) for name in _searched(declaration_of(record)))
    return any(text in value for value in values if value)


@lru_cache(maxsize=256)
def _searched(declared: RecordDeclaration) -> Sequence[str]:
    """Name the attributes that are searched: none that may hold what is not public.

    Else who may not see a value could find it out by searching for it.
    """
    return tuple(
        field.attribute
        for field in declared.fields.values()
        if field.kind == "text" and field.visibility not in _UNSEARCHED
    )


_UNSEARCHED = frozenset({Visibility.GOVERNMENT, Visibility.ORGANISATIONS})
_Measure = Callable[[CreditRecord], Any]
_MEASURES: Mapping[RecordOrder, _Measure] = {
    RecordOrder.OCCURRED_DESC: lambda r: (
        -day.toordinal() if (day := r.occurred_on) is not None else 0
    ),
    RecordOrder.OCCURRED_ASC: lambda r: _ordinal(r.occurred_on, last=True),
    RecordOrder.AMOUNT_DESC: lambda r: -(amount_of(r) or Decimal(-1)),
    RecordOrder.EXPIRES_ASC: lambda r: _ordinal(expires_on(r), last=True),
}


def ordered(
    records: Sequence[CreditRecord], order: RecordOrder = RecordOrder.OCCURRED_DESC
) -> Sequence[CreditRecord]:
    """Give records in an order that is the same every time.

    Identifiers, which cost most, are asked for only where measures are equal.
    """
    if len(records) < 2:
        return records
    measures = list(map(_MEASURES[order], records))
    measured = dict(zip(measures, records, strict=True))
    if len(measured) == len(records):
        measures.sort()
        return list(map(measured.__getitem__, measures))
    return sorted(records, key=lambda r: (_MEASURES[order](r), r.id))


def _ordinal(day: date | None, *, last: bool = False) -> int:
    if day is None:
        return date.max.toordinal() if last else 0
    return day.toordinal()


def page_of(
    records: Sequence[CreditRecord], first: int, after: str | None, *, known: bool
) -> Slice[CreditRecord]:
    """Cut a page; the total is only told when all that may hold more were heard."""
    total = len(records) if known else None
    if after is None:
        items = records[:first]
        cursors = Cursors(items, _cursor_of)
        return Slice(
            items, cursors, len(records) > first, has_previous=False, total=total
        )
    keys = [str(record.id) for record in records]
    items, places, more, before = slice_of(records, keys, first, after)
    return Slice(items, places, more, before, total)


def _cursor_of(record: CreditRecord) -> str:
    return encode_cursor(record.id)


FIRST_TELLER = "QH-TAX"
"""Whose word stands when several tell of the same fact."""


def told_once(records: Sequence[CreditRecord]) -> Sequence[CreditRecord]:
    """Leave out a tax grade that a second tax authority tells again."""
    if not records or records[0].record_type is not RecordType.TAX_CREDIT:
        return records
    kept: dict[object, CreditRecord] = {}
    for record in sorted(
        records, key=lambda r: r.provenance.department.code != FIRST_TELLER
    ):
        kept.setdefault(told_as(record), record)
    return list(kept.values())


def told_as(record: CreditRecord) -> object:
    """Give what is equal in records that tell of the same fact; None: nothing is."""
    if isinstance(record, TaxCredit):
        return (record.enterprise.uscc, record.year, record.grade)
    return None
