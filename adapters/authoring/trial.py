"""Reads the sample by the declaration that was written, as the gateway would."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from adapters.contract import Row, SetAside, SourceRecord
from adapters.mapping import Mapper
from adapters.section import Section

MOST_ROWS = 10_000
"""Rows that are read at the most."""
_REASONS = 5


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of reading the rows at hand, or evenly chosen ones of many."""

    read: int
    set_aside: int
    reasons: Sequence[tuple[str, int]]
    """The most frequent reasons, values left out, and how often."""


def read_entries(
    section: Section, rows: Sequence[Row]
) -> Iterator[SourceRecord | SetAside]:
    """Read rows as a department would give them now."""
    mapper, now = Mapper(section), datetime.now(UTC)
    for number, row in enumerate(rows, 1):
        yield mapper.map(row, f"row {number}", now)


def try_section(section: Section, rows: Sequence[Row]) -> Trial:
    """Count what can be read, and why the rest can't."""
    read = aside = 0
    reasons: Counter[str] = Counter()
    step = -(-len(rows) // MOST_ROWS) or 1
    for entry in read_entries(section, rows[::step]):
        if isinstance(entry, SetAside):
            aside += 1
            reasons.update(map(_without_value, entry.reasons))
        else:
            read += 1
    return Trial(read, aside, reasons.most_common(_REASONS))


def _without_value(reason: str) -> str:
    """Keep the kind of a reason: the value may be a person's."""
    head, mark, rest = reason.partition("：")
    return (
        head
        if mark
        else reason.split("没有 '", maxsplit=1)[0]
        if rest == ""
        else reason
    )
