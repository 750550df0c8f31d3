"""A client of GraphQL over WebSocket, and what it says."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.gateway.streaming import LONG, Streaming

PROTOCOL = Subprotocol("graphql-transport-ws")
Sent = dict[str, Any] | str | bytes
INIT: Sent = {"type": "connection_init"}
ACK = {"type": "connection_ack"}


def subscribe(name: str, query: str, **payload: object) -> dict[str, Any]:
    return {"id": name, "type": "subscribe", "payload": {"query": query, **payload}}


def ticking(name: str) -> dict[str, Any]:
    return subscribe(name, "subscription { ticks { n } }")


def complete(name: str) -> dict[str, Any]:
    return {"id": name, "type": "complete"}


def told(name: str, data: object) -> dict[str, Any]:
    return {"id": name, "type": "next", "payload": {"data": data}}


def tick(name: str, n: int) -> dict[str, Any]:
    return told(name, {"ticks": {"n": n}})


@dataclass
class Socket:
    """A client's end of a WebSocket."""

    connection: ClientConnection

    async def say(self, *messages: Sent) -> None:
        for one in messages:
            raw = one if isinstance(one, str | bytes) else json.dumps(one)
            await self.connection.send(raw)

    async def hear(self) -> Any:
        async with asyncio.timeout(LONG):
            return json.loads(await self.connection.recv())

    async def heard(self, count: int) -> list[Any]:
        return [await self.hear() for _ in range(count)]

    async def stand(self) -> None:
        """Wait until what was said before has taken effect."""
        await self.say({"type": "ping"})
        assert await self.hear() == {"type": "pong"}

    async def closed(self) -> tuple[int, str]:
        """Wait for the end, which comes next: its code and reason."""
        with pytest.raises(ConnectionClosed) as caught:
            await self.hear()
        assert caught.value.rcvd
        return caught.value.rcvd.code, caught.value.rcvd.reason


@asynccontextmanager
async def open_socket(
    url: str, protocols: Sequence[Subprotocol] | None = (PROTOCOL,)
) -> AsyncIterator[Socket]:
    async with connect(url, subprotocols=protocols) as connection:
        yield Socket(connection)


@asynccontextmanager
async def talking(
    server: Streaming,
) -> AsyncIterator[Socket]:
    """A connection that is acknowledged already."""
    async with open_socket(server.socket_url) as socket:
        await socket.say(INIT)
        assert await socket.hear() == ACK
        yield socket
