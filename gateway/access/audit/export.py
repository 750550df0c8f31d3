"""Writes the log's entries of some days for other programs, oldest first."""

import csv
import io
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Final

import msgspec

from gateway.access.audit.entries import KIND, Found
from gateway.access.audit.segments import first_of, segments, walk
from gateway.access.audit.verification import chains
from gateway.settings import SHANGHAI


class Form(StrEnum):
    """How entries are written."""

    NDJSON = "ndjson"
    CSV = "csv"


_COLUMNS: Final = (
    *("chain", "sequence", "time", "subject", "role", "department", "region"),
    *("address", "purpose", "case", "operation", "document", "variables"),
    *("outcome", "count", "enterprises", "records", "denied", "policy"),
    "microseconds",
)
_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")
"""With which a cell begins that a spreadsheet would calculate."""


def exported(
    root: Path, began: date | None, ended: date | None, form: Form
) -> Iterator[bytes]:
    """Give lines of text, chain by chain; both days included.

    NDJSON: the lines as they stand, so that their hashes can be computed. CSV: UTF-8
    with a mark (for spreadsheets), lists separated by spaces. Raises OSError.
    """
    if form is Form.CSV:
        yield "\ufeff".encode() + _row(_COLUMNS)
    for directory in chains(root):
        for line, entry in _entries(directory):
            day = entry.time.astimezone(SHANGHAI).date()
            if (began and day < began) or (ended and day > ended):
                continue
            if form is Form.CSV:
                yield _row([_cell(directory, entry, name) for name in _COLUMNS])
            else:
                yield line + b"\n"


def _entries(directory: Path) -> Iterator[tuple[bytes, Found]]:
    decoder = msgspec.json.Decoder(Found)
    for path in segments(directory):
        for step in walk(path, first_of(path), None):
            if step.head is not None and step.head.kind == KIND:
                yield step.line, decoder.decode(step.line)


def _cell(directory: Path, entry: Found, name: str) -> str:
    if name == "chain":
        return directory.name
    if name == "records":
        return " ".join(
            f"{code}/{kind}={count}"
            for code, given in entry.records.items()
            for kind, count in given.items()
        )
    value = getattr(entry, name)
    if name in {"enterprises", "denied"}:
        return " ".join(value)
    if name == "outcome":
        return str(value.value)
    return "" if value is None else str(value)


def _row(cells: "tuple[str, ...] | list[str]") -> bytes:
    line = io.StringIO()
    safe = [f"'{one}" if one.startswith(_FORMULAS) else one for one in cells]
    csv.writer(line).writerow(safe)
    return line.getvalue().encode()
