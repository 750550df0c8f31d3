"""The views through which others read a department's tables, and how they go wrong."""

from collections.abc import Callable, Mapping, Sequence

Select = Callable[[str, Sequence[str]], str]
"""Makes a view's SELECT of its true one and of the columns that this has."""

_EVENTS = frozenset(
    "ABNTIME ALTDATE ANCHEDATE CF_JDRQ ESTDATE EQUPLEDATE INSDATE jdrq PENDECISSDATE "
    "REGIDATE syrq XK_JDRQ".split()
)
"""Columns that say on which day something happened."""


def plain(table: str) -> str:
    """Select a table as it is."""
    return f'SELECT * FROM "{table}"'


def healthy(select: str, _columns: Sequence[str]) -> str:
    """Select what is true."""
    return select


def drifted(select: str, columns: Sequence[str]) -> str:
    """Select with the last column renamed, as after an upgrade nobody announced."""
    *kept, last = columns
    named = [f'"{column}"' for column in kept]
    return _of(select, [*named, f'"{last}" AS "NEW_{last}"'])


def spoilt(select: str, columns: Sequence[str]) -> str:
    """Select with an unreadable day in every fourth row."""
    return _of(select, [_perhaps_bad(column) for column in columns])


SELECTS: Mapping[str, Select] = {"schema_drift": drifted, "bad_rows": spoilt}
"""By fault profile."""


def _of(select: str, columns: Sequence[str]) -> str:
    return f"SELECT {', '.join(columns)} FROM ({select}) AS source"


def _perhaps_bad(column: str) -> str:
    name = f'"{column}"'
    if column not in _EVENTS:
        return name
    return f"CASE WHEN \"ID\" % 4 = 1 THEN '去年' ELSE {name} END AS {name}"
