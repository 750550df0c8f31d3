"""The Redis that tests use where there is one, and servers of their own."""

import asyncio
import os
import shutil
import socket
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import redis
from redis.asyncio import Redis
from redis.exceptions import RedisError

ADDRESS = os.environ.get("CREDITNET_TEST_REDIS", "redis://127.0.0.1:6379")


def _missing(what: str) -> None:
    """Skip the test; in CI, fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(what)
    pytest.skip(what)


def need_server() -> None:
    """Skip the test where there is no server; in CI, fail."""
    try:
        with redis.Redis.from_url(ADDRESS) as client:
            client.ping()
    except (RedisError, OSError) as error:
        _missing(f"no Redis to test with: {type(error).__name__}")


@asynccontextmanager
async def room() -> AsyncIterator[str]:
    """Give a prefix that nobody else has, and remove what is kept under it."""
    prefix = f"test-{uuid.uuid4().hex}"
    need_server()
    async with Redis.from_url(ADDRESS) as client:
        yield prefix
        keys = [key async for key in client.scan_iter(f"{prefix}:*")]
        if keys:
            await client.delete(*keys)


class OwnServer:
    """A server that a test may kill and start again; it keeps nothing on disk."""

    def __init__(self, binary: str, folder: Path) -> None:
        self._binary = binary
        self._folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port: int = free.getsockname()[1]
        self.address = f"redis://127.0.0.1:{self._port}"
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        words = ["--port", str(self._port), "--bind", "127.0.0.1", "--save", ""]
        self._process = await asyncio.create_subprocess_exec(
            *(self._binary, *words, "--dir", str(self._folder)),
            stdout=asyncio.subprocess.PIPE,
        )
        assert self._process.stdout is not None
        async with asyncio.timeout(10):
            async for line in self._process.stdout:
                if b"Ready to accept connections" in line:
                    return
        pytest.fail("redis-server did not start")

    async def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            await self._process.communicate()
            self._process = None


@asynccontextmanager
async def own_server(folder: Path) -> AsyncIterator[OwnServer]:
    """Start a server; skips where there is no program for it."""
    binary = shutil.which("redis-server") or shutil.which("valkey-server")
    if binary is None:
        _missing("no redis-server to start")
    server = OwnServer(str(binary), folder)
    await server.start()
    try:
        yield server
    finally:
        await server.kill()
