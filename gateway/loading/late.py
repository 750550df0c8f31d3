"""Asks that go on after the query that asked has been answered."""

import asyncio
from collections.abc import Iterable
from typing import Any


class LateAsks:
    """Lets asks end by themselves, a limited number of them at the same time.

    Each has the department's own deadline; whoever stands between loader and
    department (a cache) still gets its answer.
    """

    def __init__(self, most: int) -> None:
        """Keep at most `most`; beyond, asks are given up."""
        self._most = most
        self._running: set[asyncio.Task[Any]] = set()

    def __len__(self) -> int:
        """Count those that still run."""
        return len(self._running)

    def keep(self, asks: Iterable[asyncio.Task[Any]]) -> None:
        """Let these go on as far as there is room for them."""
        for ask in asks:
            if len(self._running) < self._most:
                self._running.add(ask)
                ask.add_done_callback(self._running.discard)
            else:
                ask.cancel()

    async def close(self) -> None:
        """Give up all that still run."""
        running = list(self._running)
        for ask in running:
            ask.cancel()
        await asyncio.gather(*running, return_exceptions=True)
