"""Runs what an application does between its start and its end, without a server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.types import ASGIApp


@asynccontextmanager
async def living(app: ASGIApp) -> AsyncIterator[None]:
    """Start the application, and end it."""
    heard: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    said: asyncio.Queue[Any] = asyncio.Queue()
    running = asyncio.ensure_future(app({"type": "lifespan"}, heard.get, said.put))
    await heard.put({"type": "lifespan.startup"})
    started = await said.get()
    if started["type"] != "lifespan.startup.complete":
        raise RuntimeError(started.get("message", "not started"))
    try:
        yield
    finally:
        await heard.put({"type": "lifespan.shutdown"})
        await running
