"""A file's lines as cells, before its header is known."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One record of a file."""

    number: int
    """Of the line or row where it begins, from 1."""
    cells: Sequence[object]

    @property
    def is_blank(self) -> bool:
        """Whether nothing but spaces stands in it."""
        return all(cell is None or not str(cell).strip() for cell in self.cells)

    @property
    def first_text(self) -> str:
        """The first cell that is not empty, as text."""
        texts = (str(cell).strip() for cell in self.cells if cell is not None)
        return next((text for text in texts if text), "")


@dataclass(frozen=True, slots=True)
class BrokenLine:
    """A line that is not even a record."""

    number: int
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """All lines of a file."""

    lines: Sequence[Line]
    broken: Sequence[BrokenLine] = ()
    cut: str | None = None
    """Why it seems to end too early."""
