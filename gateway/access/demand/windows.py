"""Counts what was taken in the last minute, in the memory of this process.

A sliding window counter, as of the library `limits`: the count of the window before
fades out while the present one passes. The library's own memory is unbounded, and
starts a task for every hit.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from math import ceil
from time import time
from typing import Final

import msgspec

WINDOW: Final = 60
"""Seconds."""


class Taking(msgspec.Struct, frozen=True, gc=False):
    """So much is taken out of one quota."""

    name: str
    """Of the quota, as clients read it."""
    who: Hashable
    limit: int
    amount: int


class Left(msgspec.Struct, frozen=True, gc=False):
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
        rest = WINDOW - passed
        windows: list[_Window] = []
        left: list[Left] = []
        for one in takings:
            window = self._window(one, number)
            used = window.used(rest) if window.before else window.now
            remaining = one.limit - used - one.amount
            if remaining < 0:
                return [self._told(each, number, passed) for each in takings]
            windows.append(window)
            left.append(Left(one.name, one.limit, remaining, rest))
        for one, window in zip(takings, windows, strict=True):
            window.now += one.amount
        return left

    def _window(self, taking: Taking, number: float) -> "_Window":
        key = (taking.name, taking.who)
        window = self._kept.get(key)
        if window is None:
            window = self._kept[key] = _Window(number)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
            return window
        self._kept.move_to_end(key)
        if window.number != number:
            window.turn(number)
        return window

    def _told(self, one: Taking, number: float, passed: float) -> Left:
        """Tell what is left of a quota where nothing was taken."""
        window = self._window(one, number)
        used = window.used(WINDOW - passed)
        lacking = used + one.amount > one.limit
        seconds = window.until(one, passed) if lacking else WINDOW - passed
        return Left(one.name, one.limit, max(one.limit - used, 0), seconds, lacking)


class _Window:
    """What was taken in the present window, and in the one before."""

    __slots__ = ("before", "now", "number")

    def __init__(self, number: float) -> None:
        self.number = number
        self.now = 0
        self.before = 0

    def turn(self, number: float) -> None:
        """Go on to another window."""
        self.before = self.now if number == self.number + 1 else 0
        self.now = 0
        self.number = number

    def used(self, rest: float) -> int:
        """Count, when so many seconds of the window are left."""
        if not self.before:
            return self.now
        return ceil(self.before * rest / WINDOW) + self.now

    def until(self, taking: Taking, passed: float) -> float:
        """Give seconds until enough has faded out; nothing else being taken."""
        room = taking.limit - taking.amount - self.now
        if room >= 0:
            return WINDOW - passed - _fading(room, self.before)
        room = max(taking.limit - taking.amount, 0)
        return WINDOW - passed + WINDOW - _fading(room, self.now)


def _fading(room: int, count: int) -> float:
    """Give the seconds before a window's end at which no more than `room` is left."""
    return min(room * WINDOW / count, WINDOW) if count else WINDOW
