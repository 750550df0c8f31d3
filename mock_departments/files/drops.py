"""What lies in a department's drop folder, by the fault that it plays."""

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from mock_departments.files.csv_file import csv_bytes
from mock_departments.files.departments import FilesDepartment
from mock_departments.files.rows import Row, rows_of
from mock_departments.files.xlsx_file import xlsx_bytes
from mock_departments.world.model import SHANGHAI, World

Drop = Mapping[str, tuple[date, bytes]]
"""File name to the day of its content and the content."""

GARBAGE = "<html><body>系统维护中，请稍后再试</body></html>".encode()


def drop_of(department: FilesDepartment, world: World, profile: str) -> Drop:
    """Make all files that a department leaves."""
    if profile == "gbk":
        department = replace(department, encoding="gb18030")
    if profile == "stale":
        past = department.last - timedelta(days=2 * department.days)
        department = replace(department, last=past)
    whole = _whole(department, world, profile)
    match profile:
        case "garbage":
            return {name: (day, GARBAGE) for name, (day, _) in whole.items()}
        case "truncated":
            return {name: (day, _cut(data)) for name, (day, data) in whole.items()}
        case "partial_file":
            later = department.last + timedelta(days=department.days)
            coming = _whole(replace(department, last=later, parts=1), world, profile)
            return {
                **whole,
                **{name: (day, _cut(data)) for name, (day, data) in coming.items()},
            }
        case "replay":
            return {**whole, **_again(whole)}
        case _:
            return {**whole, **_again(whole)} if department.sends_twice else whole


def lay(drop: Drop, folder: Path) -> None:
    """Put files into the folder, each at once, and take away what else lies there.

    A folder that is not there appears with all files in it.
    """
    target = folder if folder.is_dir() else folder.with_name(f".{folder.name}.new")
    target.mkdir(parents=True, exist_ok=True)
    for name, (day, data) in drop.items():
        unfinished = target / f".{name}"
        unfinished.write_bytes(data)
        left = datetime.combine(day, time(17, 30), SHANGHAI).timestamp()
        os.utime(unfinished, (left, left))
        unfinished.rename(target / name)
    for path in target.iterdir():
        if path.name not in drop:
            path.unlink()
    if target != folder:
        target.rename(folder)


def take_away(folder: Path) -> None:
    """Move the folder away, all files at once."""
    away = folder.with_name(f".{folder.name}.away")
    shutil.rmtree(away, ignore_errors=True)
    if folder.is_dir():
        folder.rename(away)


def _whole(department: FilesDepartment, world: World, profile: str) -> Drop:
    held = {
        record_type: rows_of(department, world, record_type, profile)
        for record_type in world.record_types(department.code)
    }
    if department.sheets:
        sheets = {department.sheets[kind]: rows for kind, rows in held.items()}
        [title] = department.names.values()
        name = f"{title.format(department.period(department.last))}.xlsx"
        return {name: (department.last, _workbook(department, sheets))}
    return {
        name: content
        for record_type, rows in held.items()
        for name, content in _files(department, department.names[record_type], rows)
    }


def _files(
    department: FilesDepartment, title: str, rows: Sequence[Row]
) -> Sequence[tuple[str, tuple[date, bytes]]]:
    """Cut the rows into the files of as many periods, the newest last."""
    parts = min(department.parts, len(rows))
    size = -(-len(rows) // parts)
    found = []
    for part in range(-(-len(rows) // size)):
        back = department.days * (parts - 1 - part)
        day = department.last - timedelta(days=back)
        some = rows[part * size : (part + 1) * size]
        name = f"{title.format(department.period(day))}.{department.ending}"
        if department.ending == "csv":
            data = csv_bytes(department, some)
        else:
            data = _workbook(department, {"Sheet1": some})
        found.append((name, (day, data)))
    return found


def _workbook(
    department: FilesDepartment, sheets: Mapping[str, Sequence[Row]]
) -> bytes:
    return xlsx_bytes(sheets, footer=department.footer, groups=department.groups)


def _cut(data: bytes) -> bytes:
    """End in the middle of a line."""
    middle = len(data) * 3 // 5
    return data[:middle].rstrip(b"\r\n")


def _again(drop: Drop) -> Drop:
    return {
        f"{Path(name).stem}(1){Path(name).suffix}": content
        for name, content in drop.items()
    }
