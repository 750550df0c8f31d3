"""How long, and how much, the gateway bears with those who keep a connection open."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass

from gateway.settings import Settings


@dataclass(frozen=True, slots=True)
class Patience:
    """The limits of connections that stay open; times in seconds."""

    keep_alive: float
    """Silence after which an event stream says that it is still there."""
    write_deadline: float
    """For a client to read what was sent to it."""
    init_deadline: float
    """For a WebSocket's client to introduce itself."""
    operations: int
    """Of one WebSocket at the same time."""
    values: int = 10_000
    """Of one message of a WebSocket."""

    async def sending(self, sent: Awaitable[None]) -> None:
        """Wait until there is room for what is sent; raises TimeoutError."""
        async with asyncio.timeout(self.write_deadline):
            await sent


def patience_of(settings: Settings) -> Patience:
    """Read it from the settings."""
    return Patience(
        settings.keep_alive,
        settings.write_deadline,
        settings.init_deadline,
        settings.socket_operations,
        settings.max_values,
    )
