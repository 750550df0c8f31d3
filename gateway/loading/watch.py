"""Keeps how the last asks about one record type of a department went."""

import math
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

KEPT = 256
"""Asks that figures are made of, at the most."""


@dataclass(frozen=True, slots=True)
class Told:
    """One ask, as it went."""

    milliseconds: float
    failed: bool


class Watch:
    """The last asks, and when one was last answered."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        """Date answers by `now`."""
        self._now = now
        self.asks: deque[Told] = deque(maxlen=KEPT)
        self.last_success: datetime | None = None
        self.as_of: datetime | None = None
        """How fresh the last answer was."""

    def took(self, milliseconds: float, *, failed: bool) -> None:
        """Keep what an ask took; `failed`: it was not, or not wholly, answered."""
        self.asks.append(Told(milliseconds, failed))

    def seen(self, as_of: datetime) -> None:
        """Keep that there was an answer, with data as of then."""
        self.last_success, self.as_of = self._now(), as_of


@dataclass(frozen=True, slots=True)
class Figures:
    """What asks come to; all but their number is None while there are none."""

    asks: int
    p50: float | None = None
    """Milliseconds."""
    p95: float | None = None
    """Milliseconds."""
    error_rate: float | None = None
    """From 0 to 1."""


def figures(asks: Iterable[Told]) -> Figures:
    """Count asks; percentiles by nearest rank, over answered and failed ones."""
    told = list(asks)
    if not told:
        return Figures(0)
    times = sorted(one.milliseconds for one in told)
    return Figures(
        len(told),
        _percentile(times, 50),
        _percentile(times, 95),
        sum(one.failed for one in told) / len(told),
    )


def _percentile(ordered: list[float], percent: int) -> float:
    return ordered[math.ceil(len(ordered) * percent / 100) - 1]
