"""Events inside the process: bounded for everybody, told to whoever falls behind."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from gateway.events import Ended, Events
from schema.errors import LimitExceeded, SlowReader

pytestmark = pytest.mark.anyio


def everything(_: int) -> bool:
    return True


async def next_of(listening: AsyncGenerator[int, None]) -> "asyncio.Task[int]":
    """Begin to wait for an event; it listens once this returns."""

    async def take() -> int:
        return await anext(listening)

    task = asyncio.create_task(take())
    await asyncio.sleep(0)
    return task


async def test_everybody_hears_what_he_wants():
    events: Events[int] = Events(2, 2)
    even, all_ = events.listen(lambda n: n % 2 == 0), events.listen(everything)
    waiting = [await next_of(even), await next_of(all_)]
    events.publish(1)
    events.publish(2)
    assert [await one for one in waiting] == [2, 1]
    assert await anext(all_) == 2
    await even.aclose()
    await all_.aclose()
    assert not len(events)


async def test_what_is_not_taken_is_bounded_and_counted():
    events: Events[int] = Events(2, 1)
    listening = events.listen(everything)
    first = await next_of(listening)
    for n in range(10):
        events.publish(n)
    assert await first == 0
    assert await anext(listening) == 1
    with pytest.raises(SlowReader) as caught:
        await anext(listening)
    assert caught.value.extensions == {"code": "SLOW_READER", "missed": 8}
    assert not len(events)


async def test_so_many_listen_and_no_more():
    events: Events[int] = Events(2, 1)
    listening = events.listen(everything)
    waiting = await next_of(listening)
    with pytest.raises(LimitExceeded):
        await anext(events.listen(everything))
    waiting.cancel()
    await asyncio.wait([waiting])
    assert not len(events)


async def test_the_end_comes_after_what_waits():
    events: Events[int] = Events(2, 2)
    listening = events.listen(everything)
    first = await next_of(listening)
    events.publish(1)
    events.publish(2)
    events.end()
    assert await first == 1
    assert await anext(listening) == 2
    for one in (listening, events.listen(everything)):
        with pytest.raises(Ended):
            await anext(one)
