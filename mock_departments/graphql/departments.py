"""The prefecture governments whose platforms are federation subgraphs."""

from collections.abc import Mapping
from dataclasses import dataclass

from mock_departments.writing import Style


@dataclass(frozen=True, slots=True)
class GraphqlDepartment:
    """How one government's graph looks."""

    code: str
    p50: float
    p95: float
    error_percent: float
    style: Style
    fields: Mapping[str, str]
    """Record type to the root field."""
    codes: str
    """Name of the argument with the codes."""
    most: int = 200
    """Nodes of a page at the most."""
    depth: int = 5


DEPARTMENTS = (
    GraphqlDepartment("QH-XN", 35, 150, 0.4, Style("english", "iso"), {"LICENCE": "permits", "PENALTY": "sanctions", "COMMENDATION": "honours"}, "creditCodes"),
    GraphqlDepartment("QH-HD", 40, 160, 0.4, Style("pinyin", "short_slash"), {"LICENCE": "xzxkList", "PENALTY": "xzcfList"}, "dms"),
    GraphqlDepartment("QH-HX", 45, 200, 0.5, Style("english", "compact", "yuan"), {"LICENCE": "licenceRecords", "PENALTY": "penaltyRecords"}, "usccs"),
)  # fmt: skip
