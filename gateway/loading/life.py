"""How long what a request was told stays true."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from gateway.loading.entries import Entry


@dataclass(slots=True)
class Life:
    """What an answer was made of, and until when it may be given again."""

    until: float = math.inf
    """On the clock of the entries, in seconds."""
    entries: list[Entry] = field(default_factory=list)
    """Without any of which it is worth nothing."""

    def rely(self, entries: Iterable[Entry], until: float) -> None:
        """Hear of entries that went into the answer, and of how long they are fresh."""
        self.entries.extend(entries)
        self.until = min(self.until, until)

    @property
    def ends(self) -> float:
        """Give the moment until which it may be given again; 0 where it may not.

        What says nothing from memory is quickly made anew.
        """
        return self.until if self.entries else 0.0
