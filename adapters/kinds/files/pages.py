"""Cuts the rows of files into pages that one can go on from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from adapters.contract import Rows
from adapters.kinds.files.drop import DropFile
from adapters.kinds.files.tables import Table

PER_PAGE = 2_000


@dataclass(frozen=True, slots=True)
class Start:
    """Where to go on: a file as it lay there, and how many of its rows are done."""

    stamp: str = ""
    row: int = 0

    @classmethod
    def read(cls, cursor: str | None) -> "Start":
        """Read a cursor; anything that is none starts anew."""
        stamp, _, row = (cursor or "").rpartition("#")
        return cls(stamp, int(row)) if stamp and row.isdecimal() else cls()

    def left(self, files: Sequence[DropFile]) -> Sequence[DropFile]:
        """Leave the files before it out; all stay where it is not among them."""
        places = [place for place, file in enumerate(files) if file.stamp == self.stamp]
        return files[places[0] :] if places else files

    def skipped(self, file: DropFile) -> int:
        """Count the rows of a file that are done."""
        return self.row if file.stamp == self.stamp else 0


def pages(
    file: DropFile, table: Table, skipped: int, stale: str | None = None
) -> Iterator[Rows]:
    """Cut a file; what could not be read comes with its first page.

    `stale` says why a later file could not be read.
    """
    count = len(table.rows)
    for place in range(skipped, max(count, skipped + 1), PER_PAGE):
        end = min(place + PER_PAGE, count)
        yield Rows(
            table.rows[place:end],
            file.as_of,
            table.unreadable if place == 0 else (),
            f"{file.stamp}#{end}",
            count,
            table.positions[place:end],
            stale,
        )
