"""Gateways of one department that share what it said."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from redis.asyncio import Redis

from adapters.contract import EnterpriseKey, SetAside, SourceRecord
from gateway.loading.answers import Note
from gateway.loading.breaker import Breaker, BreakerPolicy
from gateway.loading.cache import CachedSource
from gateway.loading.clocks import Clocks
from gateway.loading.entries import Entries
from gateway.loading.memory import Memory
from gateway.loading.redis_tier import RedisTier
from gateway.loading.sharing import Sharing, Terms
from gateway.loading.tier import Tier
from schema.record_type import RecordType
from tests.gateway.core.fakes import FakeAdapter
from tests.gateway.loading.test_cache import (
    FRESHNESS,
    NOON,
    PENALTY,
    Department,
    record,
    told,
)
from tests.redis_server import ADDRESS

POLICY = BreakerPolicy(failures=2, wait=0.1, longest_wait=0.1)
PLACE_A, PLACE_B = ("QH-X", PENALTY, "A"), ("QH-X", PENALTY, "B")


@dataclass
class Reader(FakeAdapter):
    """Reads rows as the department of these tests writes them."""

    records: list[SourceRecord] = field(default_factory=list)
    department: str = "QH-X"
    declared: str = "1"

    def read(
        self, record_type: RecordType, row: object, as_of: object
    ) -> SourceRecord | SetAside:
        assert isinstance(row, dict)
        if row["n"] == "?":
            return SetAside(record_type, "row", ("?",))
        return record(row["n"])

    def edition(self, record_type: RecordType) -> str:
        return self.declared


@dataclass
class Hands:
    """The clocks of one gateway, which tests move; processes begin at any time."""

    seconds: float = 0.0
    begun: float = 0.0

    @property
    def clocks(self) -> Clocks:
        return Clocks(
            lambda: NOON + timedelta(seconds=self.seconds),
            lambda: self.seconds + self.begun,
            lambda: 1_476_936_000.0 + self.seconds,
        )


def breaker() -> Breaker:
    return Breaker(POLICY, asyncio.get_running_loop().time, lambda: 1.0)


class Gateway:
    """One gateway's part: a department, its cache, and what is shared."""

    def __init__(self, tier: Tier, hands: Hands, declared: str = "1") -> None:
        self.tier = tier
        self.department = Department()
        self.department.open.set()
        self.entries = Entries(1_000_000)
        self.sharing = Sharing(tier, breaker(), Terms(deadline=1.0, kept=3600.0))
        self.memory = Memory(self.entries, self.sharing)
        adapter = Reader(declared=declared)
        shared = self.memory.shared_by(adapter, hands.clocks)
        self.source = CachedSource(
            self.department, self.entries, FRESHNESS, hands.clocks, shared
        )

    async def ask(self, *codes: str, note: Note | None = None) -> dict[str, object]:
        keys = [EnterpriseKey(code) for code in codes]
        answers = await self.source.ask(PENALTY, keys, note or Note())
        return dict(told(answers))

    @property
    def asked(self) -> list[list[str]]:
        return self.department.asked


@asynccontextmanager
async def gateway(
    address: str, prefix: str, hands: Hands | None = None, declared: str = "1"
) -> AsyncIterator[Gateway]:
    """Run a gateway's part, which listens."""
    tier = RedisTier(address, prefix, fence=30.0)
    one = Gateway(tier, hands or Hands(), declared)
    async with one.memory.listening():
        await until(lambda: one.entries.mark() > 0)
        yield one
    await one.source.close()
    await one.memory.close()


async def until(true: Callable[[], bool]) -> None:
    """Wait for something that another task does."""
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110 - a cache has no event for it
            await asyncio.sleep(0.01)


def is_answer(text: object) -> bool:
    return isinstance(text, bytes) and text != b"-"


async def kept(
    address: str, prefix: str, code: str, true: Callable[[object], bool] = is_answer
) -> None:
    """Wait until something, an answer if not said otherwise, is kept of somebody."""
    key = f"{prefix}:1:QH-X:PENALTY:{code}"
    async with Redis.from_url(address) as client, asyncio.timeout(10):
        while not true(await client.get(key)):  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.01)


@dataclass
class Two:
    """Two gateways on one Redis."""

    first: Gateway
    second: Gateway
    client: Redis
    prefix: str

    async def shared(self, *codes: str) -> None:
        for code in codes:
            await kept(ADDRESS, self.prefix, code)
