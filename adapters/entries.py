"""Rows of one answer, mapped, without holding up the event loop."""

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from adapters.contract import Row, Rows, SetAside, SourceRecord, Subject
from adapters.mapping import Mapper
from schema.codes import uscc

Entry = SourceRecord | SetAside

_AT_A_STRETCH = 250
"""Rows mapped before others may run: a few milliseconds if all need care."""
_CODE = re.compile(r"(?<![0-9A-Za-z])[0-9A-HJ-NPQRTUWXY]{18}(?![0-9A-Za-z])")


async def map_rows(
    mapper: Mapper, rows: Rows, as_of: datetime, place: str = ""
) -> list[Entry]:
    """Map all rows of an answer; what is not even a row comes last."""
    entries: list[Entry] = []
    quickly, carefully = mapper.quickly, mapper.carefully
    for start in range(0, len(rows.rows), _AT_A_STRETCH):
        if start:
            await asyncio.sleep(0)
        entries += [
            quickly(row, as_of)
            or carefully(row, _position(rows.positions, number, place), as_of)
            for number, row in enumerate(
                rows.rows[start : start + _AT_A_STRETCH], start
            )
        ]
    entries.extend(
        mapper.set_aside(piece, _subjects_in(piece.raw)) for piece in rows.unreadable
    )
    return entries


def _position(positions: Sequence[str], number: int, place: str) -> str:
    return positions[number] if positions else f"{place}row {number + 1}"


def _subjects_in(raw: Row) -> tuple[Subject, ...]:
    """Look for valid codes in what could not be read: their owners must hear of it."""
    text = " ".join(_texts(raw))
    codes = dict.fromkeys(filter(uscc.is_valid, _CODE.findall(text)))
    return tuple(Subject(uscc=code) for code in codes)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
