"""Joins what is asked for at the same time, by whomever, into one reading."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Generic, TypeVar

V = TypeVar("V")


class Gathering(Generic[V]):
    """Reads at once what is asked for in one turn of the loop; remembers nothing."""

    def __init__(
        self, read: Callable[[Sequence[str]], Awaitable[Mapping[str, V]]]
    ) -> None:
        """Read by `read`: keys to the values of those that exist."""
        self._read = read
        self._keys: dict[str, None] = {}
        self._next: asyncio.Task[Mapping[str, V]] | None = None

    async def of(self, keys: Sequence[str]) -> Mapping[str, V]:
        """Give the values of the keys that exist; raises what reading them raised."""
        if self._next is None:
            self._next = asyncio.create_task(self._read_all())
        self._keys.update(dict.fromkeys(keys))
        found = await asyncio.shield(self._next)
        return {key: found[key] for key in keys if key in found}

    async def _read_all(self) -> Mapping[str, V]:
        keys, self._keys, self._next = list(self._keys), {}, None
        return await self._read(keys)
