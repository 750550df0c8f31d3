"""The same counts, shared by all gateways in Redis, by the library `limits`."""

import asyncio
from collections.abc import Sequence
from hashlib import blake2b
from time import time
from typing import Final

import structlog
from limits import RateLimitItemPerMinute
from limits.aio.storage import RedisStorage
from limits.aio.storage.redis.redispy import RedispyBridge
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import StorageError

from gateway.access.demand.windows import Left, Taking

_log = structlog.get_logger(__name__)
_AT_ONCE: Final = 16
"""Requests that count at the same time."""
_QUOTAS: Final = 4
"""Of one request at the most, each on a connection of its own."""
_AGAIN: Final = 1.0
"""Seconds after which a server that was away is tried again."""


class SharedWindows:
    """Counts in Redis as long as it is there."""

    def __init__(self, url: str, prefix: str, deadline: float) -> None:
        """Wait for the server `deadline` seconds; `prefix` sets installations apart."""
        self._storage = RedisStorage(
            f"async+{url}",
            wrap_exceptions=True,
            implementation="redispy",
            key_prefix=f"{prefix}:rates",
            max_connections=_AT_ONCE * _QUOTAS,
            socket_timeout=deadline,
            socket_connect_timeout=deadline,
        )
        self._counter = SlidingWindowCounterRateLimiter(self._storage)
        self._deadline = deadline
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._down = False
        self._again = 0.0

    async def take(self, takings: Sequence[Taking]) -> list[Left] | None:
        """Take from each quota that has enough; None: the server is away."""
        now = asyncio.get_running_loop().time()
        if now < self._again:
            return None
        try:
            async with asyncio.timeout(self._deadline), self._turns:
                told = await asyncio.gather(
                    *map(self._take, takings), return_exceptions=True
                )
            found = _all_told(told)
        except (StorageError, OSError) as error:
            self._again = now + _AGAIN
            if not self._down:
                self._down = True
                _log.warning("rates counted locally", fault=type(error).__name__)
            return None
        if self._down:
            self._down = False
            _log.info("rates counted together again")
        return found

    async def close(self) -> None:
        """Close all connections."""
        bridge = self._storage.bridge
        if isinstance(bridge, RedispyBridge):
            await bridge.storage.aclose()

    async def _take(self, taking: Taking) -> Left:
        item = RateLimitItemPerMinute(taking.limit)
        who = blake2b(repr(taking.who).encode(), digest_size=16).hexdigest()
        names = (taking.name, who)
        enough = await self._counter.hit(item, *names, cost=taking.amount)
        stats = await self._counter.get_window_stats(item, *names)
        seconds = max(stats.reset_time - time(), 0.0)
        return Left(
            taking.name, taking.limit, stats.remaining, seconds, lacking=not enough
        )


def _all_told(told: Sequence[Left | BaseException]) -> list[Left]:
    """Give what all quotas have left; raises what one of them failed by."""
    found: list[Left] = []
    for one in told:
        if isinstance(one, BaseException):
            raise one
        found.append(one)
    return found
