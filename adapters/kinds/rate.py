"""Keeps to the number of requests that a department allows in a time."""

import asyncio
from collections import deque
from typing import Annotated

import msgspec

from adapters.errors import SourceBusy


class Rate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """At most so many requests in so many seconds, whenever these begin."""

    requests: Annotated[int, msgspec.Meta(ge=1, le=100_000)]
    seconds: Annotated[float, msgspec.Meta(gt=0)] = 1.0


class _Go:
    """When a request goes: as planned, and once it has gone, as it was."""

    def __init__(self, at: float) -> None:
        self.at = at


class RateLimit:
    """Lets requests go as soon as the rate allows them, in their order.

    A sliding window, not a bucket that fills: whichever second a department counts
    by, it never sees more requests in it than agreed, even where one went late.
    """

    def __init__(self, rate: Rate | None) -> None:
        """Keep to a rate; None lets everything go."""
        self._rate = rate
        self._goes: deque[_Go] = deque(maxlen=rate.requests if rate else 1)

    async def turn(self, patience: float) -> float:
        """Wait until a request may go; gives when it does, by the loop's clock.

        Raises SourceBusy at once where that takes longer than `patience` seconds.
        """
        clock, rate = asyncio.get_running_loop().time, self._rate
        now = clock()
        if rate is None:
            return now
        window = self._goes[0] if len(self._goes) == rate.requests else None
        free = max(window.at + rate.seconds, now) if window else now
        if free - now > patience:
            words = "已达到该部门允许的访问频率 (its rate limit is used up)"
            raise SourceBusy(words, free - now)
        mine = _Go(free)
        self._goes.append(mine)
        while window and now < window.at + rate.seconds:
            await asyncio.sleep(window.at + rate.seconds - now)
            now = clock()
        mine.at = now
        return now
