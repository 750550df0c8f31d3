"""What happens inside the process, told to all who listen; nobody waits for a listener.

Ended                      nothing more will be told: the gateway is stopping
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable
from typing import Generic, TypeVar

from schema.errors import LimitExceeded, SlowReader

Event = TypeVar("Event")


class Ended(Exception):
    """Nothing more will be told; whoever still wants to know asks another gateway."""


class Events(Generic[Event]):
    """Tells events to its listeners, for each of whom so many wait at the most."""

    def __init__(self, waiting: int, listeners: int) -> None:
        """Keep at most `waiting` events for each of at most `listeners`."""
        self._waiting = waiting
        self._most = listeners
        self._ended = False
        self._shelves: dict[int, _Shelf[Event]] = {}

    def __len__(self) -> int:
        """Count the listeners."""
        return len(self._shelves)

    def publish(self, event: Event) -> None:
        """Tell an event to everybody who wants it; never waits."""
        for shelf in self._shelves.values():
            shelf.put(event)

    async def listen(
        self, wanted: Callable[[Event], bool]
    ) -> AsyncGenerator[Event, None]:
        """Give the events that are wanted from now on; must be closed.

        Raises SlowReader after the last event that still found room, LimitExceeded
        when too many listen already, Ended when the gateway stops.
        """
        if len(self._shelves) >= self._most:
            raise LimitExceeded(
                f"订阅数已达上限 {self._most} (so many subscriptions are open already)"
            )
        shelf = _Shelf(wanted, self._waiting, ended=self._ended)
        self._shelves[id(shelf)] = shelf
        try:
            while True:
                yield await shelf.take()
        finally:
            del self._shelves[id(shelf)]

    def end(self) -> None:
        """Let every listener go, as soon as it has taken what waits for it."""
        self._ended = True
        for shelf in self._shelves.values():
            shelf.end()


class _Shelf(Generic[Event]):
    """What waits for one listener; when it is full, the rest is only counted."""

    def __init__(
        self, wanted: Callable[[Event], bool], most: int, *, ended: bool
    ) -> None:
        self._wanted = wanted
        self._most = most
        self._ended = ended
        self._missed = 0
        self._events: deque[Event] = deque()
        self._changed = asyncio.Event()

    def put(self, event: Event) -> None:
        if not self._wanted(event):
            return
        if self._missed or len(self._events) >= self._most:
            self._missed += 1
        else:
            self._events.append(event)
        self._changed.set()

    def end(self) -> None:
        self._ended = True
        self._changed.set()

    async def take(self) -> Event:
        while not self._events:
            if self._missed:
                raise SlowReader(self._missed)
            if self._ended:
                raise Ended
            self._changed.clear()
            await self._changed.wait()
        return self._events.popleft()
