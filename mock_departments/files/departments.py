"""The departments that leave files, each in its own manner."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from mock_departments.files.calendar import (
    Name,
    half_year,
    month,
    nothing,
    old_month,
    quarter,
    to_the_day,
)
from mock_departments.writing import Style

_STANDARD = Style()


@dataclass(frozen=True, slots=True)
class FilesDepartment:
    """How one department's files look."""

    code: str
    last: date
    """The last day that its newest file tells of."""
    days: int
    """Between two files."""
    names: Mapping[str, str]
    """Record type to the file's name, with `{}` where the period stands."""
    style: Style = _STANDARD
    ending: str = "csv"
    period: Name = to_the_day
    encoding: str = "utf-8"
    line_end: str = "\r\n"
    parts: int = 1
    """Files that add up to all it holds."""
    sheets: Mapping[str, str] = field(default_factory=dict)
    """Record type to the sheet, where one workbook holds several."""
    footer: str = ""
    groups: bool = False
    """Whether a second header row groups the columns, and equal cells are merged."""
    addresses: bool = False
    """Whether addresses are added, some with commas that nobody quoted."""
    sloppy_names: bool = False
    name_only: bool = False
    sends_twice: bool = False


_BOTH = {"LICENCE": "行政许可", "PENALTY": "行政处罚"}
_OCTOBER_14, _SEPTEMBER = date(2016, 10, 14), date(2016, 9, 30)
_JUNE, _MAY_DAY = date(2016, 6, 30), date(2016, 4, 29)

DEPARTMENTS = (
    FilesDepartment("QH-EDU", _SEPTEMBER, 31, {"LICENCE": "民办教育许可_{}"}, Style("chinese", "iso"), "xlsx", month, footer="表格说明", groups=True),
    FilesDepartment("QH-STD", _SEPTEMBER, 92, {"COMMENDATION": "高新技术企业名单_{}"}, Style("chinese", "iso", indefinite=None), "xlsx", quarter),
    FilesDepartment("QH-ERA", _JUNE, 184, {"LICENCE": "清真许可台账{}"}, Style("chinese", "chinese", indefinite="长期"), "xlsx", half_year, sloppy_names=True, name_only=True),
    FilesDepartment("QH-CAD", _OCTOBER_14, 7, {"LICENCE": "行政许可_{}", "COMMENDATION": "表彰奖励_{}"}, Style("chinese", "dotted", indefinite="长期"), encoding="gb18030"),
    FilesDepartment("QH-WAT", _SEPTEMBER, 31, {"LICENCE": "XZXK_{}", "PENALTY": "XZCF_{}"}, period=old_month, encoding="utf-8-sig", addresses=True),
    FilesDepartment("QH-AGR", _SEPTEMBER, 31, {"LICENCE": "农牧厅双公示_{}"}, Style("sgs2015", "excel", indefinite="长期"), "xlsx", month, sheets=_BOTH),
    FilesDepartment("QH-FOR", _SEPTEMBER, 92, {"LICENCE": "林业许可_{}", "PENALTY": "林业处罚_{}"}, Style("pinyin", "compact", indefinite="20991231"), period=quarter, line_end="\n", name_only=True),
    FilesDepartment("QH-STA", _SEPTEMBER, 92, {"PENALTY": "统计违法处罚_{}"}, Style("chinese", "slash"), "xlsx", quarter, footer="合计"),
    FilesDepartment("QH-GRA", _SEPTEMBER, 92, {"LICENCE": "粮食局双公示_{}"}, Style("sgs2015", "short_slash"), "xlsx", quarter, sheets=_BOTH),
    FilesDepartment("QH-MET", _SEPTEMBER, 31, {"LICENCE": "fanglei_{}"}, period=old_month, line_end="\n", parts=3),
    FilesDepartment("QH-FSO", _SEPTEMBER, 31, {"LICENCE": "金融办_{}"}, Style("pinyin", "iso"), "xlsx", month, sheets={"LICENCE": "xk", "PENALTY": "cf"}),
    FilesDepartment("QH-FTU", _MAY_DAY, 366, {"COMMENDATION": "先进单位_{}"}, Style("chinese", "chinese", indefinite=None), "xlsx"),
    FilesDepartment("QH-HU", _OCTOBER_14, 7, {"LICENCE": "huangnan_xk_{}", "PENALTY": "huangnan_cf_{}"}, Style("sgs2015"), parts=4),
    FilesDepartment("QH-GL", _SEPTEMBER, 31, {"LICENCE": "果洛州许可{}", "PENALTY": "果洛州处罚{}"}, Style("chinese", "slash"), "xlsx", nothing, sends_twice=True),
)  # fmt: skip
