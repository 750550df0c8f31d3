"""Writes the rows of the other departments that open a view of their database."""

from collections.abc import Iterator, Mapping, Sequence

from mock_departments.columns import columns
from mock_departments.sql.tables import Layout, Table
from mock_departments.sql.views import plain
from mock_departments.world.model import World
from mock_departments.writing import Style, write

STYLES: Mapping[str, Style] = {
    "QH-FIN": Style("pinyin", "compact"),
    "QH-HUD": Style("pinyin", "iso", "yuan"),
    "QH-QTS": Style("sgs2015"),
}
_KEYS = {"QH-FIN": "shxydm", "QH-HUD": "zch", "QH-QTS": "XK_XDR_SHXYM"}
_TABLES: Mapping[str, Mapping[str, str]] = {
    "QH-FIN": {"LICENCE": "XZXK", "PENALTY": "XZCF"},
    "QH-HUD": {"LICENCE": "XZXK", "PENALTY": "XZCF", "COMMENDATION": "BZJL"},
    "QH-QTS": {"LICENCE": "XZXK", "PENALTY": "XZCF"},
}


def layout(code: str, world: World, stamp: str) -> Layout:
    """Give a department's tables and views; it has them even when they are empty."""
    views = {f"V_{name}": plain(f"T_{name}") for name in _TABLES[code].values()}
    return Layout(stamp, _KEYS[code], lambda: _tables(code, world), views)


def _tables(code: str, world: World) -> Iterator[Table]:
    for record_type, name in _TABLES[code].items():
        yield Table(f"T_{name}", *_content(code, record_type, world))


def _content(
    code: str, record_type: str, world: World
) -> tuple[Sequence[str], Iterator[Sequence[object]]]:
    """Give the columns and the rows."""
    style = STYLES[code]
    named = list(columns(style.columns, record_type).values())
    if code == "QH-HUD":  # knows enterprises by the 15-digit number only
        named.remove("shxydm")
    written = (write(record, style) for record in world.records(code, record_type))
    return named, ([row[column] for column in named] for row in written)
