"""An ASGI application behind a real socket, in the test's own loop."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import uvicorn
from starlette.types import ASGIApp

from gateway.server import StreamingServer


def nothing() -> None:
    """Do nothing before a shutdown."""


@asynccontextmanager
async def serving(application: ASGIApp) -> AsyncIterator[str]:
    """Serve on a free port of loopback, and give the address."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        async with serving_on(listening, application) as server:
            yield server.address


@dataclass
class Serving:
    """A server that runs."""

    address: str
    server: uvicorn.Server

    @property
    def connections(self) -> int:
        """How many are open, as far as the server knows."""
        return len(self.server.server_state.connections)

    def stop(self) -> None:
        """Begin the shutdown."""
        self.server.should_exit = True


@asynccontextmanager
async def serving_on(
    listening: socket.socket,
    application: ASGIApp,
    stopping: Callable[[], None] = nothing,
) -> AsyncIterator[Serving]:
    """Serve on a socket until the end, or until it is told to stop."""
    listening.listen()  # who connects before the server has started waits for it
    config = uvicorn.Config(application, log_level="warning", access_log=False)
    server = StreamingServer(config, stopping)
    running = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        yield Serving(address, server)
    finally:
        server.should_exit = True
        await running
