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

from adapters.row_notation import Unwritable
from gateway.loading.breaker import Breaker
from gateway.loading.entries import Place
from gateway.loading.tier import Stored, Tier, write
from schema.health import BreakerState

_log = structlog.get_logger(__name__)
_Found = TypeVar("_Found")
_IN_A_CALL: Final = 1_000
"""Places of several questions in one call at the most."""
_AT_ONCE: Final = 100
"""Places that are put in one go; the server is held up for that long."""
_AT_A_STRETCH: Final = 10
"""Places that are written before others may run."""
_LARGEST: Final = 1_048_576
"""Bytes about one enterprise; more are not shared."""
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
        self._call: _Call | None = None
        self._calls: set[asyncio.Task[Mapping[Place, bytes]]] = set()
        self._waiting: dict[Place, Stored] = {}
        self._owed: dict[Place, None] = {}
        self._work: dict[str, asyncio.Task[None]] = {}

    async def get(self, places: Collection[Place]) -> Mapping[Place, bytes]:
        """Give what others learned, as written; never later than the deadline.

        Those who ask at the same time, about many departments, are one call. Nothing
        while something is still to be dropped, or the tier is left alone. No
        query is the one that finds out whether it is well again.
        """
        if self._breaker.state is not BreakerState.CLOSED:
            if self._breaker.state is BreakerState.HALF_OPEN:
                self._begin("probe", self._probe)
            return {}
        if self._owed:
            return {}
        call = self._call
        if call is None or len(call.places) + len(places) > _IN_A_CALL:
            self._call = call = _Call()
            call.found = asyncio.create_task(self._asked(call))
            self._calls.add(call.found)
            call.found.add_done_callback(self._calls.discard)
        call.places.update(places)
        found = await asyncio.shield(call.found)
        return {place: found[place] for place in places if place in found}

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
        running = [*self._calls, *self._work.values()]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await self._tier.close()

    async def _asked(self, call: "_Call") -> Mapping[Place, bytes]:
        """Ask once the others who are about to ask have said for what."""
        if self._call is call:
            self._call = None
        asked = partial(self._tier.get, call.places)
        return await self._tried(asked, self._terms.deadline) or {}

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
            texts = await _written(some)
            if texts:
                await self._tried(partial(self._put, texts), _PATIENCE)

    async def _put(self, texts: Mapping[Place, bytes]) -> bool:
        await self._tier.put(texts, self._terms.kept)
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
        except Exception as error:  # noqa: BLE001 - whatever it is, nobody lacks it
            failed, fault = True, str(error) or type(error).__name__
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


class _Call:
    """One call to the tier, for all who ask at the same time."""

    def __init__(self) -> None:
        self.places: set[Place] = set()
        self.found: asyncio.Task[Mapping[Place, bytes]]


async def _written(stored: Mapping[Place, Stored]) -> Mapping[Place, bytes]:
    """Write; what can't be written, or is too long, is not shared."""
    texts: dict[Place, bytes] = {}
    for number, (place, one) in enumerate(stored.items(), 1):
        if number % _AT_A_STRETCH == 0:
            await asyncio.sleep(0)
        try:
            text = write(one)
        except Unwritable:
            continue
        if len(text) <= _LARGEST:
            texts[place] = text
    return texts
