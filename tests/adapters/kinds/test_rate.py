"""Requests keep to the rate that a department allows."""

import asyncio
from time import monotonic

import msgspec
import pytest

from adapters.errors import SourceBusy
from adapters.kinds.rate import Rate, RateLimit

pytestmark = pytest.mark.anyio

ROUNDING = 1e-6
"""Seconds: sums of floating numbers differ by less."""


async def test_no_more_than_agreed_in_any_window():
    limit = RateLimit(Rate(3, 0.1))
    went = sorted(await asyncio.gather(*(limit.turn(5) for _ in range(9))))
    spans = [later - first for first, later in zip(went, went[3:], strict=False)]
    assert min(spans) > 0.1 - ROUNDING


async def test_who_goes_late_holds_back_those_behind():
    limit = RateLimit(Rate(1, 0.05))
    await limit.turn(1)
    turns = [asyncio.ensure_future(limit.turn(1)) for _ in range(2)]
    await asyncio.wait(
        [*turns, asyncio.ensure_future(a_busy_loop(0.09))],
        return_when=asyncio.FIRST_COMPLETED,
    )
    late, next_one = await asyncio.gather(*turns)
    assert next_one - late > 0.05 - ROUNDING


async def a_busy_loop(seconds: float) -> None:
    """Let nobody else run for so long."""
    end = monotonic() + seconds
    while monotonic() < end:
        pass


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
