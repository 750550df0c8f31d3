"""How late the event loop is: the sign of more work than the processor can do."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from math import inf
from time import monotonic
from typing import Final

_FADING: Final = 0.5
"""What is left of a lateness at the next beat."""


class Heartbeat:
    """Notes how late each beat comes."""

    def __init__(
        self, every: float = 0.05, clock: Callable[[], float] = monotonic
    ) -> None:
        """Beat every so many seconds, once it is running."""
        self._every = every
        self.clock = clock
        self._late = 0.0
        self._due = inf

    @property
    def lag(self) -> float:
        """Seconds that the loop is or just was late."""
        return self.lag_at(self.clock())

    def lag_at(self, now: float) -> float:
        """Give the same at a moment of the clock."""
        overdue = now - self._due
        return max(self._late, overdue)

    def beat(self) -> None:
        """Note how late it is, and when the next beat is due."""
        now = self.clock()
        self._late = max(now - self._due, self._late * _FADING, 0.0)
        self._due = now + self._every

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Beat for as long as this is open."""
        beating = asyncio.create_task(self._beating())
        try:
            yield
        finally:
            beating.cancel()
            with suppress(asyncio.CancelledError):
                await beating
            self._late, self._due = 0.0, inf

    async def _beating(self) -> None:
        while True:
            self.beat()
            await asyncio.sleep(self._every)
