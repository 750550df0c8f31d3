"""Joins sets that are asked for at the same time into one."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from itertools import chain
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class SetLoader(Generic[K, V]):
    """Loads each key once, in as few sets as can be; for one request."""

    def __init__(
        self, load: Callable[[Sequence[K]], Awaitable[Sequence[V]]], most: int
    ) -> None:
        """Load by `load`: keys, at the most so many, to their values in that order."""
        self._load = load
        self._most = most
        self._waiting: list[K] = []
        self._turn: asyncio.Task[None] | None = None
        self._turn_of: dict[K, asyncio.Task[None]] = {}
        self._awaiting: dict[asyncio.Task[None], int] = {}
        self._found: dict[K, V] = {}

    async def load(self, keys: Sequence[K]) -> Sequence[V]:
        """Give the value of each key; raises what loading them raised."""
        new = [key for key in dict.fromkeys(keys) if key not in self._turn_of]
        if new:
            if self._turn is None:
                self._turn = asyncio.create_task(self._next())
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

    async def _next(self) -> None:
        """Load what was asked for until this turn of the loop came."""
        keys, self._waiting, self._turn = self._waiting, [], None
        parts = [
            keys[start : start + self._most]
            for start in range(0, len(keys), self._most)
        ]
        if len(parts) == 1:
            values = await self._load(keys)
        else:
            found = await asyncio.gather(*(self._load(part) for part in parts))
            values = list(chain.from_iterable(found))
        self._found.update(zip(keys, values, strict=True))
