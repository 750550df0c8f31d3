"""Redis or Valkey as the place where gateways share what departments said."""

import asyncio
from collections.abc import AsyncGenerator, Collection, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import Any, Final
from uuid import uuid4

import orjson
import structlog
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from gateway.loading.entries import Place
from gateway.loading.tier import FORMAT, TierDown
from schema.record_type import RecordType

_log = structlog.get_logger(__name__)
_CONNECTIONS: Final = 16
_CONNECTING: Final = 2.0
"""Seconds to connect in, where the caller waits so long."""
_AGAIN: Final = 1.0
"""Seconds after which listening is tried again."""
_AT_ONCE: Final = 1_000
"""Places in one message at the most."""
_FENCE: Final = b"-"
"""Stands where something was dropped; what is stored begins with a bracket."""
_PUT: Final = """\
for n, key in ipairs(KEYS) do
  if redis.call('GETRANGE', key, 0, 0) ~= '-' then
    redis.call('SET', key, ARGV[n + 1], 'PX', ARGV[1])
  end
end
"""


class RedisTier:
    """Implements `Tier`: a key for each place, and a channel for what is dropped."""

    def __init__(
        self, url: str, prefix: str, fence: float, silence: float = 5.0
    ) -> None:
        """Use a server; `prefix` sets installations on it apart.

        `fence`: seconds for which nothing is kept where something was dropped;
        `silence`: those after which it is asked whether the listening still stands.
        """
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=_CONNECTIONS,
            timeout=_CONNECTING,
            socket_connect_timeout=_CONNECTING,
            socket_timeout=_CONNECTING,
            retry=Retry(NoBackoff(), 0),
        )
        self._redis = Redis.from_pool(pool)
        self._keys = f"{prefix}:{FORMAT}:"
        self._channel = f"{prefix}:{FORMAT}"
        self._fence = fence
        self._silence = silence
        self._name = uuid4().hex

    async def get(self, places: Collection[Place]) -> Mapping[Place, bytes]:
        """Give what was put, by one MGET."""
        with _ours():
            if not places:
                await self._redis.ping()
                return {}
            texts = await self._redis.mget([self._key(place) for place in places])
        return {
            place: text
            for place, text in zip(places, texts, strict=True)
            if isinstance(text, bytes) and text != _FENCE
        }

    async def put(self, texts: Mapping[Place, bytes], seconds: float) -> None:
        """Keep these by one script, for a fence must not be written over."""
        keys = [self._key(place) for place in texts]
        life = max(int(seconds * 1000), 1)
        with _ours():
            await self._redis.eval(_PUT, len(keys), *keys, life, *texts.values())

    async def drop(self, places: Collection[Place]) -> None:
        """Set fences and tell the others, in one pipeline."""
        life = max(int(self._fence * 1000), 1)
        names = iter([_name(place) for place in places])
        pipeline = self._redis.pipeline(transaction=False)
        while some := list(islice(names, _AT_ONCE)):
            for name in some:
                pipeline.set(self._keys + name, _FENCE, px=life)
            told = orjson.dumps({"by": self._name, "dropped": some})
            pipeline.publish(self._channel, told)
        with _ours():
            await pipeline.execute()

    async def heard(self) -> AsyncGenerator[Collection[Place] | None, None]:
        """Yield what others dropped; connects again for as long as it is wanted."""
        known = False
        while True:
            try:
                async with self._redis.pubsub() as listening:
                    await listening.subscribe(self._channel)
                    async for message in _messages(listening, self._silence):
                        if message["type"] == "subscribe":
                            known = False
                            yield None
                        elif message["type"] == "message":
                            yield self._dropped(message["data"])
            except Exception as error:  # noqa: BLE001 - it is tried again for ever
                if not known:
                    _log.warning("other gateways unheard", fault=type(error).__name__)
                known = True
                await asyncio.sleep(_AGAIN)

    async def close(self) -> None:
        """Close all connections."""
        await self._redis.aclose(close_connection_pool=True)

    def _key(self, place: Place) -> str:
        return self._keys + _name(place)

    def _dropped(self, text: bytes) -> Collection[Place] | None:
        """Read a message; one that can't be read may mean anything."""
        try:
            told = orjson.loads(text)
            if told["by"] == self._name:
                return ()
            return [_place(name) for name in told["dropped"]]
        except (LookupError, TypeError, ValueError):
            return None


async def _messages(
    listening: PubSub, silence: float
) -> AsyncGenerator[Mapping[str, Any], None]:
    """Yield what comes; raises TimeoutError when a silence turns out to be the end."""
    asked = False
    while True:
        message = await listening.get_message(timeout=silence)
        if message is not None:
            asked = False
            yield message
        elif asked:
            raise TimeoutError
        else:
            asked = True
            await listening.ping()


@contextmanager
def _ours() -> Iterator[None]:
    try:
        yield
    except (RedisError, OSError) as error:
        raise TierDown(type(error).__name__) from error


def _name(place: Place) -> str:
    department, record_type, uscc = place
    return f"{department}:{record_type.value}:{uscc}"


def _place(name: str) -> Place:
    department, record_type, uscc = name.split(":")
    return department, RecordType(record_type), uscc
