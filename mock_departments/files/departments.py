"""The departments that drop files."""

from dataclasses import dataclass

from mock_departments.writing import Style


@dataclass(frozen=True, slots=True)
class FileDepartment:
    """How one department's files look."""

    code: str
    style: Style
    suffix: str
    day: str
    """Date in the file names; the data are of that day."""
    encoding: str = "utf-8"
    name_only: bool = False
    title_rows: int = 0
    """Rows above the column heads."""
    footer: str = ""
    unquoted: bool = False
    """Addresses with commas are written without quotes."""
    twice: bool = False
    """The same file arrives twice, under names that vary."""


DEPARTMENTS = (
    FileDepartment("QH-EDU", Style("chinese", "chinese"), "xlsx", "20161001", title_rows=1, footer="表格说明：本表由省教育厅按月报送"),
    FileDepartment("QH-STD", Style("chinese", "iso"), "xlsx", "20160930"),
    FileDepartment("QH-ERA", Style("chinese", "slash"), "xlsx", "20160630", name_only=True),
    FileDepartment("QH-CAD", Style("chinese", "dotted"), "csv", "20161017", encoding="gbk"),
    FileDepartment("QH-WAT", Style(), "csv", "20161001", encoding="utf-8-sig", unquoted=True),
    FileDepartment("QH-AGR", Style("sgs2015", "excel", indefinite="长期"), "xlsx", "20161001"),
    FileDepartment("QH-FOR", Style("pinyin", "iso"), "csv", "20160930", name_only=True),
    FileDepartment("QH-STA", Style("chinese", "iso"), "xlsx", "20160930"),
    FileDepartment("QH-GRA", Style("sgs2015"), "xlsx", "20160930"),
    FileDepartment("QH-MET", Style(), "csv", "20161001"),
    FileDepartment("QH-FSO", Style("pinyin", "compact"), "xlsx", "20161001"),
    FileDepartment("QH-FTU", Style("chinese", "chinese"), "xlsx", "20160501"),
    FileDepartment("QH-HU", Style("sgs2015", "short_slash"), "csv", "20161017"),
    FileDepartment("QH-GL", Style("chinese", "short_slash"), "xlsx", "20161001", twice=True),
)  # fmt: skip
NAMES = {"LICENCE": "行政许可", "PENALTY": "行政处罚", "COMMENDATION": "表彰奖励"}
