"""Writes CSV as departments do, quotes forgotten in addresses included."""

import csv
import io
from collections.abc import Sequence

from mock_departments.files.departments import FilesDepartment
from mock_departments.files.rows import Row


def csv_bytes(department: FilesDepartment, rows: Sequence[Row]) -> bytes:
    """Write one file."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=department.line_end)
    writer.writerow(rows[0])
    for row in rows:
        *cells, last = row.values()
        if department.addresses and "," in str(last):
            text.write(_plain(cells) + f",{last}{department.line_end}")
        else:
            writer.writerow([*cells, last])
    return text.getvalue().encode(department.encoding)


def _plain(cells: Sequence[object]) -> str:
    """Write all cells but the careless one properly."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="").writerow(cells)
    return text.getvalue()
