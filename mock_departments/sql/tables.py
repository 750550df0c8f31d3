"""Tables of a department's own database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """One table, and the view through which others may read it."""

    name: str
    columns: Sequence[str]
    rows: Iterable[Sequence[object]]
    view: str | None
