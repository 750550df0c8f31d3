"""Finds the header rows and the closing row of a sheet that nobody described."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from adapters.authoring.errors import CannotAuthor
from adapters.kinds.files.sheet import Line, Sheet

_LOOKED_AT = 12
"""Rows at the top among which the header must be."""
_DATA = re.compile(
    r"[-+]?[\d,.]+%?|\d{4}[-/.年]\d{1,2}.*|[0-9A-HJ-NPQRTUWXY]{15,18}|.{40,}"
)
_CLOSING = re.compile(
    r"(表格说明|填表说明|说明|备注|注|合计|总计|填表人|制表人|填报人|审核人|填报单位)"
)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things stand in a sheet."""

    header: tuple[int, ...]
    """Rows of the names, from 1."""
    footer: str
    """How the closing row begins; empty: there is none."""


def layout_of(sheet: Sheet, name: str) -> Layout:
    """Find header and end; raises CannotAuthor where there is no header."""
    lines = sheet.lines
    width = max((len(_filled(line)) for line in lines[:200]), default=0)
    for place, line in enumerate(lines[:_LOOKED_AT]):
        if _is_head(line, width):
            rows = [place + 1]
            while _goes_on(lines, place, width):
                place += 1  # noqa: PLW2901 - the next row of the same header
                rows.append(place + 1)
            return Layout(tuple(rows), _footer(lines[rows[-1] :]))
    shown = "、".join(map(str, lines[0].cells[:6])) if lines else ""
    raise CannotAuthor(
        f"{name}: 没有找到表头，请在数据上方加一行列名（no header found）；"
        f"第 1 行是 {shown[:120]}"
    )


def _is_head(line: Line, width: int) -> bool:
    """Names of columns are texts, most of them filled, none looking like data."""
    filled = _filled(line)
    texts = [text for text in filled if not _DATA.fullmatch(text)]
    enough = len(filled) >= max(0.6 * width, 1)
    return enough and len(texts) == len(filled) and _distinct(filled, width)


def _distinct(filled: Sequence[str], width: int) -> bool:
    """A title stretched over all columns is no header."""
    return len(set(filled)) > 1 or width == 1


def _goes_on(lines: Sequence[Line], place: int, width: int) -> bool:
    """Whether names of groups stand above the names: they repeat, what is below not."""
    if place + 1 >= len(lines) or place + 1 >= _LOOKED_AT:
        return False
    here, below = _filled(lines[place]), _filled(lines[place + 1])
    repeats = len(set(here)) < len(here) and len(set(below)) > len(set(here))
    return repeats and _is_head(lines[place + 1], width)


def _footer(body: Sequence[Line]) -> str:
    last = next((line for line in reversed(body) if not line.is_blank), None)
    if last is None or len(set(_filled(last))) > 2:
        return ""
    closing = _CLOSING.match(last.first_text)
    return closing[1] if closing else ""


def _filled(line: Line) -> list[str]:
    texts = (str(cell).strip() for cell in line.cells if cell is not None)
    return [text for text in texts if text]
