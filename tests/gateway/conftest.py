"""A core in a database of its own: SQLite always, PostgreSQL where there is one."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from gateway.core import Core, open_core
from tests.postgresql import need_server, temporary_database


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a database that lives as long as the tests."""
    need_server()
    with temporary_database() as url:
        yield url


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
