"""A small HTTP server on this machine, for as long as a question takes.

It is silent: that connections break off here is part of the question.
"""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_MOST_BYTES = 33_554_432


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[str]:
    """Let a handler answer everything that comes; gives the address."""
    application = web.Application(client_max_size=_MOST_BYTES)
    application.router.add_route("*", "/{path:.*}", handler)
    silent = logging.Logger("loopback", logging.CRITICAL + 1)  # noqa: LOG001 - of its own
    runner = web.AppRunner(
        application, access_log=None, logger=silent, shutdown_timeout=1
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()
