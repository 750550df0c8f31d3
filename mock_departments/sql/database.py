"""A department's own SQLite database, and how it misbehaves."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from mock_departments.sql.tables import Table
from mock_departments.world.model import CLOCK

UNION = (
    'CREATE VIEW "V_BASEINFO" AS SELECT ID * 4 AS ROWNO, * FROM T_QY UNION ALL '
    "SELECT ID * 4 + 1, * FROM T_NZ UNION ALL SELECT ID * 4 + 2, * FROM T_GT"
)


class SqliteDatabase:
    """One file; faults are played on it and taken back."""

    def __init__(self, path: Path) -> None:
        """Keep the database at `path`."""
        self._path = path
        self._aside = path.with_suffix(".aside")
        self._lock: sqlite3.Connection | None = None

    @property
    def url(self) -> str:
        """The address for readers."""
        return f"sqlite:///{self._path.resolve()}"

    def is_built(self, stamp: str) -> bool:
        """Say whether the database of this world is there, restoring it if needed."""
        self.restore()
        if not self._path.exists():
            return False
        with closing(sqlite3.connect(self._path)) as database:
            try:
                found = database.execute("SELECT STAMP FROM T_META").fetchone()
            except sqlite3.DatabaseError:
                return False
        return found is not None and found[0] == stamp

    def build(self, tables: Iterable[Table], stamp: str, key: str) -> None:
        """Write all tables and views; `key` is indexed."""
        unfinished = self._path.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        with closing(sqlite3.connect(unfinished)) as database:
            database.execute("PRAGMA journal_mode=OFF")
            database.execute("PRAGMA synchronous=OFF")
            for table in tables:
                _write(database, table, key)
            if key == "UNISCID":
                database.execute(UNION)
            database.execute("CREATE TABLE T_META (STAMP TEXT, ASOF TEXT)")
            as_of = (CLOCK - timedelta(minutes=5)).isoformat()
            database.execute("INSERT INTO T_META VALUES (?, ?)", (stamp, as_of))
            database.execute("CREATE VIEW V_META AS SELECT ASOF FROM T_META")
            database.commit()
            database.execute("PRAGMA journal_mode=DELETE")
        unfinished.rename(self._path)

    def hide(self) -> None:
        """Take the database away."""
        self._path.rename(self._aside)

    def lock(self) -> None:
        """Let nobody read."""
        self._lock = sqlite3.connect(
            self._path, isolation_level=None, check_same_thread=False
        )
        self._lock.execute("BEGIN EXCLUSIVE")

    def spoil(self) -> None:
        """Put rubbish in its place."""
        self.hide()
        self._path.write_bytes(b"this is not a database" * 100)

    def drift(self, views: Iterable[str]) -> None:
        """Rename the columns of the views."""
        with closing(sqlite3.connect(self._path)) as database:
            for view in views:
                columns = database.execute(f'PRAGMA table_info("{view}")').fetchall()
                renamed = ", ".join(f'"{one[1]}" AS "NEW_{one[1]}"' for one in columns)
                database.execute(f'DROP VIEW "{view}"')
                table = f"T_{view[2:]}"
                database.execute(
                    f'CREATE VIEW "{view}" AS SELECT {renamed} FROM "{table}"'
                )
            database.commit()

    def undrift(self, views: Iterable[str]) -> None:
        """Give the views their columns back."""
        with closing(sqlite3.connect(self._path)) as database:
            for view in views:
                database.execute(f'DROP VIEW IF EXISTS "{view}"')
                database.execute(
                    f'CREATE VIEW "{view}" AS SELECT * FROM "T_{view[2:]}"'
                )
            database.commit()

    def age(self, days: int) -> None:
        """Say that the data are that old."""
        as_of = (CLOCK - timedelta(days=days, minutes=5)).isoformat()
        with closing(sqlite3.connect(self._path)) as database:
            database.execute("UPDATE T_META SET ASOF = ?", (as_of,))
            database.commit()

    def restore(self) -> None:
        """Undo `hide`, `lock` and `spoil`."""
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
    if table.view:
        database.execute(f'CREATE VIEW "{table.view}" AS SELECT * FROM "{table.name}"')
