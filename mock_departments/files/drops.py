"""Writes the files that departments drop."""

import csv
from collections.abc import Sequence
from pathlib import Path

from xlsxwriter import Workbook

from mock_departments.columns import columns
from mock_departments.files.departments import NAMES, FileDepartment
from mock_departments.world.model import World
from mock_departments.writing import write

Table = list[list[object]]


def drop(department: FileDepartment, world: World, directory: Path) -> None:
    """Write all files of a department into its directory."""
    directory.mkdir(parents=True, exist_ok=True)
    for record_type in world.record_types(department.code):
        heads, rows = table(department, world, record_type)
        for name in _names(department, NAMES[record_type]):
            path = directory / f"{name}.{department.suffix}"
            if department.suffix == "csv":
                write_csv(path, [heads, *rows], department)
            else:
                write_xlsx(path, heads, rows, department)


def table(
    department: FileDepartment, world: World, record_type: str
) -> tuple[list[object], Table]:
    """Give heads and rows as the department writes them."""
    named = dict(columns(department.style.columns, record_type))
    if department.name_only:
        for code in ("uscc", "registrationNumber"):
            named.pop(code, None)
    heads: list[object] = list(named.values())
    rows: Table = []
    for number, record in enumerate(world.records(department.code, record_type)):
        row = write(record, department.style)
        cells = [row[str(head)] for head in heads]
        if department.unquoted:
            comma = "，" if number % 40 else ","
            cells.append(f"青海省西宁市城中区{comma}七一路")
        rows.append(cells)
    if department.unquoted:
        heads.append("DZ")
    return heads, rows


def _names(department: FileDepartment, title: str) -> Sequence[str]:
    usual = f"{title}_{department.day}"
    if department.twice:
        return (usual, f"{department.day} {title}(1)")
    return (usual,)


def write_csv(path: Path, rows: Table, department: FileDepartment) -> None:
    """Write a CSV file, whole before it gets its name."""
    unfinished = path.with_suffix(".part")
    with unfinished.open("w", encoding=department.encoding, newline="") as file:
        if department.unquoted:
            for row in rows:
                file.write(",".join("" if c is None else str(c) for c in row) + "\r\n")
        else:
            csv.writer(file).writerows(rows)
    unfinished.rename(path)


def write_xlsx(
    path: Path, heads: list[object], rows: Table, department: FileDepartment
) -> None:
    """Write an XLSX file with the department's title rows and footer."""
    unfinished = path.with_suffix(".part")
    with Workbook(str(unfinished), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Sheet1")
        for number in range(department.title_rows):
            sheet.write_string(number, 0, "青海省教育厅信用信息归集表")
        for number, cells in enumerate([heads, *rows], department.title_rows):
            for place, cell in enumerate(cells):
                if isinstance(cell, int):
                    sheet.write_number(number, place, cell)
                elif cell:
                    sheet.write_string(number, place, str(cell))
        if department.footer:
            sheet.write_string(
                department.title_rows + len(rows) + 1, 0, department.footer
            )
    unfinished.rename(path)
