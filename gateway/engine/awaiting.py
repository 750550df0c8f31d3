"""Waiting for many values at the same time."""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Any

from gateway.engine.run import AWAITABLE, kind_of

Completed = list[Any] | Awaitable[list[Any]]
"""Values that are there, or will be."""


async def later(done: Completed) -> list[Any]:
    """Give what is there, or will be."""
    return done if isinstance(done, list) else await done


async def together(parts: Sequence[Completed]) -> list[list[Any]]:
    """Await those that must be, at the same time; a cancelled one cancels all."""
    waiting = [part for part in parts if not isinstance(part, list)]
    if len(waiting) == 1:
        done = iter([await waiting[0]])
    else:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(later(part)) for part in waiting]
        done = iter([task.result() for task in tasks])
    return [part if isinstance(part, list) else next(done) for part in parts]


async def settled(values: Sequence[Any]) -> list[Any]:
    """Await the awaitable ones at the same time; what they raise stands for them."""
    places = [n for n, value in enumerate(values) if kind_of(value) == AWAITABLE]
    found = list(values)
    if len(places) == 1:
        found[places[0]] = await _caught(values[places[0]])
        return found
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_caught(values[place])) for place in places]
    for place, task in zip(places, tasks, strict=True):
        found[place] = task.result()
    return found


async def _caught(awaitable: Awaitable[object]) -> object:
    try:
        return await awaitable
    except Exception as error:  # noqa: BLE001 - becomes the error of its place
        return error


async def gathered(values: Sequence[Awaitable[Any]]) -> list[Any]:
    """Await all at the same time; one that fails ends the others."""
    tasks = [asyncio.ensure_future(value) for value in values]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def ended(values: Sequence[Any]) -> None:
    """End what nobody will await."""
    for value in values:
        for end in ("close", "cancel"):
            if hasattr(value, end):
                getattr(value, end)()


async def collected(values: Any) -> list[Any]:  # noqa: ANN401 - any async iterable
    """Give all that an async iterable gives."""
    return [value async for value in values]
