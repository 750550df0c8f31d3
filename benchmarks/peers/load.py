"""`python -m benchmarks.peers.load PORT PATH BODIES CONNECTIONS SECONDS LEAST HEADERS`.

Posts the lines of BODIES in turn; each connection has one request on its way at any
time. An answer of less than LEAST bytes is a failure. When the time is over, what is
on its way is still waited for, so that slow servers are not credited with less than
they did. Tells what it saw as a line of JSON.
"""

import asyncio
import re
import sys
from collections.abc import Sequence
from functools import partial
from itertools import cycle
from pathlib import Path
from time import perf_counter

import httptools
import orjson
import uvloop

PATIENCE = 120.0
"""Seconds that the last answers may take."""
_SETTLE = 0.3
"""Seconds in which the server takes all connections, before the first request."""
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_END = b"\r\n\r\n"


class Volley:
    """What is sent, and what came of it."""

    def __init__(self, requests: Sequence[bytes], least: int) -> None:
        """Send requests in turn; bodies of `least` bytes must come back."""
        self.least = least
        self.next = cycle(requests).__next__
        self.until = 0.0
        self.latencies: list[float] = []
        self.failed = 0
        self.ended = 0.0
        self.buffer = bytearray(1 << 20)
        """Where all connections read; nobody looks at a body."""


class _Connection(asyncio.BufferedProtocol):
    """Sends one request after the other."""

    def __init__(self, volley: Volley, closed: asyncio.Future[None]) -> None:
        self._volley = volley
        self._closed = closed
        self._sent = 0.0
        self._left = 0
        self._parser: httptools.HttpResponseParser | None = None
        self._parsed = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def send(self) -> None:
        """Send the next request."""
        self._sent = perf_counter()
        self._transport.write(self._volley.next())  # type: ignore[attr-defined]

    def get_buffer(self, _: int) -> bytearray:
        return self._volley.buffer

    def buffer_updated(self, size: int) -> None:
        if self._parser is not None:
            self._parser.feed_data(self._volley.buffer[:size])
        elif self._left:
            self._count(size)
        else:
            self._begin(size)

    def _begin(self, size: int) -> None:
        """Read a head; what comes in chunks is left to a parser."""
        buffer = self._volley.buffer
        end = buffer.find(_END, 0, size)
        length = _LENGTH.search(buffer, 0, end) if end > 0 else None
        if length is None:
            self._parsed = 0
            self._parser = httptools.HttpResponseParser(self)
            self._parser.feed_data(buffer[:size])
            return
        body = int(length[1])
        self._judge(int(buffer[9:12]), body)
        self._left = body + end + len(_END)
        self._count(size)

    def _count(self, size: int) -> None:
        self._left -= size
        if self._left == 0:
            self._complete()

    def on_body(self, body: bytes) -> None:
        self._parsed += len(body)

    def on_message_complete(self) -> None:
        parser, self._parser = self._parser, None
        if parser is not None:
            self._judge(parser.get_status_code(), self._parsed)
        self._complete()

    def _judge(self, status: int, body: int) -> None:
        if status != 200 or body < self._volley.least:
            self._volley.failed += 1

    def _complete(self) -> None:
        volley, now = self._volley, perf_counter()
        volley.latencies.append(now - self._sent)
        volley.ended = now
        if now < volley.until:
            self.send()
        else:
            self._transport.close()

    def connection_lost(self, _: Exception | None) -> None:
        if perf_counter() < self._volley.until:
            self._volley.failed += 1
        if not self._closed.done():
            self._closed.set_result(None)


async def fire(
    port: int, volley: Volley, connections: int, seconds: float
) -> dict[str, float]:
    """Put load on a server; give figures in seconds."""
    loop = asyncio.get_running_loop()
    closed = [loop.create_future() for _ in range(connections)]
    made = []
    for one in closed:
        connection = _Connection(volley, one)
        await loop.create_connection(partial(_given, connection), "127.0.0.1", port)
        made.append(connection)
    await asyncio.sleep(_SETTLE)
    started = perf_counter()
    volley.until = started + seconds
    for connection in made:
        connection.send()
    _, pending = await asyncio.wait(closed, timeout=seconds + PATIENCE)
    ordered = sorted(volley.latencies) or [0.0]
    return {
        "requests": len(volley.latencies),
        "seconds": max(volley.ended - started, seconds),
        "failed": volley.failed + len(pending),
        "p50": ordered[len(ordered) // 2],
        "p99": ordered[int(len(ordered) * 0.99)],
    }


def _given(connection: _Connection) -> _Connection:
    return connection


def request(port: int, path: str, headers: str, body: bytes) -> bytes:
    """Write an HTTP request; `headers` are lines of it."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        "Content-Type: application/json\r\nAccept: application/json\r\n"
        f"{headers}"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def main(words: Sequence[str]) -> None:
    """Read the command line, and tell."""
    port, path, file, connections, seconds, least, headers = words
    bodies = Path(file).read_bytes().splitlines()
    requests = [request(int(port), path, headers, body) for body in bodies]
    volley = Volley(requests, int(least))
    told = uvloop.run(fire(int(port), volley, int(connections), float(seconds)))
    print(orjson.dumps(told).decode())


if __name__ == "__main__":
    main(sys.argv[1:])
