"""Rows written as JSON from which they can be read again exactly as they were.

What JSON has no form for (decimals, dates, numbers above 64 bits) is a list that begins
with an empty text: `["", "decimal", "1.50"]`. A list of the source that begins so is
written as `["", "list", […]]`.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from adapters.contract import Row

_MARK = ""
_AS_THEY_ARE = frozenset({str, bool, type(None)})
_BITS_64 = range(-(2**63), 2**63)
_FORMS: tuple[tuple[type, str, Callable[[Any], object], Callable[[Any], object]], ...]
_FORMS = (
    (Decimal, "decimal", str, Decimal),
    (datetime, "datetime", datetime.isoformat, datetime.fromisoformat),
    (date, "date", date.isoformat, date.fromisoformat),
    (time, "time", time.isoformat, time.fromisoformat),
    (bytes, "bytes", bytes.hex, bytes.fromhex),
    (UUID, "uuid", str, UUID),
    (int, "integer", str, int),
    (float, "float", repr, float),
)
"""Types (the first that fits a value), their names, how they are written and read."""
_READ: Mapping[object, Callable[[Any], object]] = {
    **{name: read for _, name, _, read in _FORMS},
    "list": lambda parts: [_read(part) for part in parts],
    "tuple": lambda parts: tuple(_read(part) for part in parts),
}


class Unwritable(ValueError):
    """A row with a value that could not be read again as it was."""


def write_row(row: Row) -> Mapping[str, object]:
    """Give what JSON can say of a row; raises Unwritable."""
    return {
        _head(head): value if value.__class__ in _AS_THEY_ARE else _written(value)
        for head, value in row.items()
    }


def read_row(written: object) -> Row:
    """Give the row that was written; raises ValueError for what never was one."""
    if not isinstance(written, dict):
        raise ValueError("not a row")  # noqa: TRY004 - a fault of the text
    return {
        head: value if value.__class__ in _AS_THEY_ARE else _read(value)
        for head, value in written.items()
    }


def _head(head: object) -> str:
    if isinstance(head, str):
        return str(head)
    raise Unwritable(f"a column named by {type(head).__name__}")


def _written(value: object) -> object:
    if value.__class__ in _AS_THEY_ARE or (
        value.__class__ is int and value in _BITS_64
    ):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Mapping):
        return write_row(value)
    if value.__class__ is list or value.__class__ is tuple:
        return _listed(value)
    for kind, name, write, _ in _FORMS:
        if isinstance(value, kind):
            return [_MARK, name, write(value)]
    raise Unwritable(f"a value of type {type(value).__name__}")


def _listed(values: list[object] | tuple[object, ...]) -> object:
    inner = [_written(value) for value in values]
    if isinstance(values, tuple):
        return [_MARK, "tuple", inner]
    return [_MARK, "list", inner] if inner and inner[0] == _MARK else inner


def _read(written: object) -> object:
    if isinstance(written, dict):
        return read_row(written)
    if not isinstance(written, list):
        return written
    if not written or written[0] != _MARK:
        return [_read(part) for part in written]
    _, name, text = written
    return _READ[name](text)
