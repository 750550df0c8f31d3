"""Finds a column in a row: by its head, or by a path into nested JSON."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

import jmespath
from jmespath.exceptions import JMESPathError

from adapters.contract import Row

Get = Callable[[Row], object]
_Find = Callable[[object], object]

_MARKS = frozenset(".[|@*")
_NAMES = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*", re.ASCII)
"""JMESPaths that are nothing but names."""


def is_path(column: str) -> bool:
    """Whether a column may be a path, not only a head; «*企业名称» is a head."""
    return not _MARKS.isdisjoint(column.strip("*"))


def getter(column: str) -> Get:
    """Make the reading of one column; a head with dots in it goes before a path."""
    if not is_path(column):
        return lambda row: row.get(column)
    deeper = _deeper(column)

    def get(row: Row) -> object:
        return row[column] if column in row else deeper(row)

    return get


def found(path: str, body: object) -> object:
    """Find what stands at a JMESPath in a body."""
    return _finder(path)(body)


def first_of(columns: tuple[str, ...]) -> Get:
    """Make the reading of the first column that holds more than spaces."""
    if len(columns) == 1:
        return getter(columns[0])
    gets = tuple(map(getter, columns))

    def get(row: Row) -> object:
        for one in gets:
            value = one(row)
            if value is not None and not (isinstance(value, str) and not value.strip()):
                return value
        return None

    return get


def all_of(columns: tuple[str, ...]) -> Get:
    """Make the reading of several columns as one list."""
    if len(columns) == 1:
        return getter(columns[0])
    gets = tuple(map(getter, columns))

    def get(row: Row) -> object:
        parts: list[object] = []
        for one in gets:
            value = one(row)
            parts.extend(value if isinstance(value, list | tuple) else (value,))
        return parts

    return get


def text_of(columns: tuple[str, ...]) -> Callable[[Row], str]:
    """Make the reading of several columns as one text."""
    gets = tuple(map(getter, columns))
    return lambda row: "\n".join(str(value) for get in gets if (value := get(row)))


def fault_of(column: str) -> str | None:
    """Say why a column that looks like a path is none; None when it is fine."""
    if not is_path(column) or _is_dotted(column):
        return None
    try:
        jmespath.compile(column)
    except JMESPathError as error:
        return str(error).splitlines()[0]
    return None


def _is_dotted(column: str) -> bool:
    return _MARKS.isdisjoint(column.replace(".", ""))


def _deeper(column: str) -> Get:
    return _walk(column) if _is_dotted(column) else _finder(column)


@lru_cache(maxsize=1024)
def _finder(path: str) -> _Find:
    if _NAMES.fullmatch(path):
        return _walk(path)
    search: _Find = jmespath.compile(path).search
    return search


def _walk(path: str) -> _Find:
    steps = path.split(".")

    def walk(value: object) -> object:
        for step in steps:
            if not isinstance(value, Mapping):
                return None
            value = value.get(step)
        return value

    return walk
