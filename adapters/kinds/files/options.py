"""What a declaration of kind files may say."""

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec

TEXT_ENDINGS = (".csv", ".txt")
TABLE_ENDINGS = (*TEXT_ENDINGS, ".xlsx", ".xls")
ARCHIVE_ENDING = ".zip"
ENDINGS = (*TABLE_ENDINGS, ARCHIVE_ENDING)


class Connection(msgspec.Struct, frozen=True):
    """`[connection]` of kind files."""

    directory: str
    """The folder that the department leaves its files in."""
    max_bytes: int = 67_108_864
    """A file larger than this is refused."""
    max_rows: int = 500_000
    """A file with more rows than this is refused."""
    seconds: float = 60.0
    """For reading one file."""
    settle: Annotated[float, msgspec.Meta(ge=0, le=3_600)] = 2.0
    """Seconds for which a file must lie there unchanged before it is read."""


class Section(msgspec.Struct, frozen=True):
    """What a section says beside its fields."""

    pattern: str | list[str]
    """Which files are meant: `行政许可_*.csv`; their endings tell the format."""
    member: str | list[str] = []
    """Which files of a ZIP are meant; several add up. Empty: all tables in it."""
    mode: Literal["full", "delta"] = "full"
    """Each file holds everything (the newest counts), or files add up."""
    header: int | list[int] = 1
    """Rows of the column names; several are joined by `/`."""
    sheet: str = ""
    """Of a workbook; empty: the first one."""
    footer: str = ""
    """How the closing row begins (`表格说明`); a file without it is cut short."""
    encoding: Literal["auto", "utf-8", "gb18030"] = "auto"
    delimiter: str = ","
    open_end: bool = False
    """Whether a whole CSV file may end without a line end."""
    shrinks: bool = False
    """Whether a full file may be less than half of the one before."""

    @property
    def patterns(self) -> tuple[str, ...]:
        """Give the patterns."""
        said = self.pattern
        return (said,) if isinstance(said, str) else tuple(said)

    @property
    def members(self) -> tuple[str, ...]:
        """Give the patterns of what is meant inside a ZIP."""
        said = self.member or [f"*{ending}" for ending in TABLE_ENDINGS]
        return (said,) if isinstance(said, str) else tuple(said)

    @property
    def headers(self) -> tuple[int, ...]:
        """Give the header rows, counted from 1."""
        said = self.header
        return (said,) if isinstance(said, int) else tuple(said)

    def faults(self) -> Sequence[tuple[str, str]]:
        """Name the words that are wrong, each with what is."""
        found = []
        if not self.patterns or not all(map(_is_file_name, self.patterns)):
            words = f"应是以 {'、'.join(ENDINGS)} 结尾的文件名（file name wanted）"
            found.append(("pattern", words))
        if not all(map(_is_table_name, self.members)):
            words = f"应以 {'、'.join(TABLE_ENDINGS)} 结尾（file names wanted）"
            found.append(("member", words))
        if not self.headers or min(self.headers) < 1:
            found.append(("header", "行号从 1 起（rows count from 1）"))
        if len(self.delimiter) != 1:
            found.append(("delimiter", "应是一个字符（one character）"))
        return found


def _is_file_name(pattern: str) -> bool:
    return pattern.lower().endswith(ENDINGS) and not {"/", "\\"} & set(pattern)


def _is_table_name(pattern: str) -> bool:
    return _is_file_name(pattern) and pattern.lower().endswith(TABLE_ENDINGS)
