"""A core in a database of its own: SQLite always, PostgreSQL where there is one."""

import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine

from gateway.core import Core, open_core

SERVER = os.environ.get(
    "CREDITNET_TEST_POSTGRESQL", "postgresql://root:postgres@127.0.0.1:5432"
)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a database that lives as long as the tests."""
    name = f"creditnet_{uuid.uuid4().hex}"
    try:
        asyncio.run(_order(f"CREATE DATABASE {name}"))
    except (OSError, TimeoutError, SQLAlchemyError) as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no PostgreSQL to test with: {type(error).__name__}")
    yield f"{SERVER}/{name}"
    asyncio.run(_order(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'core.sqlite'}"
    address: str = request.getfixturevalue("postgresql")
    return address


@pytest.fixture
async def core(url: str, anyio_backend: str) -> AsyncIterator[Core]:
    """A core, empty at first and at last."""
    core = await open_core(url, "key")
    yield core
    if url.startswith("postgresql"):
        async with core.engine.begin() as connection:
            await connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            await connection.exec_driver_sql("CREATE SCHEMA public")
    await core.close()


async def _order(statement: str) -> None:
    url = f"{SERVER}/test".replace("postgresql:", "postgresql+asyncpg:")
    engine = create_async_engine(url, connect_args={"timeout": 3})
    try:
        async with engine.connect() as connection:
            autocommit = await connection.execution_options(
                isolation_level="AUTOCOMMIT"
            )
            await autocommit.exec_driver_sql(statement)
    finally:
        await engine.dispose()
