"""Clients that do not read: bounded, told, and in the end cut off."""

import asyncio
import dataclasses
import json
import socket
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.gateway.streaming import LONG, PATIENT, Streaming, hearing, streaming, until

pytestmark = pytest.mark.anyio
QUERY = "subscription { ticks { n padding } }"
KILOBYTE = 1024
MEGABYTE = 1024 * KILOBYTE
EVENTS = 1_000
WAITING = 8
HURRIED = dataclasses.replace(PATIENT, write_deadline=0.2)


async def many_events(server: Streaming) -> None:
    """Tell events of 64 kB each, more than all buffers on the way hold."""
    for n in range(EVENTS):
        server.tick(n, f"{n:x<{64 * KILOBYTE}}")
        for _ in range(4):
            await asyncio.sleep(0)  # who could be told more, would be told more


@contextmanager
def flat_memory() -> Iterator[None]:
    """Nothing may be kept but what the buffers hold; events are 64 MB altogether."""
    tracemalloc.start()
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10 * MEGABYTE


class Reader:
    """A client of an event stream that reads when it likes to."""

    def __init__(self, connected: socket.socket) -> None:
        self._connected = connected

    async def receive(self) -> bytes:
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(LONG):
            return await loop.sock_recv(self._connected, MEGABYTE)

    async def rest(self) -> bytes:
        """Read to the end of the response."""
        text = b""
        while not text.endswith(b"0\r\n\r\n"):
            text += await self.receive()
        return text


@asynccontextmanager
async def reading(server: Streaming) -> AsyncIterator[Reader]:
    host, port = server.url.split("/")[2].split(":")
    with socket.socket() as connected:
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * KILOBYTE)
        connected.setblocking(False)  # noqa: FBT003
        loop = asyncio.get_running_loop()
        await loop.sock_connect(connected, (host, int(port)))
        body = json.dumps({"query": QUERY}).encode()
        head = (
            f"POST /graphql HTTP/1.1\r\nHost: {host}\r\nAccept: text/event-stream\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        await loop.sock_sendall(connected, head.encode() + body)
        await server.listeners(1)
        yield Reader(connected)


def results_in(response: bytes) -> list[dict[str, Any]]:
    lines = b"".join(chunks_of(response)).decode().splitlines()
    data = [line.removeprefix("data:") for line in lines if line.startswith("data:")]
    return [json.loads(one) for one in data if one.strip()]


def chunks_of(response: bytes) -> Iterator[bytes]:
    """Undo the chunked transfer coding."""
    rest = response.split(b"\r\n\r\n", 1)[1]
    while rest:
        size, rest = rest.split(b"\r\n", 1)
        yield rest[: int(size, 16)]
        rest = rest[int(size, 16) + 2 :]


def assert_told(results: list[dict[str, Any]], last: list[dict[str, Any]]) -> None:
    """The beginning came whole and in order; the error counts all the rest."""
    numbers = [one["data"]["ticks"]["n"] for one in results]
    assert numbers == list(range(len(numbers)))
    assert WAITING < len(numbers) < EVENTS
    extensions = last[0]["extensions"]
    assert extensions == {"code": "SLOW_READER", "missed": EVENTS - len(numbers)}
    assert "catch up by a query" in last[0]["message"]


async def test_a_slow_reader_of_an_event_stream_is_told_what_it_missed():
    async with streaming(waiting=WAITING) as server, reading(server) as reader:
        with flat_memory():
            await many_events(server)
        assert len(server.events) == 1
        response = await reader.rest()
        await server.listeners(0)
    *results, last = results_in(response)
    assert response.rstrip().endswith(b"event: complete\ndata:\n\n\r\n0")
    assert_told(results, last["errors"])


async def test_a_slow_reader_of_a_websocket_is_told_what_it_missed():
    async with streaming(waiting=WAITING) as server, listening(server, "1") as client:
        with flat_memory():
            await many_events(server)
        assert len(server.events) == 1
        messages: list[dict[str, Any]] = []
        async with asyncio.timeout(LONG):
            while not messages or messages[-1]["type"] != "error":
                messages.append(json.loads(await client.recv()))
            assert messages.pop(0) == {"type": "connection_ack"}
            await client.send('{"type": "ping"}')
            assert json.loads(await client.recv()) == {"type": "pong"}
        await server.listeners(0)
    *results, last = messages
    assert_told([one["payload"] for one in results], last["payload"])


async def test_one_slow_reader_holds_nobody_up():
    async with (
        streaming(waiting=WAITING) as server,
        reading(server) as slow,
        reading_along(server) as numbers,
    ):
        for n in range(200):
            server.tick(n, "x" * 64 * KILOBYTE)
            assert await anext(numbers) == n
        assert len(server.events) == 2
        await slow.rest()


@asynccontextmanager
async def reading_along(server: Streaming) -> AsyncIterator[AsyncIterator[int]]:
    """A client that keeps up, and gives the numbers that it hears."""
    async with hearing(server.url, "subscription { ticks { n } }") as heard:
        await heard.event()

        async def numbers() -> AsyncIterator[int]:
            while True:
                yield (await heard.event())[1]["data"]["ticks"]["n"]

        yield numbers()


async def test_who_reads_nothing_at_all_is_cut_off(
    capfd: pytest.CaptureFixture[str],
):
    async with streaming(HURRIED, waiting=WAITING) as server, reading(server):
        await many_events(server)
        await server.listeners(0)
        await until(lambda: not server.connections)
    assert "client does not read" in capfd.readouterr().out


async def test_a_websocket_that_reads_nothing_at_all_is_cut_off():
    async with (
        streaming(HURRIED, waiting=WAITING) as server,
        listening(server, "1", "2") as client,
    ):
        await many_events(server)
        await server.listeners(0)
        await until(lambda: not server.connections)
        client.transport.abort()


@asynccontextmanager
async def listening(server: Streaming, *names: str) -> AsyncIterator[ClientConnection]:
    """A WebSocket's client that takes at most a message off the wire unasked."""
    connecting = connect(
        server.socket_url,
        subprotocols=[Subprotocol("graphql-transport-ws")],
        max_queue=1,
        compression=None,
    )
    async with connecting as client:
        await client.send('{"type": "connection_init"}')
        for name in names:
            ask = {"id": name, "type": "subscribe", "payload": {"query": QUERY}}
            await client.send(json.dumps(ask))
        await server.listeners(len(names))
        yield client
