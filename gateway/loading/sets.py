"""Joins sets that are asked for at the same time into one."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from itertools import chain
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")
Load = Callable[[Sequence[K]], Awaitable[Sequence[V]]]


class SetLoader(Generic[K, V]):
    """Loads each key once, in as few sets as can be; for one request.

    It refers to nobody who loads, so that what was loaded is freed with the request
    and not left to the garbage collector.
    """

    def __init__(self, most: int) -> None:
        """Load so many keys in one set at the most."""
        self._most = most
        self._waiting: list[K] = []
        self._turn: asyncio.Task[None] | None = None
        self._turn_of: dict[K, asyncio.Task[None]] = {}
        self._awaiting: dict[asyncio.Task[None], int] = {}
        self._found: dict[K, V] = {}

    async def load(self, keys: Sequence[K], load: Load[K, V]) -> Sequence[V]:
        """Give the value of each key; raises what loading them raised.

        `load` gives keys' values in their order; it is the same at every call.
        """
        new = [key for key in dict.fromkeys(keys) if key not in self._turn_of]
        if new:
            if self._turn is None:
                self._turn = asyncio.create_task(self._next(load))
            self._waiting += new
            self._turn_of.update(dict.fromkeys(new, self._turn))
        for turn in {self._turn_of[key] for key in keys}:
            await self._done(turn)
        return [self._found[key] for key in keys]

    async def _done(self, turn: asyncio.Task[None]) -> None:
        """Await a turn that others may await too; the last to leave ends it."""
        self._awaiting[turn] = self._awaiting.get(turn, 0) + 1
        try:
            await asyncio.shield(turn)
        finally:
            self._awaiting[turn] -= 1
            if not self._awaiting[turn] and not turn.done():
                turn.cancel()
                self._forget(turn)

    def _forget(self, turn: asyncio.Task[None]) -> None:
        """Let the keys of a turn that was given up be loaded again."""
        for key in [key for key, one in self._turn_of.items() if one is turn]:
            del self._turn_of[key]
        if self._turn is turn:
            self._waiting, self._turn = [], None

    async def _next(self, load: Load[K, V]) -> None:
        """Load what was asked for until this turn of the loop came."""
        keys, self._waiting, self._turn = self._waiting, [], None
        parts = [
            keys[start : start + self._most]
            for start in range(0, len(keys), self._most)
        ]
        if len(parts) == 1:
            values = await load(keys)
        else:
            found = await asyncio.gather(*(load(part) for part in parts))
            values = list(chain.from_iterable(found))
        self._found.update(zip(keys, values, strict=True))
