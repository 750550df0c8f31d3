"""What was seen of a source: some of its rows, and how they are reached."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from adapters.contract import Row

MOST_ROWS = 1_000
"""Rows of a source that are looked at."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A word of the declaration that a person has to confirm."""

    word: str
    """`batch`, `mode` …: as in the declaration."""
    reason: str


@dataclass(frozen=True, slots=True)
class Sample:
    """Rows of one record type, and the words that its section needs to get them."""

    name: str
    """Of the file, view, path or operation; tells the record type at times."""
    rows: Sequence[Row]
    columns: tuple[str, ...]
    """Also those that no row has filled; nested ones as paths."""
    section: Mapping[str, object] = field(default_factory=dict)
    """Words of the section for the kind: `pattern`, `view`, `request` …"""
    titles: Mapping[str, str] = field(default_factory=dict)
    """What the source itself says of a column (a comment of the database)."""
    doubts: tuple[Doubt, ...] = ()
    answer: object = None
    """The whole answer that the rows came in, where there was one."""
    more: Sequence[Row] = ()
    """All rows, where more are at hand than the values need be judged by."""

    @property
    def everything(self) -> Sequence[Row]:
        """All rows that were seen."""
        return self.more or self.rows


@dataclass(frozen=True, slots=True)
class Look:
    """All that was seen at one address."""

    kind: str
    """As in `[connection]`."""
    connection: Mapping[str, object]
    samples: tuple[Sample, ...]
    capabilities: Mapping[str, object] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    """What the `${NAME}` of the connection stand for; secrets are left out."""
    freshness: str = "P1D"
    deadline: str = "PT2S"
    doubts: tuple[Doubt, ...] = ()
