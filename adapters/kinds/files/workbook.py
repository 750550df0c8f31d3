"""Reads one sheet of an Excel workbook."""

import io
import re
import zipfile
from collections.abc import Iterator, Sequence

from python_calamine import CalamineError, CalamineWorkbook

from adapters.errors import SourceContractBroken
from adapters.kinds.files.drop import Unfinished
from adapters.kinds.files.sheet import Line, Sheet

MOST_CELLS = 20_000_000
_UNPACKED = 16
"""A workbook may be so many times larger than `max_bytes` when unpacked."""
_ZIP, _OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"')
_CHUNK = 1_048_576


def read_workbook(data: bytes, name: str, sheet: str, max_bytes: int) -> Sheet:
    """Read a sheet with the cells of merged areas filled.

    Raises Unfinished for a workbook without its end, SourceContractBroken for what
    is none or lacks the sheet.
    """
    if not data.startswith((_ZIP, _OLD)):
        raise SourceContractBroken(f"{name}: 不是 Excel 文件（not a workbook）")
    if data.startswith(_ZIP):
        _refuse_bombs(data, name, max_bytes * _UNPACKED)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            return _lines(book, name, sheet)
    except CalamineError as error:
        words = f"{name}: 打不开这个工作簿（workbook is damaged）"
        raise SourceContractBroken(words) from error


def _lines(book: CalamineWorkbook, name: str, sheet: str) -> Sheet:
    names = book.sheet_names
    if not names or (sheet and sheet not in names):
        words = (
            f"{name}: 没有工作表 {sheet!r}，只有 {'、'.join(names)}（no such sheet）"
        )
        raise SourceContractBroken(words)
    page = book.get_sheet_by_name(sheet or names[0])
    rows = [list[object](row) for row in page.to_python(skip_empty_area=False)]
    _fill(rows, page.merged_cell_ranges or ())
    cells = ([_plain(cell) for cell in row] for row in rows)
    return Sheet([Line(number, row) for number, row in enumerate(cells, 1)])


def _plain(cell: object) -> object:
    """Excel has only floats: whole numbers become whole again."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def _fill(
    rows: Sequence[list[object]],
    areas: Sequence[tuple[tuple[int, int], tuple[int, int]]],
) -> None:
    """Give every cell of a merged area the value that stands in its first."""
    for (top, left), (bottom, right) in areas:
        if top >= len(rows) or left >= len(rows[top]):
            continue
        value = rows[top][left]
        for row in rows[top : bottom + 1]:
            for place in range(left, min(right + 1, len(row))):
                row[place] = value


def _refuse_bombs(data: bytes, name: str, most: int) -> None:
    """Refuse a workbook that would not fit into memory once opened."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > most:
                raise SourceContractBroken(f"{name}: 解压后太大（too large unpacked）")
            for part in parts:
                if part.filename.startswith("xl/worksheets/sheet"):
                    _refuse_wide(_chunks(archive, part), name)
    except zipfile.BadZipFile:
        words = "工作簿不完整，没有结尾（workbook has no end）"
        raise Unfinished(words) from None


def _chunks(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _refuse_wide(chunks: Iterator[bytes], name: str) -> None:
    """Refuse a sheet whose farthest cells span more than memory should hold."""
    columns = rows = 0
    for chunk in chunks:
        seen = _CELL.findall(chunk)
        columns = max([columns, *map(_column, {letters for letters, _ in seen})])
        rows = max(rows, int(seen[-1][1]) if seen else 0)
    if columns * rows > MOST_CELLS:
        words = f"{name}: 表格有 {rows:,} 行 × {columns:,} 列（sheet is too large）"
        raise SourceContractBroken(words)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
