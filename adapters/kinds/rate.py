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


class RateLimit:
    """Lets requests go as soon as the rate allows them, in their order.

    A sliding window, not a bucket that fills: whichever second a department counts
    by, it never sees more requests in it than agreed.
    """

    def __init__(self, rate: Rate | None) -> None:
        """Keep to a rate; None lets everything go."""
        self._rate = rate
        self._goes: deque[float] = deque(maxlen=rate.requests if rate else 1)
        """When the last requests went, or will go."""

    async def turn(self, patience: float) -> None:
        """Wait until a request may go.

        Raises SourceBusy at once where that takes longer than `patience` seconds.
        """
        rate = self._rate
        if rate is None:
            return
        now = asyncio.get_running_loop().time()
        free = now
        if len(self._goes) == rate.requests:
            free = max(self._goes[0] + rate.seconds, now)
        if free - now > patience:
            words = "已达到该部门允许的访问频率 (its rate limit is used up)"
            raise SourceBusy(words, free - now)
        self._goes.append(free)
        if free > now:
            await asyncio.sleep(free - now)
