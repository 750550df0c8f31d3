"""Reads one CSV or XLSX file into rows, keeping aside what is no row."""

import codecs
import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from adapters.contract import Row, Unreadable
from adapters.errors import SourceContractBroken

_ENCODINGS = ("utf-8", "gb18030")
MOST_ROWS = 500_000


@dataclass(frozen=True, slots=True)
class Shape:
    """How a department's files are laid out."""

    header: int = 1
    """Number of the row with the column heads."""
    footer: str = ""
    """How the first cell of the row begins that ends the table."""
    encoding: str = "auto"
    sheet: str = ""
    required: tuple[str, ...] = ()
    """Heads without which the file is refused."""


@dataclass(frozen=True, slots=True)
class Table:
    """What one file holds."""

    rows: Sequence[Row]
    positions: Sequence[str]
    unreadable: tuple[Unreadable, ...]


def read_table(path: Path, shape: Shape) -> Table:
    """Read a file.

    Raises SourceContractBroken naming file, line and column for one that can't be
    used: empty, of another encoding, cut off, without a column that is needed.
    """
    grid = _csv(path, shape) if path.suffix.lower() == ".csv" else _xlsx(path, shape)
    lines = iter(grid)
    heads = _heads(path, shape, lines)
    rows: list[Row] = []
    positions: list[str] = []
    unreadable: list[Unreadable] = []
    for number, cells in lines:
        if shape.footer and str(cells[0] if cells else "").startswith(shape.footer):
            break
        if not any(cell not in ("", None) for cell in cells):
            continue
        position = f"{path.name} 第 {number} 行"
        extra = [cell for cell in cells[len(heads) :] if cell not in ("", None)]
        if extra or len(cells) < len(heads):
            reason = (
                f"应有 {len(heads)} 列，实有 {len(cells)} 列 (wrong number of cells)"
            )
            raw = dict(zip(heads, cells, strict=False))
            unreadable.append(Unreadable(position, reason, raw))
            continue
        rows.append(dict(zip(heads, cells, strict=False)))
        positions.append(position)
        if len(rows) > MOST_ROWS:
            raise SourceContractBroken(
                f"{path.name}: 超过 {MOST_ROWS} 行 (too many rows)"
            )
    return Table(rows, positions, tuple(unreadable))


Line = tuple[int, Sequence[object]]


def _heads(path: Path, shape: Shape, lines: Iterator[Line]) -> list[str]:
    for number, cells in lines:
        if number < shape.header:
            continue
        heads = [str(cell).strip() for cell in cells]
        while heads and not heads[-1]:
            heads.pop()
        missing = [name for name in shape.required if name not in heads]
        if missing:
            words = f"{path.name} 第 {number} 行: 缺少列 {'、'.join(missing)}"
            raise SourceContractBroken(f"{words} (columns are missing)")
        return heads
    raise SourceContractBroken(f"{path.name}: 文件是空的 (the file is empty)")


def _csv(path: Path, shape: Shape) -> Iterable[Line]:
    text = _decode(path, shape)
    if "\x00" in text:
        raise SourceContractBroken(f"{path.name}: 不是文本文件 (not a text file)")
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        words = f"{path.name} 第 {reader.line_num} 行: 不是 CSV (not CSV)"
        raise SourceContractBroken(words) from error


def _decode(path: Path, shape: Shape) -> str:
    data = path.read_bytes()
    if data.startswith(codecs.BOM_UTF8):
        data = data[len(codecs.BOM_UTF8) :]
    encodings = _ENCODINGS if shape.encoding == "auto" else (shape.encoding,)
    place = 0
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            place = error.start
    line = data[:place].count(b"\n") + 1
    column = place - data.rfind(b"\n", 0, place)
    words = f"{path.name} 第 {line} 行第 {column} 字节: 编码不是 {'、'.join(encodings)}"
    raise SourceContractBroken(f"{words} (wrong encoding)")


def _xlsx(path: Path, shape: Shape) -> Iterable[Line]:
    try:
        book = CalamineWorkbook.from_path(str(path))
        name = shape.sheet or book.sheet_names[0]
        grid = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (CalamineError, zipfile.BadZipFile, OSError, IndexError) as error:
        words = f"{path.name}: 不是完整的 XLSX (not a whole XLSX file)"
        raise SourceContractBroken(words) from error
    for number, cells in enumerate(grid, start=1):
        yield number, [_plain(cell) for cell in cells]


def _plain(cell: object) -> object:
    """Give whole numbers without a fraction; dates as ISO text."""
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return cell.isoformat() if isinstance(cell, date | datetime) else cell
