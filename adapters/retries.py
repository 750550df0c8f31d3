"""When a question that failed is put again; the only place that says so.

Questions only read, so that putting one again changes nothing at the department. It
is put again where the system or the way to it failed, or where the department asked
to come back; never where it denied access or broke its contract, for it would do so
again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import random

from adapters.errors import (
    SourceBusy,
    SourceError,
    SourceTimedOut,
    SourceUnavailable,
)

_SAFE = (SourceUnavailable, SourceTimedOut, SourceBusy)


@dataclass(frozen=True, slots=True)
class Retries:
    """How often, and after what wait; times in seconds."""

    most: int = 2
    """Beside the first try."""
    first: float = 0.1
    """The longest wait before the first; doubled for each that follows."""
    longest: float = 1.0
    chance: Callable[[], float] = random
    """0 to 1: full jitter, so that those who failed together don't return together."""

    def wait(
        self, tried: int, fault: SourceError, left: float, took: float = 0.0
    ) -> float | None:
        """Give the seconds to wait before the next try; None: there is none.

        `tried` counts the retries so far. The wait, and a try as long as the one that
        `took` its time, must fit into what is `left`.
        """
        if tried >= self.most or not isinstance(fault, _SAFE):
            return None
        wait = self.chance() * min(self.first * 2**tried, self.longest)
        if isinstance(fault, SourceBusy) and fault.retry_after is not None:
            wait += fault.retry_after
        return wait if wait + took < left else None
