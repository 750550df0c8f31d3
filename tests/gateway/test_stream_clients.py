"""The reference clients of both protocols, graphql-sse and graphql-ws from npm."""

import asyncio
import json
import os
import shutil
import subprocess
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.gateway.streaming import LONG, Streaming, streaming

pytestmark = pytest.mark.anyio
CLIENTS = Path(__file__).parent.parent / "clients"
TICKS = "subscription { ticks { n } }"


@pytest.fixture(scope="module")
def clients() -> Path:
    """The folder with the clients; skips where npm is missing, but not in CI."""
    npm = shutil.which("npm")
    if npm is None:
        if os.environ.get("CI") == "true":
            pytest.fail("npm is missing")
        pytest.skip("no npm to fetch the clients with")
    words = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    lock = CLIENTS / "package-lock.json"
    fetched = CLIENTS / "node_modules" / ".package-lock.json"
    if not fetched.exists() or fetched.stat().st_mtime < lock.stat().st_mtime:
        subprocess.run(words, cwd=CLIENTS, check=True, capture_output=True, timeout=120)
    return CLIENTS


@dataclass
class Following:
    """A client that writes what it hears."""

    process: asyncio.subprocess.Process

    async def hear(self) -> tuple[str, Any]:
        assert self.process.stdout
        async with asyncio.timeout(LONG):
            word, value = json.loads(await self.process.stdout.readline())
        return word, value

    def stop(self) -> None:
        assert self.process.stdin
        self.process.stdin.write(b"stop\n")


@asynccontextmanager
async def following(
    server: Streaming, protocol: str, query: str, **variables: object
) -> AsyncIterator[Following]:
    url = server.url if protocol == "sse" else server.socket_url
    words = ("node", "follow.js", protocol, url, query, json.dumps(variables))
    process = await asyncio.create_subprocess_exec(
        *words, cwd=CLIENTS, stdin=PIPE, stdout=PIPE
    )
    try:
        client = Following(process)
        if protocol == "ws":
            assert await client.hear() == ("connected", None)
        yield client
    finally:
        assert process.stdin
        process.stdin.close()
        async with asyncio.timeout(LONG):
            await process.wait()


@pytest.mark.parametrize("protocol", ["sse", "ws"])
async def test_a_subscription(clients: Path, protocol: str):
    async with streaming() as server, following(server, protocol, TICKS) as client:
        await server.listeners(1)
        for n in range(3):
            server.tick(n)
            assert await client.hear() == ("next", {"data": {"ticks": {"n": n}}})
        client.stop()
        assert await client.hear() == ("complete", None)
        await server.listeners(0)


@pytest.mark.parametrize("protocol", ["sse", "ws"])
async def test_a_query(clients: Path, protocol: str):
    query = "query ($n: String) { hello(name: $n) }"
    async with streaming() as server, following(server, protocol, query, n="青海") as c:
        assert await c.hear() == ("next", {"data": {"hello": "hello 青海"}})
        assert await c.hear() == ("complete", None)


@pytest.mark.parametrize("protocol", ["sse", "ws"])
async def test_a_stream_that_ends(clients: Path, protocol: str):
    query = "subscription { count(to: 2) { n } }"
    async with streaming() as server, following(server, protocol, query) as client:
        words = [(await client.hear())[0] for _ in range(3)]
        assert words == ["next", "next", "complete"]


@pytest.mark.parametrize("protocol", ["sse", "ws"])
async def test_a_fault(clients: Path, protocol: str):
    query = "subscription { nothing }"
    async with streaming() as server, following(server, protocol, query) as client:
        word, value = await client.hear()
    assert word == ("next" if protocol == "sse" else "error")
    errors = value["errors"] if protocol == "sse" else value
    assert errors[0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


@pytest.mark.parametrize("protocol", ["sse", "ws"])
async def test_a_shutdown_is_no_end_but_a_loss(clients: Path, protocol: str):
    async with streaming() as server, following(server, protocol, TICKS) as client:
        await server.listeners(1)
        server.stop()
        word, value = await client.hear()
    assert word == "error"
    assert value == 1012 if protocol == "ws" else value
