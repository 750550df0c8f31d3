"""Reads the core's tables; what a query is, it is once per shape.

A query names its values (`:region`); a list of values is one of them (`IN :keys`), so
that a query's text does not depend on how many there are.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Protocol

import orjson

from gateway.core.filters import storable

Values = Mapping[str, object]
Rows = Sequence[Sequence[Any]]
SECONDS = 10.0
"""Within which a statement is answered, waiting for its turn included."""
_SHAPES = 512
_LIST = re.compile(r"\bIN :(\w+)")
_VALUE = re.compile(r":(\w+)")


class Reads(Protocol):
    """Runs queries that change nothing.

    The implementer must see what was committed before a query began, and answer or
    raise TimeoutError within `SECONDS`. A query whose caller leaves is broken off.
    """

    like: str
    """The operator that compares parts of text whatever the case."""
    trigrams: bool
    """Whether the table `search` answers MATCH."""

    async def rows(self, query: str, values: Values, keys: int | None = None) -> Rows:
        """Give all rows of a query.

        The caller guarantees that one that looks only for so many `keys` finds each
        by an index, with few rows for each.
        """

    async def close(self) -> None:
        """Let go of the database."""


async def of_keys(reads: Reads, query: str, keys: Sequence[str]) -> Rows:
    """Give the rows of a query that looks for `IN :keys` by an index."""
    if not keys:
        return ()
    return await reads.rows(query, {"keys": [*map(storable, keys)]}, len(keys))


@lru_cache(_SHAPES)
def in_sqlite(query: str) -> str:
    """Write a query for SQLite, which takes a list as JSON."""
    return _LIST.sub(r"IN (SELECT value FROM json_each(:\1))", query)


def sqlite_values(values: Values) -> dict[str, object]:
    """Give values as SQLite takes them."""
    return {
        name: orjson.dumps(value).decode() if isinstance(value, list) else value
        for name, value in values.items()
    }


@lru_cache(_SHAPES)
def in_postgresql(query: str) -> tuple[str, Sequence[str]]:
    """Write a query for PostgreSQL, and name its values in their order."""
    query = _LIST.sub(r"= ANY(:\1)", query)
    names = list(dict.fromkeys(_VALUE.findall(query)))
    return _VALUE.sub(lambda found: f"${names.index(found[1]) + 1}", query), names
