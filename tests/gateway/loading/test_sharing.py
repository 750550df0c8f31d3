"""Two gateways that share what a department said, over a real Redis."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from adapters.contract import EnterpriseKey, SetAside, SourceRecord
from gateway.loading.answers import Note
from gateway.loading.breaker import Breaker, BreakerPolicy
from gateway.loading.cache import CachedSource
from gateway.loading.clocks import Clocks
from gateway.loading.entries import Entries, Place
from gateway.loading.memory import Memory
from gateway.loading.redis_tier import RedisTier
from gateway.loading.sharing import Sharing, Terms
from gateway.loading.tier import Tier, read
from schema.departments import SourceOutcome
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
from tests.redis_server import ADDRESS, OwnServer, own_server, room

pytestmark = pytest.mark.anyio
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


@pytest.fixture
async def hands() -> Hands:
    return Hands(begun=500.0)


@pytest.fixture
async def two(hands: Hands, anyio_backend: str) -> AsyncIterator[Two]:
    async with (
        room() as prefix,
        Redis.from_url(ADDRESS) as client,
        gateway(ADDRESS, prefix, Hands()) as first,
        gateway(ADDRESS, prefix, hands) as second,
    ):
        yield Two(first, second, client, prefix)


async def test_what_one_learned_the_other_knows(two: Two):
    await two.first.ask("A", "B")
    await two.shared("A", "B")
    note = Note()
    assert await two.second.ask("A", "B", "C", note=note) == {
        "A": ("CACHED", ["1", "2"]),
        "B": ("CACHED", []),
        "C": ("LIVE", []),
    }
    assert two.second.asked == [["C"]]
    assert len(note.life.entries) == 2
    assert await two.second.ask("A") == {"A": ("CACHED", ["1", "2"])}


async def test_what_is_known_from_others_is_as_old_as_it_is(two: Two, hands: Hands):
    await two.first.ask("A")
    await two.shared("A")
    hands.seconds = 50.0
    assert (await two.second.ask("A"))["A"] == ("CACHED", ["1", "2"])
    found = two.second.entries.get(PLACE_A)
    assert found is not None
    assert found.since == 500.0
    hands.seconds = 91.0
    assert (await two.second.ask("A"))["A"] == ("LIVE", ["1", "2"])


async def test_what_another_said_long_ago_is_the_last_word_of_who_fails(
    two: Two, hands: Hands
):
    await two.first.ask("A")
    await two.shared("A")
    hands.seconds = 600.0
    two.second.department.fault = SourceOutcome.FAILED
    assert (await two.second.ask("A"))["A"] == ("STALE", ["1", "2"])


async def test_what_one_drops_all_forget(two: Two):
    await two.first.ask("A", "B")
    await two.shared("A", "B")
    await two.second.ask("A", "B")
    for one in (two.first, two.second):
        one.department.held = {"A": ("3",)}
    await two.first.memory.drop("QH-X", PENALTY, ["A"])
    await until(lambda: two.second.entries.get(PLACE_A) is None)
    for one in (two.first, two.second):
        assert await one.ask("A", "B") == {
            "A": ("LIVE", ["3"]),
            "B": ("CACHED", []),
        }


async def test_an_answer_from_before_a_drop_is_nowhere_remembered(two: Two):
    two.second.department.open.clear()
    before = asyncio.create_task(two.second.ask("A"))
    await until(lambda: two.second.asked != [])
    mark = two.second.entries.mark()
    await two.first.memory.drop("QH-X", PENALTY, ["A"])
    await until(lambda: two.second.entries.dropped_since(PLACE_A, mark))
    after = asyncio.create_task(two.second.ask("A"))
    await until(lambda: len(two.second.asked) == 2)
    two.second.department.open.set()
    await asyncio.gather(before, after)
    assert two.second.asked == [["A"], ["A"]]
    assert await two.second.ask("A") == {"A": ("CACHED", ["1", "2"])}


async def test_nothing_is_put_where_something_was_just_dropped(two: Two):
    await two.first.memory.drop("QH-X", PENALTY, ["A"])
    await two.first.ask("A", "B")
    await two.shared("B")
    assert await two.client.get(f"{two.prefix}:1:QH-X:PENALTY:A") == b"-"
    assert await two.second.ask("A", "B") == {
        "A": ("LIVE", ["1", "2"]),
        "B": ("CACHED", []),
    }


async def test_gateways_that_ask_otherwise_do_not_read_each_other(two: Two):
    await two.first.ask("A")
    await two.shared("A")
    async with gateway(ADDRESS, two.prefix, declared="2") as third:
        assert await third.ask("A") == {"A": ("LIVE", ["1", "2"])}


@pytest.mark.parametrize(
    "text",
    [
        b"[",
        b"[1]",
        b"{}",
        b'["1", 1476936000.0, "2016", "2016", [["2016-10-20T12:00:00+08:00", []]]]',
        b'["1", 1476939999.0, "2016-10-20T12:00:00+08:00", '
        b'"2016-10-20T12:00:00+08:00", []]',
        b'["1", 1476936000.0, "2016-10-20T12:00:00+08:00", '
        b'"2016-10-20T12:00:00+08:00", [["2016-10-20T12:00:00+08:00", {"n": "?"}]]]',
    ],
    ids=["half", "short", "object", "no row", "in the future", "unreadable row"],
)
async def test_what_makes_no_sense_counts_as_nothing(two: Two, text: bytes):
    await two.client.set(f"{two.prefix}:1:QH-X:PENALTY:A", text)
    assert await two.first.ask("A") == {"A": ("LIVE", ["1", "2"])}


async def test_a_message_that_makes_no_sense_may_mean_anything(two: Two):
    await two.first.ask("A")
    await two.client.publish(f"{two.prefix}:1", b"{")
    found = two.first.entries.get(PLACE_A)
    assert found is not None
    await until(lambda: found.gone)
    assert await two.first.ask("A") == {"A": ("CACHED", ["1", "2"])}


# ---- a server that dies ----------------------------------------------------------


@pytest.fixture
async def server(tmp_path: Path, anyio_backend: str) -> AsyncIterator[OwnServer]:
    async with own_server(tmp_path) as one:
        yield one


async def test_a_redis_that_dies_and_comes_back(server: OwnServer):
    async with (
        gateway(server.address, "p") as first,
        gateway(server.address, "p") as second,
    ):
        await first.ask("A")
        await kept(server.address, "p", "A")
        assert await second.ask("A") == {"A": ("CACHED", ["1", "2"])}
        known = second.entries.get(PLACE_A)
        assert known is not None
        with capture_logs() as logs:
            await server.kill()
            for code in ("X1", "X2", "X3", "X4"):
                assert await second.ask(code) == {code: ("LIVE", [])}
            assert await second.ask("A") == {"A": ("CACHED", ["1", "2"])}
            assert not known.gone
            await server.start()
            await until(lambda: known.gone)
            await comes_back(first, second)
        words = [log["event"] for log in logs if log["log_level"] == "warning"]
        assert 1 <= words.count("shared cache left alone") <= 2


async def comes_back(first: Gateway, second: Gateway) -> None:
    """Wait until one knows again what the other learned."""
    async with asyncio.timeout(10):
        for number in range(1_000):
            await first.ask(f"Y{number}")
            await asyncio.sleep(0.02)
            if await second.ask(f"Y{number}") == {f"Y{number}": ("CACHED", [])}:
                return


async def test_many_are_one_call(server: OwnServer):
    codes = [f"X{number}" for number in range(300)]
    async with (
        gateway(server.address, "p") as first,
        gateway(server.address, "p") as second,
        Redis.from_url(server.address) as client,
    ):
        await first.ask(*codes)
        await kept(server.address, "p", codes[-1])
        before = await calls(client, "mget")
        await second.ask(*codes)
        assert await calls(client, "mget") == before + 1
        assert second.asked == []


async def test_questions_at_the_same_time_are_one_call(server: OwnServer):
    async with (
        gateway(server.address, "p") as one,
        Redis.from_url(server.address) as client,
    ):
        before = await calls(client, "mget")
        codes = [f"X{number}" for number in range(40)]
        answers = await asyncio.gather(*(one.ask(code) for code in codes))
        assert await calls(client, "mget") == before + 1
        assert [set(answer) for answer in answers] == [{code} for code in codes]


async def test_a_drop_that_could_not_be_told_is_told_later(server: OwnServer):
    async with gateway(server.address, "p") as first:
        await first.ask("A")
        await kept(server.address, "p", "A")
        await server.kill()
        await first.memory.drop("QH-X", PENALTY, ["A"])
        await server.start()
        await kept(server.address, "p", "A", lambda text: text == b"-")


async def test_a_slow_redis_delays_nobody_for_longer_than_agreed(server: OwnServer):
    async with gateway(server.address, "p") as one:
        await one.ask("A", "B")
        await kept(server.address, "p", "B")
        sharing = Sharing(one.tier, breaker(), Terms(deadline=0.05, kept=3600.0))
        clock = asyncio.get_running_loop().time
        async with Redis.from_url(server.address) as client:
            await client.client_pause(3000, all=True)
            started = clock()
            for _ in range(10):
                assert await sharing.get([PLACE_A]) == {}
            assert clock() - started < 1.5
        found: dict[Place, bytes] = {}
        async with asyncio.timeout(10):
            while not found:
                found |= await sharing.get([PLACE_B])
                await asyncio.sleep(0.01)
        assert found.keys() == {PLACE_B}
        stored = read(found[PLACE_B])
        assert stored is not None
        assert stored.rows == []


async def test_a_silence_is_told_from_a_connection_that_is_dead(server: OwnServer):
    tier = RedisTier(server.address, "p", fence=30.0, silence=0.2)
    begun: list[object] = []

    async def listen() -> None:
        async for places in tier.heard():
            begun.append(places)

    listening = asyncio.create_task(listen())
    await until(lambda: begun == [None])
    async with Redis.from_url(server.address) as client:
        pings = await calls(client, "ping")
        while await calls(client, "ping") < pings + 3:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.02)
        assert begun == [None]
        with capture_logs() as logs:
            await client.client_pause(1500, all=True)
            await until(lambda: begun == [None, None])
        assert [log["event"] for log in logs] == ["other gateways unheard"]
    listening.cancel()
    await asyncio.wait([listening])
    await tier.close()


async def calls(client: Redis, command: str) -> int:
    """Count how often a server was given a command."""
    known = await client.info("commandstats")
    count: int = known.get(f"cmdstat_{command}", {}).get("calls", 0)
    return count


class Broken:
    """A tier with a bug."""

    async def get(self, places: object) -> Mapping[Place, bytes]:
        raise ZeroDivisionError

    async def put(self, texts: object, seconds: float) -> None:
        raise ZeroDivisionError

    async def drop(self, places: object) -> None:
        raise ZeroDivisionError

    async def heard(self) -> AsyncGenerator[Collection[Place] | None, None]:
        yield None

    async def close(self) -> None:
        """Nothing to free."""


async def test_a_tier_that_fails_unexpectedly_fails_nobody():
    one = Gateway(Broken(), Hands())
    assert await one.ask("A") == {"A": ("LIVE", ["1", "2"])}
    await one.memory.drop("QH-X", PENALTY, ["A"])
    assert await one.ask("A") == {"A": ("LIVE", ["1", "2"])}
    await one.source.close()
    await one.memory.close()
