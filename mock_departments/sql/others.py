"""Writes the rows of the other departments that open a view of their database."""

from collections.abc import Iterator, Mapping

from mock_departments.columns import columns
from mock_departments.sql.tables import Table
from mock_departments.world.model import World
from mock_departments.writing import Style, write

STYLES: Mapping[str, Style] = {
    "QH-FIN": Style("pinyin", "compact"),
    "QH-HUD": Style("pinyin", "iso", "yuan"),
    "QH-QTS": Style("sgs2015"),
}
VIEWS = {"LICENCE": "V_XZXK", "PENALTY": "V_XZCF", "COMMENDATION": "V_BZJL"}


def tables(code: str, world: World) -> Iterator[Table]:
    """Give a department's tables."""
    style = STYLES[code]
    for record_type in world.record_types(code):
        named = list(columns(style.columns, record_type).values())
        if code == "QH-HUD":
            named.remove("shxydm")
        rows = (
            [row[column] for column in named]
            for record in world.records(code, record_type)
            if (row := write(record, style))
        )
        view = VIEWS[record_type]
        yield Table(f"T_{view[2:]}", named, rows, view)
