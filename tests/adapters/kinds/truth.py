"""What a department's form can carry of the truth, typed as the record type says."""

import dataclasses
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum

from strawberry.utils.str_converters import to_camel_case

from mock_departments.columns import columns
from mock_departments.world.model import TrueRecord
from schema.declaration import FieldDeclaration
from schema.record_type import RecordType
from schema.records import RECORDS
from schema.records.pledges import Collateral, Mortgagee

_NOT_EXACT = {
    ("QH-LRD", "LICENCE"): {"validFrom", "validTo"},
}
"""Written in months; the mapping gives first and last days."""


def as_true(truth: TrueRecord, style: str) -> Mapping[str, object]:
    """Give the facts that the department writes, by their contract names."""
    record_type = RecordType(truth.record_type)
    declared = RECORDS[record_type].fields
    written = columns(style, truth.record_type).keys()
    inexact = _NOT_EXACT.get((truth.department, truth.record_type), set())
    facts = dict(truth.facts)
    if style == "sgs2015" and facts.get("status") == "INVALID":
        facts["status"] = "OTHER"  # that standard has no word for it
    return {
        name: _typed(declared[name], value)
        for name, value in facts.items()
        if name in declared and name in written and name not in inexact
    }


def plain(value: object) -> object:  # noqa: PLR0911 - one line a kind
    """Give a mapped value as the world's facts are written."""
    match value:
        case Enum():
            return value.value
        case date():
            return value.isoformat()
        case Decimal():
            return value.normalize()
        case tuple() | list():
            return [plain(one) for one in value]
        case Mortgagee() | Collateral():
            facts = dataclasses.asdict(value)
            return {to_camel_case(name): plain(fact) for name, fact in facts.items()}
        case _:
            return value


def _typed(field: FieldDeclaration, value: object) -> object:
    if value is None or value == []:
        return () if field.kind.endswith("_list") else None
    if isinstance(value, list):
        return tuple(field.enum(one) if field.enum else one for one in value)
    if field.kind == "enum" and field.enum:
        return field.enum(value)
    read = _READ.get(field.kind)
    return read(str(value)) if read else value


_READ: Mapping[str, Callable[[str], object]] = {
    "date": date.fromisoformat,
    "decimal": Decimal,
    "text": lambda text: text.strip() or None,
}
