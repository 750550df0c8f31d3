"""Requests and points of a minute are counted by identity and by address."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from structlog.testing import capture_logs

from gateway.access.demand.limits import Limits, load_limits
from gateway.access.demand.rates import Rates, Verdict
from gateway.access.demand.shared_windows import SharedWindows
from gateway.access.demand.windows import Taking, Windows
from gateway.access.viewer import ANYBODY, Caller, Role, Viewer
from tests.redis_server import ADDRESS, own_server, room

pytestmark = pytest.mark.anyio
SHORT = replace(
    load_limits().of(Role.ANALYST),
    requests=3,
    points=100,
    address_requests=5,
    address_points=1_000,
)
LIMITS = Limits(dict.fromkeys(Role, SHORT))
OFFICE = "192.0.2.1"


def analyst(name: str, address: str = OFFICE) -> Caller:
    return Caller(Viewer(name, Role.ANALYST), address=address)


class Clock:
    def __init__(self) -> None:
        self.seconds = 6_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rates(clock: Clock) -> Rates:
    return Rates(LIMITS, Windows(1_000, clock))


def lacking(verdict: Verdict) -> list[str]:
    return [one.name for one in verdict.left if one.lacking]


async def test_requests_of_an_identity(rates: Rates, clock: Clock):
    for left in (2, 1, 0):
        verdict = await rates.check(analyst("a"), 1)
        assert verdict.allowed
        assert verdict.left[0].remaining == left
    verdict = await rates.check(analyst("a"), 1)
    assert lacking(verdict) == ["requests"]
    assert (await rates.check(analyst("b"), 1)).allowed
    clock.seconds += verdict.retry_after - 1.5
    assert not (await rates.check(analyst("a"), 1)).allowed
    clock.seconds += 1.5
    assert (await rates.check(analyst("a"), 1)).allowed


async def test_points_of_an_identity(rates: Rates):
    assert (await rates.check(analyst("a"), 60)).allowed
    assert lacking(await rates.check(analyst("a"), 60)) == ["points"]
    assert (await rates.check(analyst("a"), 40)).allowed, "what was refused took none"


async def test_an_address_with_many_identities(rates: Rates):
    for name in "abcde":
        assert (await rates.check(analyst(name), 1)).allowed
    assert lacking(await rates.check(analyst("f"), 1)) == ["address-requests"]
    assert (await rates.check(analyst("f", "192.0.2.2"), 1)).allowed


async def test_the_public_counts_by_address_and_ipv6_by_64(rates: Rates):
    for host in range(5):
        caller = Caller(ANYBODY, address=f"2001:db8::{host}")
        verdict = await rates.check(caller, 1)
        assert [one.name for one in verdict.left] == [
            "address-requests",
            "address-points",
        ]
    assert not (await rates.check(Caller(ANYBODY, address="2001:db8::9"), 1)).allowed
    assert (await rates.check(Caller(ANYBODY, address="2001:db8:0:1::9"), 1)).allowed
    assert (await rates.check(Caller(ANYBODY), 1)).allowed


async def test_headers_and_refusal(rates: Rates, clock: Clock):
    clock.seconds += 20
    verdict = await rates.check(analyst("a", ""), 10)
    assert dict(verdict.headers) == {
        b"ratelimit-policy": b'"requests";q=3;w=60, "points";q=100;w=60',
        b"ratelimit": b'"requests";r=2;t=40, "points";r=90;t=40',
        b"ratelimit-limit": b"3",
        b"ratelimit-remaining": b"2",
        b"ratelimit-reset": b"40",
    }
    refusal = (await rates.check(analyst("a", ""), 91)).refusal()
    assert (refusal.status, refusal.code) == (429, "RATE_LIMITED")
    assert int(refusal.headers["Retry-After"]) >= 40
    assert refusal.headers["ratelimit-remaining"] == "2"


async def test_memory_is_bounded(clock: Clock):
    windows = Windows(10, clock)
    rates = Rates(LIMITS, windows)
    for number in range(100):
        await rates.check(analyst(f"{number}"), 1)
    assert len(windows) == 10


@given(
    st.lists(st.tuples(st.floats(0, 200), st.integers(1, 12)), max_size=30),
    st.integers(10, 20),
)
def test_never_more_than_twice_the_limit_in_any_minute(
    steps: list[tuple[float, int]], limit: int
):
    clock, taken = Clock(), []
    windows = Windows(10, clock)
    for seconds, amount in steps:
        clock.seconds += seconds
        (left,) = windows.take([Taking("q", "a", limit, amount)])
        assert 0 <= left.remaining <= limit
        if not left.lacking:
            taken.append((clock.seconds, amount))
            continue
        clock.seconds += left.seconds + 0.001
        (again,) = windows.take([Taking("q", "a", limit, min(amount, limit))])
        assert not again.lacking, "what Retry-After says is true"
        taken.append((clock.seconds, amount))
    for start, _ in taken:
        inside = [n for at, n in taken if start <= at < start + 60]
        assert sum(inside) <= 2 * limit


@pytest.fixture
async def shared(anyio_backend: str) -> AsyncIterator[tuple[SharedWindows, ...]]:
    async with room() as prefix:
        both = [SharedWindows(ADDRESS, prefix, 5.0) for _ in range(2)]
        yield tuple(both)
        for one in both:
            await one.close()


async def test_gateways_count_together(shared: tuple[SharedWindows, ...]):
    gateways = [Rates(LIMITS, Windows(100), one) for one in shared]
    verdicts = [await gateways[n % 2].check(analyst("a"), 20) for n in range(4)]
    assert [one.allowed for one in verdicts] == [True, True, True, False]
    assert [one.left[1].remaining for one in verdicts[:3]] == [80, 60, 40]
    assert lacking(verdicts[3]) == ["requests"]
    assert 0 < verdicts[3].retry_after <= 60


async def test_without_the_server_it_is_counted_here(tmp_path: Path):
    async with own_server(tmp_path) as server:
        shared = SharedWindows(server.address, "test", 5.0)
        rates = Rates(LIMITS, Windows(100), shared)
        assert (await rates.check(analyst("a"), 1)).allowed
        await server.kill()
        with capture_logs() as logs:
            verdicts = [await rates.check(analyst("a"), 1) for _ in range(3)]
            assert [one.allowed for one in verdicts] == [True, True, False]
            shared._again = 0.0
            assert (await rates.check(analyst("b"), 1)).allowed
        assert [one["event"] for one in logs] == ["rates counted locally"]
        await server.start()
        shared._again = 0.0
        with capture_logs() as logs:
            verdict = await rates.check(analyst("b"), 1)
        assert verdict.left[0].remaining == 2, "the server forgot"
        assert [one["event"] for one in logs] == ["rates counted together again"]
        await shared.close()


async def test_a_server_that_does_not_answer_costs_its_deadline_once():
    async def silent(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await reader.read()
        writer.close()

    listening = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    shared = SharedWindows(f"redis://127.0.0.1:{port}", "test", 0.2)
    rates = Rates(LIMITS, Windows(100), shared)
    async with asyncio.timeout(5):
        for _ in range(3):
            assert (await rates.check(analyst("a"), 1)).allowed
    await shared.close()
    listening.close()
    await listening.wait_closed()
