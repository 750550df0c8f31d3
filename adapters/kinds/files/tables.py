"""Finds the header, the rows and the end in a file's lines."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from adapters.contract import Row, Unreadable
from adapters.errors import SourceContractBroken
from adapters.kinds.files.drop import Unfinished
from adapters.kinds.files.options import Section
from adapters.kinds.files.sheet import Line, Sheet
from adapters.section import Section as Declared

Alternatives = tuple[str, ...]
"""Columns of which a file must have one at least."""


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one file."""

    rows: Sequence[Row]
    positions: Sequence[str]
    unreadable: tuple[Unreadable, ...]


def alternatives(declared: Declared) -> Sequence[Alternatives]:
    """Give all columns that a declaration speaks of, with their stand-ins."""
    key = declared.key
    said = [key.uscc, key.registration_number, key.name]
    said += [rule.columns for rule in declared.fields.values()]
    said += [(word,) for rule in declared.fields.values() for word in rule.by_text]
    said += [(column,) for column in (*declared.natural_key, *declared.record_id)]
    said += [(column,) for column in declared.withdrawn_when]
    return tuple(dict.fromkeys(columns for columns in said if columns))


def read_table(
    sheet: Sheet, name: str, section: Section, wanted: Sequence[Alternatives]
) -> Table:
    """Read the rows of a file.

    Raises Unfinished where it is cut short, SourceContractBroken where it has no
    rows or lacks columns.
    """
    if sheet.cut:
        raise Unfinished(sheet.cut)
    last = max(section.headers)
    if len(sheet.lines) < last:
        raise SourceContractBroken(f"{name}: 没有表头（no header）")
    columns = _columns(sheet.lines, section.headers)
    _refuse_missing(columns, name, last, wanted)
    body = list(_body(sheet.lines[last:], section.footer))
    if not body and not sheet.broken and section.mode == "full":
        raise SourceContractBroken(f"{name}: 只有表头，没有数据（no rows）")
    return Table(
        rows=[_row(columns, line) for line in body],
        positions=[f"{name} line {line.number}" for line in body],
        unreadable=tuple(
            Unreadable(
                f"{name} line {broken.number}", broken.reason, {"line": broken.text}
            )
            for broken in sheet.broken
        ),
    )


def joined(tables: Sequence[Table]) -> Table:
    """Put the rows of several files one after the other."""
    return Table(
        rows=[row for table in tables for row in table.rows],
        positions=[place for table in tables for place in table.positions],
        unreadable=tuple(one for table in tables for one in table.unreadable),
    )


def _columns(lines: Sequence[Line], headers: Sequence[int]) -> Sequence[str]:
    """Name the columns; names one above the other are joined by `/`."""
    rows = [lines[number - 1].cells for number in sorted(headers)]
    return [
        "/".join(dict.fromkeys(filter(None, (_name(row, place) for row in rows))))
        for place in range(max(map(len, rows)))
    ]


def _name(row: Sequence[object], place: int) -> str:
    if place >= len(row) or row[place] is None:
        return ""
    return "".join(str(row[place]).split())


def _refuse_missing(
    columns: Sequence[str], name: str, line: int, wanted: Sequence[Alternatives]
) -> None:
    missing = [" 或 ".join(any_) for any_ in wanted if not set(any_) & set(columns)]
    if missing:
        there = "、".join(filter(None, columns))[:200]
        words = f"{name} 第 {line} 行: 缺少列 {'、'.join(missing)}（columns missing）"
        raise SourceContractBroken(f"{words}；表头是 {there}")
    asked = {column for any_ in wanted for column in any_}
    double = [one for one, count in Counter(columns).items() if count > 1]
    if asked & set(double):
        words = "、".join(sorted(asked & set(double)))
        raise SourceContractBroken(f"{name} 第 {line} 行: 列 {words} 重复（twice）")


def _body(lines: Sequence[Line], footer: str) -> Iterator[Line]:
    for line in lines:
        if footer and line.first_text.startswith(footer):
            return
        if not line.is_blank:
            yield line
    if footer:
        raise Unfinished(f"没有结尾的「{footer}」（closing row is missing）")


def _row(columns: Sequence[str], line: Line) -> Row:
    return {
        column: cell
        for column, cell in zip(columns, line.cells, strict=False)
        if column
    }
