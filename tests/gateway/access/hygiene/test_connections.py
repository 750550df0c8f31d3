"""Slow and half-open connections, strange heads, TLS, secrets."""

import asyncio
import pickle
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trustme
import uvicorn
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, Router

from gateway.access.hygiene.connections import ConnectionLimits, bounded
from gateway.access.hygiene.encryption import context_factory, encryption_of
from gateway.access.hygiene.reading import ReadingDeadline
from gateway.errors import OperationRefused
from gateway.secret_files import read_secret
from gateway.server import StreamingServer
from gateway.setting_readers import SettingsError
from tests.serving import nothing

pytestmark = pytest.mark.anyio
HEAD = b"POST / HTTP/1.1\r\nHost: x\r\n"
HALF_OPEN = 2_000


async def answer(request: Request) -> Response:
    return PlainTextResponse(f"{len(await request.body())} bytes")


APP = Router(routes=[Route("/", answer, methods=["GET", "POST"])])


@asynccontextmanager
async def listening(
    limits: ConnectionLimits,
    body_seconds: float = 30,
    context: ssl.SSLContext | None = None,
) -> AsyncIterator[int]:
    config = uvicorn.Config(
        ReadingDeadline(APP, body_seconds),
        log_level="critical",
        http=bounded(limits),
        ssl_context_factory=None if context is None else lambda *_: context,
    )
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        bound.listen(4096)  # who connects before the server has started waits for it
        server = StreamingServer(config, nothing)
        running = asyncio.create_task(server.serve(sockets=[bound]))
        try:
            yield bound.getsockname()[1]
        finally:
            server.should_exit = True
            await running


async def talk(port: int, *pieces: bytes) -> bytes:
    """Send pieces, and read until the server closes."""
    async with asyncio.timeout(20):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        try:
            return await reader.read()
        except ConnectionResetError:
            return b""
        finally:
            writer.close()


@pytest.mark.parametrize("sent", [b"", b"POST / HT", HEAD, HEAD + b"X-Slow: a"])
async def test_who_sends_no_head_is_cut_off(sent: bytes) -> None:
    async with listening(ConnectionLimits(head_seconds=0.2)) as port:
        assert await talk(port, sent) == b""


async def test_a_second_head_is_not_waited_for_either() -> None:
    first = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    async with listening(ConnectionLimits(head_seconds=0.3)) as port:
        said = await talk(port, first, b"GET / HTTP/1.1\r\nX-Slow: ")
    assert said.count(b"HTTP/1.1 200") == 1


async def test_a_body_that_trickles_is_answered_by_408() -> None:
    async with listening(ConnectionLimits(), body_seconds=0.2) as port:
        said = await talk(port, HEAD + b"Content-Length: 10\r\n\r\n12")
    assert said.startswith(b"HTTP/1.1 408")
    assert b"REQUEST_TIMEOUT" in said


async def test_a_head_without_end_is_refused() -> None:
    lines = b"".join(b"X-%d: %s\r\n" % (n, b"a" * 1_000) for n in range(100))
    async with listening(ConnectionLimits(head_bytes=32_768)) as port:
        said = await talk(port, HEAD + lines)
    assert said.startswith(b"HTTP/1.1 431") or said == b""


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 2\r\nContent-Length: 3\r\n",
        b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
        b"Transfer-Encoding : chunked\r\n",
        b"Content-Length: +2\r\n",
        b"Content-Length: 2 2\r\n",
        b"X: a\x00b\r\n",
    ],
)
async def test_a_request_of_two_readings_is_refused(head: bytes) -> None:
    smuggled = b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
    async with listening(ConnectionLimits(head_seconds=1)) as port:
        said = await talk(port, HEAD + head + b"\r\nab" + smuggled)
    assert said.count(b"HTTP/1.1 ") <= 1
    assert not said.startswith(b"HTTP/1.1 2")


async def test_many_half_open_connections_cost_others_nothing() -> None:
    limits = ConnectionLimits(connections=HALF_OPEN + 10, head_seconds=60)
    async with listening(limits) as port:
        idle = [
            await asyncio.open_connection("127.0.0.1", port) for _ in range(HALF_OPEN)
        ]
        asked = HEAD + b"Connection: close\r\nContent-Length: 2\r\n\r\nab"
        assert b"2 bytes" in await talk(port, asked)
        for _, writer in idle:
            writer.close()


async def test_one_too_many_is_cut_off() -> None:
    async with listening(ConnectionLimits(connections=3, head_seconds=60)) as port:
        idle = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
        assert await talk(port, HEAD) == b""
        idle[0][1].close()
        asked = HEAD + b"Connection: close\r\nContent-Length: 2\r\n\r\nab"
        async with asyncio.timeout(20):
            while b"2 bytes" not in await talk(port, asked):
                pass
        for _, writer in idle:
            writer.close()


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[trustme.CA, Path, Path]:
    authority = trustme.CA()
    issued = authority.issue_cert("localhost")
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    issued.private_key_pem.write_to_path(key)
    for one in issued.cert_chain_pems:
        one.write_to_path(chain, append=True)
    return authority, chain, key


async def test_tls_is_spoken_from_1_2_on(
    certificate: tuple[trustme.CA, Path, Path],
) -> None:
    authority, chain, key = certificate
    found = encryption_of(chain, key)
    assert found
    assert context_factory(found)
    context = found.context()
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    client = ssl.create_default_context()
    authority.configure_trust(client)
    async with listening(ConnectionLimits(), context=context) as port:
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", port, ssl=client, server_hostname="localhost"
        )
        writer.write(HEAD + b"Connection: close\r\nContent-Length: 0\r\n\r\n")
        assert b"200 OK" in await reader.read()
        writer.close()


def test_tls_that_cannot_be_used_is_said_at_once(
    certificate: tuple[trustme.CA, Path, Path], tmp_path: Path
) -> None:
    _, chain, key = certificate
    assert encryption_of(None, None) is None
    assert context_factory(None) is None
    with pytest.raises(OperationRefused, match="set both"):
        encryption_of(chain, None)
    for pair in [(chain, tmp_path / "none"), (key, chain), (chain, chain)]:
        made = encryption_of(*pair)
        assert made
        with pytest.raises(OperationRefused, match="can't be used"):
            made.context()


def test_secrets_are_read_and_never_shown(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("geheim\n")
    by_file = read_secret({"X_FILE": str(path)}, "X")
    by_word = read_secret({"X": "geheim"}, "X")
    assert read_secret({}, "X") is None
    for one in (by_file, by_word):
        assert one
        assert one.reveal() == "geheim"
        assert "geheim" not in f"{one!r} {one!s} {[one]}"
        with pytest.raises(TypeError):
            pickle.dumps(one)


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "empty"), (b"\n", "empty"), (b"\xff", "UTF-8"), (b"g" * 70_000, "large")],
)
def test_a_file_that_holds_no_secret_is_said(
    tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "secret"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match=words) as caught:
        read_secret({"X_FILE": str(path)}, "X")
    assert "ggg" not in str(caught.value)
    with pytest.raises(SettingsError, match="one of them"):
        read_secret({"X": "a", "X_FILE": str(path)}, "X")
    with pytest.raises(SettingsError, match="can't be read"):
        read_secret({"X_FILE": str(tmp_path / "none")}, "X")
