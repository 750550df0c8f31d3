"""Ends the work for a client that has left."""

import asyncio
from collections.abc import Awaitable
from typing import Final, TypeVar

from starlette.types import Receive

T = TypeVar("T")
PATIENCE: Final = 0.05
"""Seconds before anybody looks whether the client is still there."""


class ClientLeft(Exception):
    """The client closed its connection before the answer was there."""


async def unless_left(receive: Receive, work: Awaitable[T]) -> T:
    """Await work whose request is received whole; cancel it when the client leaves.

    Raises ClientLeft. Short work pays nothing for it.
    """
    working = asyncio.current_task()
    left = False

    async def watch() -> None:
        nonlocal left
        while (await receive())["type"] != "http.disconnect":
            pass
        left = True
        if working is not None:
            working.cancel()

    watching: list[asyncio.Task[None]] = []
    loop = asyncio.get_running_loop()
    later = loop.call_later(
        PATIENCE, lambda: watching.append(loop.create_task(watch()))
    )
    try:
        return await work
    except asyncio.CancelledError:
        if left and working is not None and working.uncancel() == 0:
            raise ClientLeft from None
        raise
    finally:
        later.cancel()
        for task in watching:
            task.cancel()
