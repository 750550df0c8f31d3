"""Chooses how a file is read by its ending."""

from collections.abc import Sequence
from pathlib import PurePath

from adapters.errors import SourceContractBroken
from adapters.kinds.files.archive import members
from adapters.kinds.files.csv_lines import read_csv
from adapters.kinds.files.encodings import decode
from adapters.kinds.files.options import (
    ARCHIVE_ENDING,
    TEXT_ENDINGS,
    Connection,
    Section,
)
from adapters.kinds.files.tables import Alternatives, Table, joined, read_table
from adapters.kinds.files.workbook import read_workbook


def read_file(
    data: bytes,
    name: str,
    section: Section,
    wanted: Sequence[Alternatives],
    bounds: Connection,
) -> Table:
    """Read the rows of a file's content; raises Unfinished or SourceContractBroken."""
    if PurePath(name).suffix.lower() != ARCHIVE_ENDING:
        table = _read(data, name, section, wanted, bounds)
    else:
        table = joined(
            [
                _read(content, f"{name}/{member}", section, wanted, bounds)
                for member, content in members(
                    data, name, section.members, bounds.max_bytes
                )
            ]
        )
    if len(table.rows) > bounds.max_rows:
        words = f"{name}: 超过 {bounds.max_rows:,} 行（too many rows）"
        raise SourceContractBroken(words)
    return table


def _read(
    data: bytes,
    name: str,
    section: Section,
    wanted: Sequence[Alternatives],
    bounds: Connection,
) -> Table:
    if PurePath(name).suffix.lower() in TEXT_ENDINGS:
        decoded = decode(data, name, section.encoding)
        sheet = read_csv(
            decoded,
            max(section.headers),
            section.delimiter,
            open_end=section.open_end,
        )
    else:
        sheet = read_workbook(data, name, section.sheet, bounds.max_bytes)
    if len(sheet.lines) > bounds.max_rows + max(section.headers):
        words = f"{name}: 超过 {bounds.max_rows:,} 行（too many rows）"
        raise SourceContractBroken(words)
    return read_table(sheet, name, section, wanted)
