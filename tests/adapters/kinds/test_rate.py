"""Requests keep to the rate that a department allows."""

import asyncio

import msgspec
import pytest

from adapters.errors import SourceBusy
from adapters.kinds.rate import Rate, RateLimit

pytestmark = pytest.mark.anyio


async def test_no_more_than_agreed_in_any_window():
    limit, loop = RateLimit(Rate(3, 0.1)), asyncio.get_running_loop()

    async def go() -> float:
        await limit.turn(5)
        return loop.time()

    went = sorted(await asyncio.gather(*(go() for _ in range(9))))
    assert all(
        later - first >= 0.1 for first, later in zip(went, went[3:], strict=False)
    )
    assert went[-1] - went[0] < 5


async def test_who_would_wait_too_long_is_told_at_once():
    limit = RateLimit(Rate(1, 60))
    await limit.turn(1)
    with pytest.raises(SourceBusy) as caught:
        await limit.turn(1)
    assert caught.value.retry_after
    assert 59 < caught.value.retry_after <= 60


async def test_without_a_rate_nobody_waits():
    limit = RateLimit(None)
    for _ in range(1_000):
        await limit.turn(0)


@pytest.mark.parametrize("told", [{"requests": 0}, {"requests": 1, "seconds": 0}])
async def test_a_rate_that_lets_nothing_through_is_refused(told: dict[str, object]):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(told, Rate)
