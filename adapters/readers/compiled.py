"""Turns a field rule into the function that reads it from a row."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from enum import Enum

from adapters.contract import Row
from adapters.field_rule import FieldRule, texts
from adapters.paths import all_of, first_of, text_of
from adapters.readers import dates, intervals, money, numbers, registers
from adapters.readers.codes import Decode, code_reader, codes_reader
from adapters.readers.credit_codes import read_region, read_required_uscc, read_uscc
from adapters.readers.texts import Reader, Unreadable, read_text, shown, text_list
from schema.declaration import FieldDeclaration, declared_fields

ReadRow = Callable[[Row], object]

_PLAIN: Mapping[str, Reader] = {
    "text": read_text,
    "region": read_region,
    "currency": money.read_currency,
    "datetime": dates.read_datetime,
    "interval_from": intervals.read_interval_from,
    "interval_to": intervals.read_interval_to,
    "wan_yuan": money.money_reader(10_000),
    "yuan": money.money_reader(1),
    "decimal": numbers.read_decimal,
    "percent": numbers.read_percent,
    "integer": numbers.read_integer,
    "boolean": numbers.read_boolean,
    "uscc": read_uscc,
    "uscc_region": registers.read_uscc_region,
    "uscc_organisation": registers.read_uscc_organisation,
    "enterprise_type": registers.read_enterprise_type,
}
_MAY_BE_EMPTY = frozenset({"text_list", "object_list"})
_LISTS = frozenset({"codes", "text_list", "objects", "enterprise_type"})
_CONSTANTS: Mapping[str, Callable[[str], object]] = {
    "date": dates.read_date,
    "datetime": dates.read_datetime,
    "decimal": Decimal,
    "integer": int,
    "boolean": numbers.read_boolean,
}


def only_column(rule: FieldRule) -> str | None:
    """Name the only column of a rule that has no default."""
    simple = rule.value is None and rule.default is None
    return rule.columns[0] if simple and len(rule.columns) == 1 else None


def value_reader(rule: FieldRule, declared: FieldDeclaration) -> Reader:
    """Make the reader of one value; IN_DOUBT where a code needs the row's words."""
    read = _reader(rule, declared)
    if declared.required and declared.kind in _MAY_BE_EMPTY:
        return lambda value: read(value) or ()
    return read


def row_reader(rule: FieldRule, declared: FieldDeclaration) -> ReadRow:
    """Make the reader of a whole row, for rules that look at more than one value."""
    if rule.value is not None:
        always = constant(rule.value, declared)
        return lambda _row: always
    get = (all_of if rule.read in _LISTS else first_of)(rule.columns)
    default = constant(rule.default, declared)
    if rule.by_text:
        return _told_by_text(rule, declared.enum, default)
    read = value_reader(rule, declared)

    def read_row(row: Row) -> object:
        value = read(get(row))
        return default if value is None else value

    return read_row


def constant(value: object, declared: FieldDeclaration) -> object:
    """Turn a constant of a declaration into the field's own type."""
    if value is None:
        return None
    if declared.kind.endswith("_list"):
        return tuple(_member(part, declared) for part in texts(value))
    read = _CONSTANTS.get(declared.kind)
    return _member(value, declared) if read is None else read(str(value))


def _reader(rule: FieldRule, declared: FieldDeclaration) -> Reader:
    if rule.read == "date":
        return dates.date_reader(rule.indefinite)
    if rule.read == "uscc" and declared.required:
        return read_required_uscc
    if rule.read in {"code", "codes"}:
        decode, words = _decode(rule, declared.enum), None if rule.by_text else ""
        return lambda value: decode(value, words)
    if rule.read == "objects" and declared.item is not None:
        return _objects(rule, declared.item)
    return text_list(rule.split) if rule.read == "text_list" else _PLAIN[rule.read]


def _decode(rule: FieldRule, enum: type[Enum] | None) -> Decode:
    return (code_reader if rule.read == "code" else codes_reader)(rule, enum)


def _told_by_text(rule: FieldRule, enum: type[Enum] | None, default: object) -> ReadRow:
    decode = _decode(rule, enum)
    get = (all_of if rule.read in _LISTS else first_of)(rule.columns)
    words = text_of(rule.by_text)

    def read_row(row: Row) -> object:
        value = decode(get(row), words(row))
        return default if value is None else value

    return read_row


def inner_fields(item: type) -> Mapping[str, FieldDeclaration]:
    """Give the fields of the objects in a nested list, by name."""
    return declared_fields(item, "")


def _objects(rule: FieldRule, item: type) -> Reader:
    known = inner_fields(item)
    inner = [
        (known[name], row_reader(field, known[name]))
        for name, field in rule.fields.items()
    ]

    def read(value: object) -> tuple[object, ...] | None:
        items = value if isinstance(value, list | tuple) else (value,)
        given = [part for part in items if part not in (None, "")]
        if not all(isinstance(part, Mapping) for part in given):
            raise Unreadable(f"不是列表：{shown(value)}")
        return tuple(item(**_object(part, inner)) for part in given) or None

    return read


def _object(
    row: Row, inner: Sequence[tuple[FieldDeclaration, ReadRow]]
) -> Mapping[str, object]:
    values: dict[str, object] = {}
    for declared, read in inner:
        try:
            value = read(row)
        except Unreadable as reason:
            raise Unreadable(f"{declared.name}: {reason}") from None
        if value is None and declared.required:
            raise Unreadable(f"{declared.name}: 必填而为空")
        values[declared.attribute] = value
    return values


def _member(value: object, declared: FieldDeclaration) -> object:
    return value if declared.enum is None else declared.enum[str(value)]
