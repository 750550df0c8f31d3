"""The departments that speak REST, each in its own manner."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mock_departments.writing import Style


_STANDARD = Style()


@dataclass(frozen=True, slots=True)
class RestDepartment:
    """How one department's service looks on the wire."""

    code: str
    p50: float
    p95: float
    error_percent: float
    style: Style = _STANDARD
    auth: str = "bearer"
    """bearer, header, query or oauth."""
    key: str = "uscc"
    """What is asked by: uscc, registrationNumber or name."""
    keys_name: str = "codes"
    batch: int = 100
    paging: str = "page"
    """page, page0, offset, cursor or link."""
    per: int = 200
    root: str = "/api"
    rows: str = "data.items"
    as_of: str = "data.asOf"
    """A path in the answer, or `header:` and a name."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Record type to the word in the path."""

    def word(self, record_type: str) -> str:
        """Give the word for a record type in paths."""
        usual = {
            "LICENCE": "licences",
            "PENALTY": "penalties",
            "COMMENDATION": "commendations",
            "IP_PLEDGE": "pledges",
        }
        return self.names.get(record_type, usual[record_type])


_PINYIN = {
    "LICENCE": "xzxk",
    "PENALTY": "xzcf",
    "COMMENDATION": "bzjl",
    "IP_PLEDGE": "zscq",
}

DEPARTMENTS = (
    RestDepartment("QH-DRC", 25, 80, 0.2, auth="header", paging="page", per=200, batch=200, root="/sgs/v2", rows="result.list", as_of="result.time", keys_name="tyshxydm"),
    RestDepartment("QH-IIT", 30, 110, 0.2, Style(dates="millis"), auth="header", paging="offset", per=100, root="/open/api", rows="data", as_of="timestamp"),
    RestDepartment("QH-JUD", 35, 120, 0.3, Style("sgs2015"), auth="query", key="registrationNumber", keys_name="zch", paging="page", per=50, root="/credit", rows="rows", as_of="asOf"),
    RestDepartment("QH-LRD", 40, 150, 0.5, Style("pinyin", "chinese"), auth="bearer", paging="cursor", per=100, root="/gtzy/api", rows="payload.records", as_of="payload.dataTime", names=_PINYIN),
    RestDepartment("QH-EPD", 20, 70, 0.2, auth="bearer", paging="cursor", per=200, batch=50, root="/v1", rows="data.items", as_of="data.asOf"),
    RestDepartment("QH-COM", 30, 100, 0.3, auth="oauth", paging="page", per=100, root="/rest", rows="content", as_of="header:X-Data-Time"),
    RestDepartment("QH-CUL", 45, 200, 0.4, Style("pinyin", "iso"), auth="header", paging="page0", per=100, root="/wh", rows="list", as_of="updateTime", names=_PINYIN, keys_name="dms"),
    RestDepartment("QH-SAW", 22, 90, 0.2, auth="bearer", paging="page", per=200, batch=200, root="/safety", rows="data.rows", as_of="data.time"),
    RestDepartment("QH-FDA", 28, 120, 0.3, auth="header", paging="offset", per=500, batch=200, root="/fda/open", rows="data.items", as_of="data.asOf"),
    RestDepartment("QH-TOU", 50, 250, 0.6, Style("english", "iso"), auth="query", key="name", keys_name="names", paging="page", per=50, batch=20, root="/tour", rows="items", as_of="as_of"),
    RestDepartment("QH-IPO", 33, 120, 0.3, Style("english", "iso"), auth="bearer", paging="link", per=50, root="/ip/api", rows="results", as_of="header:X-As-Of"),
    RestDepartment("QH-FPC", 40, 180, 0.5, Style("sgs2015"), auth="header", key="registrationNumber", keys_name="regNos", paging="offset", per=200, root="/xf", rows="data.list", as_of="data.asOf"),
    RestDepartment("QH-HN", 60, 300, 1.0, auth="header", paging="page", per=100, root="/hainanzhou", rows="data.items", as_of="data.asOf"),
    RestDepartment("QH-HB", 60, 300, 1.0, auth="bearer", paging="page", per=100, root="/haibei", rows="data.items", as_of="data.asOf"),
    RestDepartment("QH-YS", 150, 2500, 3.0, auth="bearer", paging="cursor", per=50, batch=50, root="/yushu", rows="data.items", as_of="data.asOf"),
)  # fmt: skip
