"""One department that opens views of its own database."""

import asyncio
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from mock_departments.sql import amr, others
from mock_departments.sql.postgresql import PostgresDatabase
from mock_departments.sql.sqlite import SqliteDatabase
from mock_departments.sql.tables import Database, Layout
from mock_departments.world.model import World

CODES = ("QH-AMR", *others.STYLES)
FORM = 3
"""Counts the changes of what is built, so that older databases are built anew."""
_SERVER = "database_url"
"""The file with the address of the PostgreSQL server."""


class SqlService:
    """A department's database."""

    def __init__(self, code: str, database: Database) -> None:
        """Speak for a department whose database is built."""
        self.code = code
        self._database = database
        self._profile = "healthy"

    @property
    def profiles(self) -> frozenset[str]:
        """Fault profiles that it can play."""
        return self._database.profiles

    @property
    def environment(self) -> Mapping[str, str]:
        """The database's address."""
        return {f"{self.code.replace('-', '_')}_DATABASE_URL": self._database.url}

    async def misbehave(self, profile: str) -> None:
        """Play a fault profile; raises ValueError for an unknown one."""
        if profile not in self.profiles:
            raise ValueError(
                f"{self.code} 不能模拟 {profile}；可用：{' '.join(sorted(self.profiles))}"
            )
        await self._database.play(profile)
        self._profile = profile

    async def close(self) -> None:
        """Leave the database whole."""
        if self._profile != "healthy":
            await self._database.play("healthy")


def use_server(directory: Path, url: str | None) -> None:
    """Let databases be on a PostgreSQL server, or with None in files of their own."""
    path = directory / _SERVER
    path.unlink(missing_ok=True)
    if url:
        path.touch(mode=0o600)
        path.write_text(url)


def database_of(code: str, layout: Layout, directory: Path) -> Database:
    """Give the place of a department's tables.

    A file below `directory`, or a database of the server given to `use_server`.
    """
    server = directory / _SERVER
    if not server.exists():
        return SqliteDatabase(directory / f"{code}.sqlite", layout)
    place = sha256(str(directory.resolve()).encode()).hexdigest()[:8]
    name = f"mock_{place}_{code.lower().replace('-', '_')}"
    return PostgresDatabase(server.read_text().strip(), name, layout)


async def start(code: str, world: World, directory: Path) -> SqlService:
    """Build, unless it is there, and open one department's database."""
    database = await asyncio.to_thread(_database, code, world, directory)
    await database.build()
    return SqlService(code, database)


def _database(code: str, world: World, directory: Path) -> Database:
    stamp = f"{FORM}:{world.seed}:{world.size}"
    make = amr.layout if code == "QH-AMR" else others.layout
    return database_of(code, make(code, world, stamp), directory)
