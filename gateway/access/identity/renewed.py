"""What lies elsewhere and is kept here, fetched anew now and then."""

import asyncio
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import monotonic
from typing import Generic, TypeVar

import structlog

from gateway.access.identity.errors import IdentityUnavailable

_log = structlog.get_logger(__name__)
Held = TypeVar("Held")


class NotFetched(Exception):
    """It can't be had now; the message says why, without addresses or secrets."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often it is fetched, in seconds."""

    fresh: float
    """Up to this age it stands."""
    waited: float
    """From this age on, who asks waits for a new one, unless the last try failed."""
    usable: float
    """Up to this age it stands while no new one can be had."""
    apart: float
    """Between the beginnings of two fetches, whoever asks for them."""
    patience: float
    """That somebody waits for a fetch."""


class Renewed(Generic[Held]):
    """Keeps what `fetch` gives; one fetch at a time, and never more than so many."""

    def __init__(
        self,
        name: str,
        fetch: Callable[[], Awaitable[Held]],
        pace: Pace,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """Call it `name` in the log; `fetch` ends by itself, and raises NotFetched."""
        self._name = name
        self._fetch = fetch
        self._pace = pace
        self._clock = clock
        self._held: Held | None = None
        self._fetched = -math.inf
        self._began = -math.inf
        self._failing = False
        self._running: asyncio.Task[None] | None = None

    async def get(self) -> Held:
        """Give what is kept, fresh as the pace says; raises IdentityUnavailable."""
        age = self._clock() - self._fetched
        if self._held is not None and age <= self._pace.fresh:
            return self._held
        running = self._begin()
        longest = self._pace.usable if self._failing else self._pace.waited
        if self._held is None or age > longest:
            await self._wait(running)
        return self._current()

    async def newer(self) -> Held:
        """Give what is fetched anew, if it was not just now."""
        await self._wait(self._begin())
        return self._current()

    async def close(self) -> None:
        """End a fetch that runs."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait({self._running})

    def _current(self) -> Held:
        age = self._clock() - self._fetched
        if self._held is None or age > self._pace.usable:
            raise IdentityUnavailable(f"{self._name}: none, or too old")
        return self._held

    def _begin(self) -> "asyncio.Task[None] | None":
        """Give the fetch that runs; begin one, unless the last one began just now."""
        if self._running is None and self._clock() - self._began >= self._pace.apart:
            self._began = self._clock()
            self._running = asyncio.create_task(self._renew())
        return self._running

    async def _wait(self, running: "asyncio.Task[None] | None") -> None:
        if running is not None:
            await asyncio.wait({running}, timeout=self._pace.patience)

    async def _renew(self) -> None:
        began = self._clock()
        try:
            self._held = await self._fetch()
            self._fetched = began
            self._failing = False
        except NotFetched as error:
            self._failing = True
            _log.error("not fetched", what=self._name, reason=str(error))
        finally:
            self._running = None
