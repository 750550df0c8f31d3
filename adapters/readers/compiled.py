"""Turns a field rule into the function that reads it from a row."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import Enum

from adapters.contract import Row
from adapters.field_rule import FieldRule, texts
from adapters.paths import all_of, first_of, text_of
from adapters.readers import dates, intervals, money, numbers, texts as text_readers
from adapters.readers.codes import code_reader, codes_reader
from adapters.readers.credit_codes import read_region, read_required_uscc, read_uscc
from adapters.readers.texts import Reader, Unreadable, read_text
from schema.declaration import FieldDeclaration

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
}
_LISTS = frozenset({"codes", "text_list", "objects"})
_CONSTANTS: Mapping[str, Callable[[str], object]] = {
    "date": dates.read_date,
    "datetime": dates.read_datetime,
    "decimal": Decimal,
    "integer": int,
    "boolean": numbers.read_boolean,
}


def plain_column(rule: FieldRule) -> str | None:
    """Name the only column of a rule that needs nothing but its value."""
    simple = rule.value is None and rule.default is None and not rule.by_text
    return rule.columns[0] if simple and len(rule.columns) == 1 else None


def value_reader(rule: FieldRule, declared: FieldDeclaration) -> Reader:
    """Make the reader of one value."""
    if rule.read == "date":
        return dates.date_reader(rule.indefinite)
    if rule.read == "uscc" and declared.required:
        return read_required_uscc
    if rule.read in {"code", "codes"}:
        decode = (code_reader if rule.read == "code" else codes_reader)(
            rule, declared.enum
        )
        return lambda value: decode(value, "")
    return _listed(rule) or _PLAIN[rule.read]


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


def _told_by_text(rule: FieldRule, enum: type[Enum] | None, default: object) -> ReadRow:
    decode = (code_reader if rule.read == "code" else codes_reader)(rule, enum)
    get = (all_of if rule.read in _LISTS else first_of)(rule.columns)
    words = text_of(rule.by_text)

    def read_row(row: Row) -> object:
        value = decode(get(row), words(row))
        return default if value is None else value

    return read_row


def _listed(rule: FieldRule) -> Reader | None:
    if rule.read == "text_list":
        return text_readers.text_list(rule.split)
    return _objects(rule) if rule.read == "objects" else None


def _objects(rule: FieldRule) -> Reader:
    inner = {name: _inner(field) for name, field in rule.fields.items()}

    def read(value: object) -> tuple[Mapping[str, object], ...] | None:
        if value is None or value == "":
            return None
        items = value if isinstance(value, list | tuple) else (value,)
        if not all(isinstance(item, Mapping) for item in items):
            raise Unreadable(f"不是列表：{text_readers.shown(value)}")
        found = tuple(_object(item, inner) for item in items)
        return found or None

    return read


def _object(item: Row, inner: Mapping[str, ReadRow]) -> Mapping[str, object]:
    values: dict[str, object] = {}
    for name, read in inner.items():
        try:
            values[name] = read(item)
        except Unreadable as reason:
            raise Unreadable(f"{name}: {reason}") from None
    return values


def _inner(rule: FieldRule) -> ReadRow:
    if rule.value is not None:
        return lambda _row: rule.value
    get = first_of(rule.columns)
    if rule.read == "date":
        read = dates.date_reader(rule.indefinite)
    elif rule.read == "code":
        decode = code_reader(rule, None)
        return lambda row: decode(get(row), "")
    else:
        read = _listed(rule) or _PLAIN[rule.read]
    return lambda row: read(get(row))


def _member(value: object, declared: FieldDeclaration) -> object:
    return value if declared.enum is None else declared.enum[str(value)]
