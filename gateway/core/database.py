"""Opens the database of the core and of the gateway's own tables."""

import asyncio
import sqlite3
from contextlib import suppress
from functools import partial
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DisconnectionError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from gateway.core.postgresql_reads import open_postgresql
from gateway.core.reading import SECONDS, Reads
from gateway.core.sqlite_reads import SQLiteReads, file_at
from gateway.errors import CoreUnusable
from gateway.migrations import CommandError, upgrade

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


async def open_reads(engine: AsyncEngine) -> Reads:
    """Open what reads the tables of an open database."""
    if engine.dialect.name == "sqlite":
        return SQLiteReads(Path(engine.url.database or ""))
    _, address = engine.dialect.create_connect_args(engine.url)
    return await open_postgresql(address)


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
        path = Path(url.database or "")
        event.listen(engine.sync_engine, "connect", partial(_settle, path))
        event.listen(engine.sync_engine, "checkout", partial(_refuse_replaced, path))
        return engine
    return create_async_engine(
        url.set(drivername="postgresql+asyncpg"),
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_timeout=SECONDS,
        connect_args={"timeout": SECONDS},
    )


def _settle(
    path: Path, connection: sqlite3.Connection, record: ConnectionPoolEntry
) -> None:
    """Let readers and a writer work side by side."""
    record.info["file"] = file_at(path)
    cursor = connection.cursor()
    with suppress(sqlite3.OperationalError):  # locked: another sets it, for all
        cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA cache_size=-16000")
    cursor.close()


def _refuse_replaced(
    path: Path, _connection: object, record: ConnectionPoolEntry, _proxy: object
) -> None:
    """Let a connection to a file that another one replaced be made anew."""
    if file_at(path) not in {record.info["file"], None}:
        raise DisconnectionError


def _shown(url: URL) -> str:
    return url.render_as_string(hide_password=True)


def _words(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).splitlines()[0]
