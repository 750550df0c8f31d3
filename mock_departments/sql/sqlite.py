"""A department's database in a file of its own."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from mock_departments.sql import views
from mock_departments.sql.tables import Layout, Table
from mock_departments.world.model import CLOCK

_PATIENCE = 60.0
"""Seconds that a change of behaviour waits for those who still read."""


class SqliteDatabase:
    """One file; faults are played on it and taken back."""

    profiles = frozenset(
        {"healthy", "down", "hang", "garbage", "stale", "schema_drift", "bad_rows"}
    )

    def __init__(self, path: Path, layout: Layout) -> None:
        """Keep the database at `path`."""
        self._path = path
        self._layout = layout
        self._aside = path.with_suffix(".aside")
        self._lock: sqlite3.Connection | None = None

    @property
    def url(self) -> str:
        """The address for readers."""
        return f"sqlite:///{self._path.resolve()}"

    async def build(self) -> None:
        """Write all tables and views, unless they are there; end all faults."""
        await asyncio.to_thread(self._build)

    async def play(self, profile: str) -> None:
        """Play a fault profile after having ended the one before."""
        await asyncio.to_thread(self._play, profile)

    def _build(self) -> None:
        self._restore()
        if self._is_built():
            self._play("healthy")
            return
        unfinished = self._path.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        with closing(sqlite3.connect(unfinished)) as database:
            database.execute("PRAGMA journal_mode=OFF")
            database.execute("PRAGMA synchronous=OFF")
            for table in self._layout.tables():
                _write(database, table, self._layout.key)
            database.execute("CREATE TABLE T_META (STAMP TEXT, ASOF TEXT)")
            stamp = (self._layout.stamp, _as_of(0))
            database.execute("INSERT INTO T_META VALUES (?, ?)", stamp)
            database.execute("CREATE VIEW V_META AS SELECT ASOF FROM T_META")
            self._show(database, views.healthy)
            database.commit()
            database.execute("PRAGMA journal_mode=DELETE")
        unfinished.replace(self._path)

    def _is_built(self) -> bool:
        if not self._path.exists():
            return False
        with closing(sqlite3.connect(self._path)) as database:
            try:
                found = database.execute("SELECT STAMP FROM T_META").fetchone()
            except sqlite3.DatabaseError:
                return False
        return found is not None and found[0] == self._layout.stamp

    def _play(self, profile: str) -> None:
        self._restore()
        with closing(sqlite3.connect(self._path, timeout=_PATIENCE)) as database:
            age = (_as_of(40 if profile == "stale" else 0),)
            database.execute("UPDATE T_META SET ASOF = ?", age)
            self._show(database, views.SELECTS.get(profile, views.healthy))
            database.commit()
        match profile:
            case "down":
                self._path.rename(self._aside)
            case "hang":
                self._hold()
            case "garbage":
                self._path.rename(self._aside)
                self._path.write_bytes(b"this is not a database" * 100)
            case _:
                return

    def _show(self, database: sqlite3.Connection, change: views.Select) -> None:
        for name, select in self._layout.views.items():
            rows = database.execute(f"SELECT * FROM ({select}) LIMIT 0")
            columns = [column[0] for column in rows.description]
            database.execute(f'DROP VIEW IF EXISTS "{name}"')
            database.execute(f'CREATE VIEW "{name}" AS {change(select, columns)}')

    def _hold(self) -> None:
        self._lock = sqlite3.connect(
            self._path, isolation_level=None, check_same_thread=False
        )
        self._lock.execute("BEGIN EXCLUSIVE")

    def _restore(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None
        if self._aside.exists():
            self._aside.replace(self._path)


def _write(database: sqlite3.Connection, table: Table, key: str) -> None:
    columns = ", ".join(f'"{name}"' for name in table.columns)
    marks = ", ".join("?" for _ in table.columns)
    database.execute(f'CREATE TABLE "{table.name}" (ID INTEGER PRIMARY KEY, {columns})')
    database.executemany(
        f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})',
        table.rows,
    )
    if key in table.columns:
        database.execute(f'CREATE INDEX "I_{table.name}" ON "{table.name}" ("{key}")')


def _as_of(days: int) -> str:
    return (CLOCK - timedelta(days=days, minutes=5)).isoformat()
