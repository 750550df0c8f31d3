"""The departments that speak SOAP with 报文 inside."""

from dataclasses import dataclass

from mock_departments.writing import Style

_STANDARD = Style()


@dataclass(frozen=True, slots=True)
class SoapDepartment:
    """How one department's service looks on the wire."""

    code: str
    p50: float
    p95: float
    error_percent: float
    style: Style = _STANDARD
    namespace: str = "http://ws.credit.qh.gov.cn/"
    operation: str = "queryData"
    root: str = "ExchangeMessage"
    row: str = "fields"
    key: str = "uscc"
    batch: int = 50
    per: int = 200
    encoding: str = "utf-8"
    ticket: bool = False
    empty_fault: bool = False
    resubmits: bool = False
    mutual_tls: bool = False


DEPARTMENTS = (
    SoapDepartment("QH-PSD", 60, 400, 1.0, Style("sgs2015"), operation="getXzxx", encoding="gbk"),
    SoapDepartment("QH-HRS", 80, 600, 1.0, ticket=True, operation="exchange"),
    SoapDepartment("QH-TRA", 90, 900, 1.5, Style("sgs2015"), operation="QueryXzxxByZch", key="registrationNumber", batch=30, resubmits=True),
    SoapDepartment("QH-HEA", 70, 500, 1.0, operation="wsQuery", empty_fault=True, batch=100),
    SoapDepartment("QH-PBC", 100, 700, 1.0, Style("pinyin", "compact"), namespace="urn:pbc:xining", operation="Transact", root="CFX", row="RECORD", batch=100, mutual_tls=True),
    SoapDepartment("QH-HPC", 120, 900, 2.0, Style("pinyin", "chinese"), namespace="urn:court:qh", operation="QueryXzxxByShxydm", root="sfxz", row="xx", batch=100),
)  # fmt: skip
