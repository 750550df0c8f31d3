"""The MariaDB or MySQL server that tests use where there is one."""

import asyncio
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import asyncmy
import pytest
from sqlalchemy.engine import make_url

SERVER = os.environ.get("CREDITNET_TEST_MARIADB", "mariadb://root@127.0.0.1:3306")


def need_server() -> None:
    """Skip the test where there is no server; in CI, fail."""
    try:
        asyncio.run(order("SELECT 1"))
    except (OSError, TimeoutError, asyncmy.errors.Error) as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no MariaDB to test with: {type(error).__name__}")


@contextmanager
def temporary_database() -> Iterator[str]:
    """Give the URL of an empty database, and remove it."""
    name = f"creditnet_{uuid.uuid4().hex}"
    asyncio.run(order(f"CREATE DATABASE {name} CHARACTER SET utf8mb4"))
    yield f"{SERVER}/{name}"
    asyncio.run(order(f"DROP DATABASE {name}"))


async def order(*statements: str, database: str | None = None) -> None:
    """Run statements, in a database or in none."""
    url = make_url(SERVER)
    server = await asyncmy.connect(
        host=url.host,
        port=url.port or 3306,
        user=url.username,
        password=url.password or "",
        database=database,
        connect_timeout=3,
        autocommit=True,
    )
    async with server, server.cursor() as cursor:
        for statement in statements:
            await cursor.execute(statement)
