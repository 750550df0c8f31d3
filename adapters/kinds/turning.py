"""Turns the pages of an answer; they must end, and none may come twice."""

from collections.abc import Sequence

from adapters.contract import Row
from adapters.errors import SourceContractBroken

MOST_PAGES = 5_000
MOST_ROWS = 50_000
"""Rows of one answer at the most; a listing of everything may have more."""


class Turning:
    """The pages of one answer so far."""

    def __init__(self, first: str | None = None) -> None:
        """Start with the cursor of the first page."""
        self._number = 0
        self._before: Sequence[Row] = ()
        self._cursors = {first}

    def turn(self, rows: Sequence[Row], following: str | None) -> None:
        """Take a page and what asks for the next one; None: it is the last.

        Raises SourceContractBroken for the page before come again, for a cursor that
        was there before, and for pages without end.
        """
        self._number += 1
        if rows and rows == self._before:
            words = f"第 {self._number} 页与前一页相同 (the same page twice)"
            raise SourceContractBroken(words)
        if following is None:
            return
        if following in self._cursors:
            words = f"第 {self._number} 页的游标已用过 (a cursor that was there before)"
            raise SourceContractBroken(words)
        if self._number >= MOST_PAGES:
            words = f"超过 {MOST_PAGES} 页仍未结束 (endless pages)"
            raise SourceContractBroken(words)
        self._cursors.add(following)
        self._before = rows


def refuse_more(rows: Sequence[Row]) -> None:
    """Refuse an answer of more rows than memory should hold."""
    if len(rows) > MOST_ROWS:
        words = f"答复超过 {MOST_ROWS:,} 行 (too many rows)"
        raise SourceContractBroken(words)
