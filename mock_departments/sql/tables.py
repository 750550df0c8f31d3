"""Tables of a department's own database."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Table:
    """One table."""

    name: str
    columns: Sequence[str]
    rows: Iterable[Sequence[object]]


@dataclass(frozen=True, slots=True)
class Layout:
    """A department's tables and the views through which others read them."""

    stamp: str
    """Names the world and the form; a database with this stamp need not be built."""
    key: str
    """The column that is indexed wherever it stands."""
    tables: Callable[[], Iterable[Table]]
    views: Mapping[str, str]
    """Name to SELECT."""


class Database(Protocol):
    """Where a department keeps its tables."""

    @property
    def url(self) -> str:
        """The address for readers."""

    @property
    def profiles(self) -> frozenset[str]:
        """Fault profiles that it can play, `healthy` among them."""

    async def build(self) -> None:
        """Write all tables and views, unless they are there; end all faults."""

    async def play(self, profile: str) -> None:
        """Play a fault profile after having ended the one before."""
