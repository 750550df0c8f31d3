"""Writes Excel workbooks as departments do."""

import io
from collections.abc import Mapping, Sequence

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from mock_departments.files.rows import Row

_GROUPS = {
    "主体信息": ("行政相对人名称", "统一社会信用代码", "注册号", "法定代表人"),
    "许可信息": (
        "决定文书名称",
        "决定文书号",
        "许可类别",
        "许可证书名称",
        "许可编号",
        "内容",
        "决定日期",
    ),
    "有效期": ("有效期自", "有效期至"),
}
_MERGED = 2
"""Columns whose equal neighbours below are merged: name and code."""


def xlsx_bytes(
    sheets: Mapping[str, Sequence[Row]], *, footer: str, groups: bool
) -> bytes:
    """Write one workbook of several sheets."""
    content = io.BytesIO()
    options = {"constant_memory": not groups, "in_memory": True}
    with xlsxwriter.Workbook(content, options) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            first = _grouped_header(sheet, rows[0]) if groups else _header(sheet, rows)
            for number, row in enumerate(rows, first):
                _write(sheet, number, list(row.values()))
            if groups:
                _merge(sheet, rows, first)
            if footer:
                words = f"{footer}：共 {len(rows)} 条，数据截至本期末。"
                sheet.write_string(first + len(rows), 0, words)
    return content.getvalue()


def _header(sheet: Worksheet, rows: Sequence[Row]) -> int:
    _write(sheet, 0, list(rows[0]))
    return 1


def _grouped_header(sheet: Worksheet, row: Row) -> int:
    place = 0
    names = list(row)
    while place < len(names):
        group = next((g for g, of in _GROUPS.items() if names[place] in of), None)
        if group is None:
            sheet.merge_range(0, place, 1, place, names[place])
            place += 1
            continue
        size = sum(name in _GROUPS[group] for name in names)
        sheet.merge_range(0, place, 0, place + size - 1, group)
        for offset in range(size):
            sheet.write_string(1, place + offset, names[place + offset])
        place += size
    return 2


def _merge(sheet: Worksheet, rows: Sequence[Row], first: int) -> None:
    """Merge name and code of neighbours that are about the same enterprise."""
    start = 0
    keys = [tuple(row.values())[:_MERGED] for row in rows]
    for place in range(1, len(rows) + 1):
        if place < len(rows) and keys[place] == keys[start]:
            continue
        if place - start > 1:
            for column, value in enumerate(keys[start]):
                sheet.merge_range(
                    first + start, column, first + place - 1, column, str(value)
                )
        start = place


def _write(sheet: Worksheet, number: int, cells: Sequence[object]) -> None:
    for place, cell in enumerate(cells):
        if isinstance(cell, int):
            sheet.write_number(number, place, cell)
        elif cell not in (None, ""):
            sheet.write_string(number, place, str(cell))
