"""The PostgreSQL server that tests use where there is one."""

import asyncio
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg  # type: ignore[import-untyped]
import pytest

SERVER = os.environ.get(
    "CREDITNET_TEST_POSTGRESQL", "postgresql://root:postgres@127.0.0.1:5432"
)
ADDRESS = f"{SERVER}/postgres"
"""A database that every server has."""


def need_server() -> None:
    """Skip the test where there is no server; in CI, fail."""
    try:
        asyncio.run(order("SELECT 1"))
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no PostgreSQL to test with: {type(error).__name__}")


@contextmanager
def temporary_database() -> Iterator[str]:
    """Give the URL of an empty database, and remove it."""
    name = f"creditnet_{uuid.uuid4().hex}"
    asyncio.run(order(f"CREATE DATABASE {name}"))
    yield f"{SERVER}/{name}"
    asyncio.run(drop(name))


async def drop(name: str) -> None:
    """Remove a database, whoever reads it."""
    await order(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
    await order(f'DROP DATABASE "{name}" WITH (FORCE)')


async def order(statement: str) -> None:
    """Run a statement outside any transaction."""
    server = await asyncpg.connect(ADDRESS, timeout=3)
    try:
        await server.execute(statement)
    finally:
        await server.close()
