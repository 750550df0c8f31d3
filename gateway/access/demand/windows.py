"""Counts what was taken in the last minute, in the memory of this process.

A sliding window counter, as of the library `limits`: the count of the window before
fades out while the present one passes. The library's own memory is unbounded, and
starts a task for every hit.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from math import ceil
from time import time
from typing import Final, NamedTuple

WINDOW: Final = 60
"""Seconds."""


class Taking(NamedTuple):
    """So much is taken out of one quota."""

    name: str
    """Of the quota, as clients read it."""
    who: Hashable
    limit: int
    amount: int


class Left(NamedTuple):
    """What is left of a quota."""

    name: str
    limit: int
    remaining: int
    seconds: float
    """Until the window ends; of a quota that lacks: until there is enough again."""
    lacking: bool = False


class Windows:
    """The windows of all who took something lately; the least recent are forgotten."""

    def __init__(self, most: int, clock: Callable[[], float] = time) -> None:
        """Keep at most so many quotas' windows."""
        self._most = most
        self._clock = clock
        self._kept: OrderedDict[Hashable, _Window] = OrderedDict()

    def __len__(self) -> int:
        """Tell how many are kept."""
        return len(self._kept)

    def take(self, takings: Sequence[Taking]) -> list[Left]:
        """Take from all quotas, or from none where one of them lacks."""
        number, passed = divmod(self._clock(), WINDOW)
        windows = [self._window(one, int(number)) for one in takings]
        used = [one.used(passed) for one in windows]
        for one, before in zip(takings, used, strict=True):
            if before + one.amount > one.limit:
                return _refused(takings, windows, used, passed)
        left: list[Left] = []
        for one, window, before in zip(takings, windows, used, strict=True):
            window.now += one.amount
            remaining = one.limit - before - one.amount
            left.append(Left(one.name, one.limit, remaining, WINDOW - passed))
        return left

    def _window(self, taking: Taking, number: int) -> "_Window":
        key = (taking.name, taking.who)
        window = self._kept.get(key)
        if window is None:
            window = self._kept[key] = _Window(number)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(key)
            window.turn(number)
        return window


class _Window:
    """What was taken in the present window, and in the one before."""

    __slots__ = ("before", "now", "number")

    def __init__(self, number: int) -> None:
        self.number = number
        self.now = 0
        self.before = 0

    def turn(self, number: int) -> None:
        """Go on to a window."""
        if number != self.number:
            self.before = self.now if number == self.number + 1 else 0
            self.now = 0
            self.number = number

    def used(self, passed: float) -> int:
        """Count, when so many seconds of the window have passed."""
        if not self.before:
            return self.now
        return ceil(self.before * (WINDOW - passed) / WINDOW) + self.now

    def until(self, taking: Taking, passed: float) -> float:
        """Give seconds until enough has faded out; nothing else being taken."""
        room = taking.limit - taking.amount - self.now
        if room >= 0:
            return WINDOW - passed - _fading(room, self.before)
        room = max(taking.limit - taking.amount, 0)
        return WINDOW - passed + WINDOW - _fading(room, self.now)


def _refused(
    takings: Sequence[Taking],
    windows: Sequence[_Window],
    used: Sequence[int],
    passed: float,
) -> list[Left]:
    """Tell what is left where nothing was taken."""
    left: list[Left] = []
    for one, window, before in zip(takings, windows, used, strict=True):
        lacking = before + one.amount > one.limit
        seconds = window.until(one, passed) if lacking else WINDOW - passed
        remaining = max(one.limit - before, 0)
        left.append(Left(one.name, one.limit, remaining, seconds, lacking))
    return left


def _fading(room: int, count: int) -> float:
    """Give the seconds before a window's end at which no more than `room` is left."""
    return min(room * WINDOW / count, WINDOW) if count else WINDOW
