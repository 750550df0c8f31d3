"""The departments that speak REST, each in its own manner."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mock_departments.writing import Style

_STANDARD = Style()


@dataclass(frozen=True, slots=True)
class Success:
    """How answers say that all is well, and what they say when it is not."""

    path: str
    well: object
    failed: object


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
    method: str = "POST"
    """Of questions about a batch; GET takes the keys comma-separated."""
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
    total: str = ""
    """Path of the number of all rows; empty: not told."""
    success: Success | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    """Record type to the word in the path."""
    nested: Mapping[str, str] = field(default_factory=dict)
    """Name of an inner object to the columns in it."""
    rate: int = 0
    """Requests a second at the most; 0: no limit."""
    model: bool = False
    """Offers an OpenAPI document, and ETags."""
    changes: bool = False
    """Tells what changed."""
    gzip: bool = False
    drops: bool = False
    """Its natural errors are broken connections, not answers."""

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
_WELL = Success("success", well=True, failed=False)

DEPARTMENTS = (
    RestDepartment("QH-DRC", 25, 80, 0.2, auth="header", paging="page", per=200, batch=200, root="/sgs/v2", rows="result.list", as_of="result.time", keys_name="tyshxydm", total="result.total", success=Success("code", 0, 500)),
    RestDepartment("QH-IIT", 30, 110, 0.2, Style(dates="millis"), auth="header", paging="offset", per=100, root="/open/api", rows="data", as_of="timestamp", total="count", success=Success("errcode", "0", "-1")),
    RestDepartment("QH-JUD", 35, 120, 0.3, Style("sgs2015"), auth="query", key="registrationNumber", keys_name="zch", paging="page", per=50, root="/credit", rows="rows", as_of="asOf", total="total"),
    RestDepartment("QH-LRD", 40, 150, 0.5, Style("pinyin", "chinese"), auth="bearer", paging="cursor", per=100, root="/gtzy/api", rows="payload.records", as_of="payload.dataTime", names=_PINYIN, nested={"xdr": "xdrmc shxydm zch fddbr"}, success=Success("state.bz", "成功", "失败")),
    RestDepartment("QH-EPD", 20, 70, 0.2, auth="bearer", paging="cursor", per=200, batch=50, root="/v1", rows="data.items", as_of="data.asOf", total="data.total", model=True, changes=True),
    RestDepartment("QH-COM", 30, 100, 0.3, auth="oauth", paging="page", per=100, root="/rest", rows="content", as_of="header:X-Data-Time", total="totalElements"),
    RestDepartment("QH-CUL", 45, 200, 0.4, Style("pinyin", "iso"), auth="header", paging="page0", per=100, root="/wh", rows="list", as_of="updateTime", names=_PINYIN, keys_name="dms", total="total", success=Success("result", "ok", "error")),
    RestDepartment("QH-SAW", 22, 90, 0.2, auth="bearer", paging="page", per=200, batch=200, root="/safety", rows="data.rows", as_of="data.time", total="data.total", success=_WELL, rate=10, changes=True),
    RestDepartment("QH-FDA", 28, 120, 0.3, auth="header", paging="offset", per=500, batch=200, root="/fda/open", rows="data.items", as_of="data.asOf", total="data.totalCount", success=Success("code", 200, 500), gzip=True),
    RestDepartment("QH-TOU", 50, 250, 0.6, Style("english", "iso", money="number"), auth="query", key="name", keys_name="names", paging="page", per=50, batch=20, root="/tour", rows="items", as_of="as_of", total="count"),
    RestDepartment("QH-IPO", 33, 120, 0.3, Style("english", "iso"), auth="bearer", paging="link", per=50, root="/ip/api", rows="results", as_of="header:X-As-Of", nested={"holder": "name uscc registration_number"}),
    RestDepartment("QH-FPC", 40, 180, 0.5, Style("sgs2015"), auth="header", key="registrationNumber", keys_name="regNos", paging="offset", per=200, root="/xf", rows="data.list", as_of="data.asOf", total="data.total", success=Success("resultCode", "0000", "9999")),
    RestDepartment("QH-HN", 60, 300, 1.0, auth="header", method="GET", paging="page", per=100, root="/hainanzhou", rows="data.items", as_of="data.asOf", total="data.total", success=_WELL),
    RestDepartment("QH-HB", 60, 300, 1.0, auth="bearer", paging="page", per=100, root="/haibei", rows="data.items", as_of="data.asOf", total="data.total", success=Success("code", 1, 0)),
    RestDepartment("QH-YS", 150, 2500, 3.0, auth="bearer", paging="cursor", per=50, batch=50, root="/yushu", rows="data.items", as_of="data.asOf", total="data.total", success=_WELL, gzip=True, drops=True),
)  # fmt: skip
