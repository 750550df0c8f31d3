"""Load is counted as it was answered, in one piece or in chunks."""

import asyncio

import pytest

from benchmarks.peers.load import Volley, fire, request

WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789"
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n"
)
FAILED = b"HTTP/1.1 500 Oops\r\nContent-Length: 10\r\n\r\n0123456789"
SHORT = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n01"


async def load(answer: bytes, pieces: int) -> dict[str, float]:
    spoken: list[asyncio.Task[None] | None] = []

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        spoken.append(asyncio.current_task())
        while await reader.readline():
            await reader.readuntil(b"\r\n\r\nbody")
            size = -(-len(answer) // pieces)
            for at in range(0, len(answer), size):
                writer.write(answer[at : at + size])
                await writer.drain()
                await asyncio.sleep(0.001)
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(speak, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        told = await fire(port, Volley([request(port, "/", "", b"body")], 10), 2, 0.1)
        await asyncio.gather(*filter(None, spoken))
        return told


@pytest.mark.parametrize("pieces", [1, 2, 5])
@pytest.mark.parametrize("answer", [WHOLE, CHUNKED])
def test_whole_answers_are_counted(answer: bytes, pieces: int):
    told = asyncio.run(load(answer, pieces))
    assert told["requests"] >= 2
    assert told["failed"] == 0
    assert 0 < told["p50"] <= told["p99"]


@pytest.mark.parametrize("answer", [FAILED, SHORT])
def test_errors_and_short_answers_are_failures(answer: bytes):
    told = asyncio.run(load(answer, 1))
    assert told["failed"] == told["requests"] > 0
