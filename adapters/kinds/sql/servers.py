"""The database systems that can be read, and how each is kept to reading, in time."""

import importlib
import math
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

_POOL = 4
_STEPS = 10_000
"""Steps of SQLite between two looks at the clock: some tenths of a millisecond."""


@dataclass(frozen=True, slots=True)
class Server:
    """One database system."""

    driver: str
    """The name that SQLAlchemy has for it."""
    module: str
    """What is imported to speak to it."""
    extra: str = ""
    """What to install for it; empty: it comes with us."""
    most_keys: int = 30_000
    """Keys of one question at the most."""
    arguments: Callable[[float], dict[str, Any]] = lambda _seconds: {}
    """What a connection is opened with, for so many seconds a statement."""
    opened: Callable[[float], tuple[str, ...]] = lambda _seconds: ()
    """Statements that a new connection begins with."""
    attributes: Callable[[float], dict[str, Any]] = lambda _seconds: {}
    """What is set at the driver's own connection."""
    begun: tuple[str, ...] = ()
    """Statements that every transaction begins with."""

    def missing(self) -> str | None:
        """Say what to install, where the driver is not there."""
        try:
            importlib.import_module(self.module)
        except ImportError:
            return f'pip install "creditnet[{self.extra}]"'
        return None


def _postgresql(seconds: float) -> dict[str, Any]:
    # No statement outlives its execution: a view may change between two of them, and
    # poolers before the database don't keep statements.
    return {
        "timeout": seconds,
        "server_settings": {
            "statement_timeout": str(_milliseconds(seconds)),
            "default_transaction_read_only": "on",
        },
        "statement_cache_size": 0,
        "prepared_statement_cache_size": 0,
    }


def _mysql(seconds: float) -> tuple[str, ...]:
    """Say it to MySQL (from 5.7.8) and to MariaDB, each in the words it knows."""
    return (
        "SET SESSION TRANSACTION READ ONLY",
        f"SET SESSION /*!50708 max_execution_time = {_milliseconds(seconds)} */"
        f"/*M!100100 max_statement_time = {seconds:.3f} */",
    )


def _mssql(seconds: float) -> dict[str, Any]:
    """Bound the login, and through ODBC's own connection every statement."""

    async def created(connection: Any) -> None:  # noqa: ANN401 - ODBC's own
        connection.timeout = math.ceil(seconds)

    return {"timeout": math.ceil(seconds), "after_created": created}


_MYSQL = Server(
    "mysql+asyncmy",
    "asyncmy",
    "mysql",
    arguments=lambda seconds: {"connect_timeout": math.ceil(seconds)},
    opened=_mysql,
)
SERVERS: Mapping[str, Server] = {
    "sqlite": Server("sqlite+aiosqlite", "aiosqlite"),
    "postgresql": Server("postgresql+asyncpg", "asyncpg", arguments=_postgresql),
    "mysql": _MYSQL,
    "mariadb": _MYSQL,
    "oracle": Server(
        "oracle+oracledb_async",
        "oracledb",
        "oracle",
        most_keys=1_000,
        arguments=lambda seconds: {"tcp_connect_timeout": seconds},
        attributes=lambda seconds: {"call_timeout": _milliseconds(seconds)},
        begun=("SET TRANSACTION READ ONLY",),
    ),
    "mssql": Server(
        "mssql+aioodbc",
        "aioodbc",
        "mssql",
        most_keys=2_000,
        arguments=_mssql,
        opened=lambda seconds: (f"SET LOCK_TIMEOUT {_milliseconds(seconds)}",),
    ),
}
"""By the beginning of the address. SQL Server knows no transaction that only reads:
there the account's rights must not allow more."""


def open_engine(url: URL, seconds: float) -> AsyncEngine:
    """Connect on demand, for reading; a statement may take so many seconds."""
    server = SERVERS[url.drivername]
    if url.drivername == "sqlite":
        return _sqlite(url, seconds)
    engine = create_async_engine(
        url.set(drivername=server.driver),
        pool_size=_POOL,
        max_overflow=0,
        pool_timeout=seconds,
        connect_args=server.arguments(seconds),
    )
    event.listen(engine.sync_engine, "connect", _at_opening(server, seconds))
    if server.begun:
        event.listen(engine.sync_engine, "begin", _at_beginning(server))
    return engine


class _Timed(sqlite3.Connection):
    """Ends whatever still runs when its time is over; opened for one turn."""

    def __init__(self, database: str, timeout: float, **named: Any) -> None:  # noqa: ANN401
        super().__init__(database, timeout, **named)
        ends = monotonic() + timeout
        self.set_progress_handler(lambda: monotonic() > ends, _STEPS)


def _sqlite(url: URL, seconds: float) -> AsyncEngine:
    """Open a file for reading, anew for every turn."""
    return create_async_engine(
        url.set(
            drivername="sqlite+aiosqlite",
            database=f"file:{url.database}",
            query={"mode": "ro", "uri": "true"},
        ),
        poolclass=NullPool,
        connect_args={"timeout": seconds, "factory": _Timed},
    )


def _at_opening(server: Server, seconds: float) -> Callable[[Any, object], None]:
    def opened(connection: Any, _record: object) -> None:  # noqa: ANN401
        for name, value in server.attributes(seconds).items():
            setattr(connection.driver_connection, name, value)
        cursor = connection.cursor()
        for statement in server.opened(seconds):
            cursor.execute(statement)
        cursor.close()

    return opened


def _at_beginning(server: Server) -> Callable[[Connection], None]:
    def begun(connection: Connection) -> None:
        for statement in server.begun:
            connection.exec_driver_sql(statement)

    return begun


def _milliseconds(seconds: float) -> int:
    return max(int(seconds * 1000), 1)
