"""Shares what departments said with other gateways, and does without them any time."""

import asyncio
from collections.abc import (
    AsyncGenerator,
    Awaitable,
    Callable,
    Collection,
    Coroutine,
    Mapping,
)
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any, Final, TypeVar

import structlog

from gateway.loading.breaker import Breaker
from gateway.loading.entries import Place
from gateway.loading.tier import Stored, Tier, TierDown
from schema.health import BreakerState

_log = structlog.get_logger(__name__)
_Found = TypeVar("_Found")
_AT_ONCE: Final = 100
"""Places that are written in one go; the loop is held up for that long."""
_WAITING: Final = 5_000
"""Places that wait to be written at the most; more are not shared."""
_OWED: Final = 100_000
"""Places that wait to be dropped at the most; of the others, answers age as always."""
_PATIENCE: Final = 1.0
"""Seconds for what no query waits for."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How long is waited, and for how long is kept; in seconds."""

    deadline: float
    """Of what a query waits for."""
    kept: float


class Sharing:
    """A tier that fails nobody: slow, down or wrong, it counts as empty."""

    def __init__(self, tier: Tier, breaker: Breaker, terms: Terms) -> None:
        """Use a tier while `breaker` lets through."""
        self._tier = tier
        self._breaker = breaker
        self._terms = terms
        self._waiting: dict[Place, Stored] = {}
        self._owed: dict[Place, None] = {}
        self._work: dict[str, asyncio.Task[None]] = {}

    async def get(self, places: Collection[Place]) -> Mapping[Place, Stored]:
        """Give what others learned; never later than the deadline.

        Nothing while something is still to be dropped, or the tier is left alone. No
        query is the one that finds out whether it is well again.
        """
        if self._breaker.state is not BreakerState.CLOSED:
            if self._breaker.state is BreakerState.HALF_OPEN:
                self._begin("probe", self._probe)
            return {}
        if self._owed:
            return {}
        asked = partial(self._tier.get, places)
        return await self._tried(asked, self._terms.deadline) or {}

    def put(self, stored: Mapping[Place, Stored]) -> None:
        """Let others have this, beside what else is done."""
        room = _WAITING - len(self._waiting)
        self._waiting.update(islice(stored.items(), max(room, 0)))
        self._begin("write", self._write)

    async def drop(self, places: Collection[Place]) -> None:
        """Make all gateways forget; what can't be told now is told later."""
        for place in places:
            self._waiting.pop(place, None)
        self._owed.update(dict.fromkeys(places))
        for place in list(islice(self._owed, max(len(self._owed) - _OWED, 0))):
            del self._owed[place]
        await self._pay()
        if self._owed:
            self._begin("pay", self._pay_on)

    def heard(self) -> AsyncGenerator[Collection[Place] | None, None]:
        """Yield what others dropped; None: more may have been dropped than was told."""
        return self._tier.heard()

    async def close(self) -> None:
        """Give up what is still to be written, and free connections."""
        for task in self._work.values():
            task.cancel()
        await asyncio.gather(*self._work.values(), return_exceptions=True)
        await self._tier.close()

    # ---- beside queries --------------------------------------------------------

    def _begin(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do a piece of work, unless that is being done."""
        running = self._work.get(name)
        if running is None or running.done():
            self._work[name] = asyncio.create_task(work())

    async def _probe(self) -> None:
        await self._tried(partial(self._tier.get, ()), _PATIENCE)

    async def _write(self) -> None:
        while some := dict(islice(self._waiting.items(), _AT_ONCE)):
            for place in some:
                del self._waiting[place]
            await self._tried(partial(self._put, some), _PATIENCE)

    async def _put(self, stored: Mapping[Place, Stored]) -> bool:
        await self._tier.put(stored, self._terms.kept)
        return True

    async def _pay_on(self) -> None:
        while self._owed:
            await asyncio.sleep(_PATIENCE)
            await self._pay()

    async def _pay(self) -> None:
        """Drop what is owed, as far as the tier can be reached."""
        owed = list(self._owed)
        if not owed:
            return
        dropped = await self._tried(partial(self._drop, owed), _PATIENCE)
        if dropped:
            for place in owed:
                self._owed.pop(place, None)

    async def _drop(self, places: Collection[Place]) -> bool:
        await self._tier.drop(places)
        return True

    async def _tried(
        self, work: Callable[[], Awaitable[_Found]], seconds: float
    ) -> _Found | None:
        """Give what the tier gives, None when it doesn't."""
        admitted = self._breaker.admit()
        if admitted is None:
            return None
        failed: bool | None = None
        fault = ""
        try:
            async with asyncio.timeout(seconds):
                found = await work()
            failed = False
        except (TierDown, TimeoutError) as error:
            failed, fault = True, str(error) or "no answer in time"
            return None
        finally:
            was = self._breaker.state
            self._breaker.settle(admitted, failed=failed)
            self._tell(was, fault)
        return found

    def _tell(self, was: BreakerState, fault: str) -> None:
        """Log when the tier is left alone, and when it is well again."""
        closed = self._breaker.state is BreakerState.CLOSED
        if was is BreakerState.CLOSED and not closed:
            _log.warning("shared cache left alone", fault=fault)
        elif was is not BreakerState.CLOSED and closed:
            _log.info("shared cache in use again")
