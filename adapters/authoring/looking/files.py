"""Looks at a CSV or Excel file that a department leaves."""

import re
from collections.abc import Sequence
from pathlib import Path, PurePath

from adapters.authoring.errors import CannotAuthor
from adapters.authoring.looking.heads import Layout, layout_of
from adapters.authoring.sample import MOST_ROWS, Doubt, Look, Sample
from adapters.errors import SourceError
from adapters.kinds.files.csv_lines import read_csv
from adapters.kinds.files.drop import DropFile, Unfinished, content_of
from adapters.kinds.files.encodings import decode
from adapters.kinds.files.options import TEXT_ENDINGS, Connection, Section
from adapters.kinds.files.periods import period_of
from adapters.kinds.files.sheet import Sheet
from adapters.kinds.files.tables import Table, read_table
from adapters.kinds.files.workbook import read_workbook

_DIGITS = re.compile(
    r"20\d{2}[-_.年]?(?:[上下]半年|第?[一二三四1-4]季度?|[Qq][1-4]|\d{1,2}[-_.月]?\d{0,2}日?)?"
)
_DELIMITERS = (",", "\t", ";", "|")
_FRESH = ((1, "P1D"), (7, "P7D"), (31, "P31D"), (92, "P92D"), (184, "P184D"))


def look_at_file(path: Path, variable: str, sheet: str = "") -> Look:
    """Read a file whole; `variable` names the environment's word for its folder.

    Raises CannotAuthor with what to change where.
    """
    bounds = Connection(str(path.parent))
    try:
        data = content_of(_file(path), bounds.max_bytes)
        words, table = _read(data, path, sheet, bounds)
    except (SourceError, Unfinished) as error:
        raise CannotAuthor(_told(path, error)) from error
    if not table.rows:
        raise CannotAuthor(
            f"{path.name}: 只有表头，没有数据，请换一份有记录的文件（no rows）"
        )
    columns = tuple(dict.fromkeys(name for row in table.rows for name in row))
    step = max(len(table.rows) // MOST_ROWS, 1)
    sample = Sample(
        name=_plain(path.stem),
        rows=table.rows[::step][:MOST_ROWS],
        columns=columns,
        section={"pattern": _pattern(path.name), "mode": "full", **words},
        doubts=tuple(_doubts(words, path.name, table)),
        more=table.rows,
    )
    return Look(
        kind="files",
        connection={"directory": f"${{{variable}}}"},
        samples=(sample,),
        capabilities={"batch": 1000},
        variables={variable: str(path.resolve().parent)},
        freshness=_freshness(path.name),
    )


def _file(path: Path) -> DropFile:
    try:
        state = path.stat()
    except OSError as error:
        words = f"{path}: 打不开：{error.strerror}，请核对路径（cannot be opened）"
        raise CannotAuthor(words) from error
    if path.suffix.lower() == ".zip":
        raise CannotAuthor(
            f"{path}: 请先解开，指明其中一个文件；以后投递压缩包也能读"
            "（unpack it first, and name a file; archives may be dropped later）"
        )
    if path.is_dir():
        raise CannotAuthor(
            f"{path}: 是目录，请指明其中一个文件（a folder, not a file）"
        )
    return DropFile(path, state.st_size, state.st_mtime_ns)


def _read(
    data: bytes, path: Path, sheet_name: str, bounds: Connection
) -> tuple[dict[str, object], Table]:
    """Read the rows, and the words that the section needs to read them again."""
    words: dict[str, object] = {}
    if path.suffix.lower() in TEXT_ENDINGS:
        words = _text_words(data, path.name)
        sheet = _text_sheet(data, path.name, words, 1)
    else:
        if sheet_name:
            words["sheet"] = sheet_name
        sheet = read_workbook(data, path.name, sheet_name, bounds.max_bytes)
    layout = layout_of(sheet, path.name)
    words |= _layout_words(layout)
    if path.suffix.lower() in TEXT_ENDINGS and layout.header != (1,):
        sheet = _text_sheet(data, path.name, words, max(layout.header))
    section = Section(
        pattern=path.name, header=list(layout.header), footer=layout.footer
    )
    return words, read_table(sheet, path.name, section, ())


def _text_words(data: bytes, name: str) -> dict[str, object]:
    words: dict[str, object] = {}
    decoded = decode(data, name)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        if not data.startswith((b"\xff\xfe", b"\xfe\xff")):
            words["encoding"] = "gb18030"
    first = next((line for line in decoded.text.splitlines() if line.strip()), "")
    mark = max(_DELIMITERS, key=first.count)
    if mark != "," and first.count(mark):
        words["delimiter"] = mark
    if not decoded.text.endswith(("\n", "\r")):
        words["open_end"] = True
    return words


def _text_sheet(data: bytes, name: str, words: dict[str, object], header: int) -> Sheet:
    return read_csv(
        decode(data, name, str(words.get("encoding", "auto"))),
        header,
        str(words.get("delimiter", ",")),
        open_end=bool(words.get("open_end")),
    )


def _layout_words(layout: Layout) -> dict[str, object]:
    words: dict[str, object] = {}
    if layout.header != (1,):
        several = len(layout.header) > 1
        words["header"] = list(layout.header) if several else layout.header[0]
    if layout.footer:
        words["footer"] = layout.footer
    return words


def _doubts(words: dict[str, object], name: str, table: Table) -> Sequence[Doubt]:
    doubts = [Doubt("mode", "每份都是全量（full）还是增量（delta）？")]
    if words.get("open_end"):
        doubts.append(Doubt("open_end", "末行没有换行：这份文件是完整的吗？（whole?）"))
    if "header" in words:
        doubts.append(Doubt("header", "表头在第几行？（header rows）"))
    if table.unreadable:
        one = table.unreadable[0]
        many = f"{len(table.unreadable)} 行读不出来，例如 {one.position}: {one.reason}"
        doubts.append(Doubt("pattern", many))
    if _pattern(name) == name:
        doubts.append(
            Doubt("pattern", "文件名总是这样吗？可用 * 代替变化的部分（name?）")
        )
    return doubts


def _told(path: Path, error: Exception) -> str:
    words = str(error)
    return words if path.name in words else f"{path.name}: {words}"


def _pattern(name: str) -> str:
    """Let the period in a file's name vary."""
    path = PurePath(name)
    if not period_of(path.stem):
        return name
    return _DIGITS.sub("*", path.stem, count=1) + path.suffix


def _plain(stem: str) -> str:
    return _DIGITS.sub("", stem).strip("-_ ") or stem


def _freshness(name: str) -> str:
    period = period_of(name)
    if period is None:
        return "P31D"
    days = (period[1] - period[0]).days + 1
    return next((words for most, words in _FRESH if days <= most), "P366D")
