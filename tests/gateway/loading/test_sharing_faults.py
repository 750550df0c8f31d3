"""Sharing over a Redis that is slow, dies, or is not there."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Mapping
from pathlib import Path

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from gateway.loading.entries import Place
from gateway.loading.redis_tier import RedisTier
from gateway.loading.sharing import Sharing, Terms
from gateway.loading.tier import read
from tests.gateway.loading.sharing_gateways import (
    PLACE_A,
    PLACE_B,
    Gateway,
    Hands,
    breaker,
    gateway,
    kept,
    until,
)
from tests.gateway.loading.test_cache import (
    PENALTY,
)
from tests.redis_server import OwnServer, own_server

pytestmark = pytest.mark.anyio


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
