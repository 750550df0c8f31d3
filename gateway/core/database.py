"""Opens the database of the core and of the gateway's own tables."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from gateway.errors import CoreUnusable
from gateway.migrations import CommandError, upgrade

SECONDS = 10.0
"""Within which a connection is given, or a lock."""
CONNECTIONS = 8
_ALONE = {
    "sqlite": "BEGIN IMMEDIATE",
    "postgresql": "SELECT pg_advisory_xact_lock(630000)",
}
"""Keeps others that open the same database from changing its tables meanwhile."""


async def open_database(address: str) -> AsyncEngine:
    """Open a database and bring its tables to the newest version.

    Raises CoreUnusable for one that can't be reached, is broken, or is of a newer
    version.
    """
    try:
        url = make_url(address)
    except ArgumentError as error:
        raise CoreUnusable(f"数据库地址有误 (not a database URL): {address}") from error
    engine = _engine(url)
    try:
        async with asyncio.timeout(60), engine.begin() as connection:
            await connection.exec_driver_sql(_ALONE[url.get_backend_name()])
            await connection.run_sync(upgrade)
    except CommandError as error:
        await engine.dispose()
        raise CoreUnusable(
            f"数据库 {_shown(url)} 由更新的版本建立，未作改动 "
            "(made by a newer version; nothing was changed)"
        ) from error
    except (SQLAlchemyError, OSError, sqlite3.Error, TimeoutError) as error:
        await engine.dispose()
        raise CoreUnusable(
            f"数据库 {_shown(url)} 无法使用，未作改动 (can't be used, nothing was "
            f"changed): {_words(error)}"
        ) from error
    return engine


@asynccontextmanager
async def reading(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Give a connection for one set of reads, without a transaction's cost."""
    async with engine.connect() as connection:
        yield connection


def _engine(url: URL) -> AsyncEngine:
    if url.get_backend_name() == "sqlite":
        if url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_async_engine(
            url.set(drivername="sqlite+aiosqlite"),
            pool_size=CONNECTIONS,
            max_overflow=0,
            pool_timeout=SECONDS,
            connect_args={"timeout": SECONDS},
        )
        event.listen(engine.sync_engine, "connect", _settle)
        return engine
    return create_async_engine(
        url.set(drivername="postgresql+asyncpg"),
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_timeout=SECONDS,
        connect_args={"timeout": SECONDS},
    )


def _settle(connection: sqlite3.Connection, _record: object) -> None:
    """Let readers and a writer work side by side."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA cache_size=-16000")
    cursor.close()


def _shown(url: URL) -> str:
    return url.render_as_string(hide_password=True)


def _words(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).splitlines()[0]
