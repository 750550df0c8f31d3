"""Cuts CSV text into records; a broken line never takes its neighbours along."""

import csv
import io
from collections.abc import Sequence

from adapters.kinds.files.encodings import Decoded
from adapters.kinds.files.sheet import BrokenLine, Line, Sheet

MOST_LINES = 64
"""Lines that one record may span; more means a quote that nobody closed."""
_SHOWN = 2_000


def read_csv(
    decoded: Decoded, header: int, delimiter: str = ",", *, open_end: bool = False
) -> Sheet:
    """Read the text of a file whose (last) header is record number `header`.

    A last line without line end is taken as cut short, unless `open_end`.
    """
    texts = list(io.StringIO(decoded.text, newline=""))
    lines: list[Line] = []
    broken: list[BrokenLine] = []
    width: int | None = None
    place = 0
    while place < len(texts):
        cells, used = _record(texts[place : place + MOST_LINES], delimiter)
        if cells is None or not _fits(cells, width):
            used = 1
            text = texts[place].rstrip("\r\n")
            if text.strip():
                reason = _reason(text, width, delimiter)
                broken.append(BrokenLine(place + 1, reason, text[:_SHOWN]))
        elif cells:
            lines.append(Line(place + 1, cells[:width] if width else cells))
            if len(lines) == header:
                width = _width(cells)
        place += used
    cut = None if open_end and not decoded.cut else _cut(decoded)
    return Sheet(lines, broken, cut)


def _record(texts: Sequence[str], delimiter: str) -> tuple[list[str] | None, int]:
    """Read the first record of some lines, and how many of them it takes."""
    reader = csv.reader(iter(texts), delimiter=delimiter, strict=True)
    try:
        return next(reader), reader.line_num
    except (csv.Error, StopIteration):
        return None, 1


def _width(cells: Sequence[str]) -> int:
    """Count the columns up to the last that has a name."""
    named = [place for place, cell in enumerate(cells, 1) if cell.strip()]
    return max(named, default=0)


def _fits(cells: Sequence[str], width: int | None) -> bool:
    """Say whether a record has all columns and nothing beyond them."""
    if width is None or not cells:
        return True
    return len(cells) >= width and not any(cell.strip() for cell in cells[width:])


def _reason(text: str, width: int | None, delimiter: str) -> str:
    cells, _ = _record([text], delimiter)
    if cells is None:
        return "引号没有闭合（a quote is not closed）"
    return f"有 {len(cells)} 栏，应为 {width} 栏（wrong number of columns）"


def _cut(decoded: Decoded) -> str | None:
    if decoded.cut:
        return "最后一个字不完整（ends in the middle of a character）"
    if decoded.text and not decoded.text.endswith(("\n", "\r")):
        return "最后一行没有换行，可能不完整（ends in the middle of a line）"
    return None
