"""A department's database on a PostgreSQL server."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

import asyncpg  # type: ignore[import-untyped]

from mock_departments.sql import views
from mock_departments.sql.tables import Layout, Table
from mock_departments.world.model import CLOCK


class PostgresDatabase:
    """One database of a server; faults are played on it and taken back."""

    profiles = frozenset(
        {"healthy", "down", "hang", "stale", "schema_drift", "bad_rows"}
    )

    def __init__(self, server: str, name: str, layout: Layout) -> None:
        """Use the database `name` of the server that the address `server` leads to."""
        self._server = server
        self._name = name
        self._layout = layout
        self._lock: asyncpg.Connection | None = None

    @property
    def url(self) -> str:
        """The address for readers."""
        return urlunsplit(urlsplit(self._server)._replace(path=f"/{self._name}"))

    async def build(self) -> None:
        """Write all tables and views, unless they are there; end all faults."""
        if not await self._is_there():
            await self._order(f'CREATE DATABASE "{self._name}" TEMPLATE template0')
        await self._let_in(allowed=True)
        if not await self._is_built():
            await self._write()
        await self.play("healthy")

    async def play(self, profile: str) -> None:
        """Play a fault profile after having ended the one before."""
        if self._lock is not None:
            await self._lock.close()
            self._lock = None
        await self._let_in(allowed=True)
        database = await asyncpg.connect(self.url)
        try:
            async with database.transaction():
                age = _as_of(40 if profile == "stale" else 0)
                await database.execute('UPDATE "T_META" SET "ASOF" = $1', age)
                await self._show(database, views.SELECTS.get(profile, views.healthy))
        finally:
            await database.close()
        if profile == "down":
            await self._let_in(allowed=False)
        elif profile == "hang":
            await self._hold()

    async def _order(self, statement: str) -> None:
        server = await asyncpg.connect(self._server)
        try:
            await server.execute(statement)
        finally:
            await server.close()

    async def _is_there(self) -> bool:
        server = await asyncpg.connect(self._server)
        try:
            names = "SELECT 1 FROM pg_database WHERE datname = $1"
            return await server.fetchval(names, self._name) is not None
        finally:
            await server.close()

    async def _let_in(self, *, allowed: bool) -> None:
        word = "true" if allowed else "false"
        await self._order(f'ALTER DATABASE "{self._name}" ALLOW_CONNECTIONS {word}')
        if not allowed:
            await self._order(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                f"WHERE datname = '{self._name}'"
            )

    async def _is_built(self) -> bool:
        database = await asyncpg.connect(self.url)
        try:
            found = await database.fetchval('SELECT "STAMP" FROM "T_META"')
        except asyncpg.UndefinedTableError:
            return False
        finally:
            await database.close()
        return bool(found == self._layout.stamp)

    async def _write(self) -> None:
        database = await asyncpg.connect(self.url)
        try:
            async with database.transaction():
                await database.execute("DROP SCHEMA public CASCADE")
                await database.execute("CREATE SCHEMA public")
                for table in self._layout.tables():
                    await _write(database, table, self._layout.key)
                await database.execute(
                    'CREATE TABLE "T_META" ("STAMP" text, "ASOF" text)'
                )
                await database.execute(
                    'INSERT INTO "T_META" VALUES ($1, $2)',
                    self._layout.stamp,
                    _as_of(0),
                )
                await database.execute(
                    'CREATE VIEW "V_META" AS SELECT "ASOF" FROM "T_META"'
                )
        finally:
            await database.close()

    async def _show(self, database: asyncpg.Connection, change: views.Select) -> None:
        for name, select in self._layout.views.items():
            prepared = await database.prepare(select)
            columns = [column.name for column in prepared.get_attributes()]
            await database.execute(f'DROP VIEW IF EXISTS "{name}"')
            await database.execute(f'CREATE VIEW "{name}" AS {change(select, columns)}')

    async def _hold(self) -> None:
        self._lock = await asyncpg.connect(self.url)
        await self._lock.execute("BEGIN")
        for name in self._layout.views:
            await self._lock.execute(f'LOCK TABLE "{name}" IN ACCESS EXCLUSIVE MODE')


async def _write(database: asyncpg.Connection, table: Table, key: str) -> None:
    columns = ", ".join(f'"{name}" text' for name in table.columns)
    await database.execute(
        f'CREATE TABLE "{table.name}" ("ID" bigint PRIMARY KEY, {columns})'
    )
    await database.copy_records_to_table(
        table.name, records=_numbered(table.rows), columns=["ID", *table.columns]
    )
    if key in table.columns:
        await database.execute(f'CREATE INDEX ON "{table.name}" ("{key}")')


def _numbered(rows: Iterable[Sequence[object]]) -> Iterator[tuple[object, ...]]:
    for number, row in enumerate(rows, start=1):
        yield (number, *(None if value is None else str(value) for value in row))


def _as_of(days: int) -> str:
    return (CLOCK - timedelta(days=days, minutes=5)).isoformat()
