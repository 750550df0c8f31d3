"""Reads SQLite through connections that can only read.

A few keys are looked up on the event loop, in less time than a thread takes to wake;
everything else, and what takes longer than it should, is read in threads.
"""

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from math import inf
from pathlib import Path
from time import monotonic

from gateway.core.reading import SECONDS, Rows, Values, in_sqlite, sqlite_values

FEW = 100
"""Keys that are looked up on the event loop at the most."""
AT_ONCE = 0.02
"""Seconds after which a look-up on the event loop is left to a thread."""
_THREADS = 4
_STEPS = 2_000
"""Instructions of SQLite between two looks at the clock; some 0.1 ms."""


class SQLiteReads:
    """Implements `Reads` over a file with a write-ahead log."""

    like = "LIKE"
    trigrams = True

    def __init__(self, path: Path, seconds: float = SECONDS) -> None:
        """Read a database that exists, each query within so many seconds."""
        self._path = path
        self._seconds = seconds
        self._threads = ThreadPoolExecutor(_THREADS, "core-reader")
        self._free: list[_Connection] = []
        self._here: _Connection | None = None

    async def rows(self, query: str, values: Values, keys: int | None = None) -> Rows:
        """Give all rows of a query."""
        statement = _Statement(in_sqlite(query), sqlite_values(values))
        if keys is not None and keys <= FEW:
            try:
                return self._read_here(statement)
            except sqlite3.OperationalError:
                pass  # it is locked or takes long: a thread may wait
        statement.until = monotonic() + self._seconds
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._seconds):
                return await loop.run_in_executor(self._threads, self._read, statement)
        finally:
            statement.until = -inf

    async def close(self) -> None:
        """Let go of the database; what is still being read is awaited."""
        await asyncio.to_thread(self._threads.shutdown, cancel_futures=True)
        for connection in (*self._free, self._here):
            if connection:
                connection.close()

    def _read_here(self, statement: "_Statement") -> Rows:
        statement.until = monotonic() + AT_ONCE
        self._here = self._current(self._here, patience=0)
        return self._here.rows(statement)

    def _read(self, statement: "_Statement") -> Rows:
        """Read in a thread, which no other uses a connection with."""
        held = self._free.pop() if self._free else None
        connection = self._current(held, patience=self._seconds)
        try:
            return connection.rows(statement)
        except sqlite3.OperationalError as error:
            if monotonic() > statement.until:
                raise TimeoutError from error
            raise
        finally:
            self._free.append(connection)

    def _current(self, held: "_Connection | None", patience: float) -> "_Connection":
        """Give a connection to the file that is in place now."""
        file = file_at(self._path)
        if held and file in {held.file, None}:
            return held
        if held:
            held.close()
        return _Connection(self._path, patience)


class _Statement:
    """What is asked, and until when it may take."""

    __slots__ = ("sql", "until", "values")

    def __init__(self, sql: str, values: dict[str, object]) -> None:
        self.sql = sql
        self.values = values
        self.until = inf


class _Connection:
    """A connection that breaks off a statement when its time is over."""

    def __init__(self, path: Path, patience: float) -> None:
        self.file = file_at(path)
        self._running: _Statement | None = None
        self._sqlite = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro",
            uri=True,
            timeout=patience,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        self._sqlite.execute("PRAGMA cache_size=-16000")
        self._sqlite.set_progress_handler(self._overdue, _STEPS)

    def rows(self, statement: _Statement) -> Rows:
        self._running = statement
        return self._sqlite.execute(statement.sql, statement.values).fetchall()

    def close(self) -> None:
        self._sqlite.close()

    def _overdue(self) -> bool:
        return self._running is not None and monotonic() > self._running.until


def file_at(path: Path) -> tuple[int, int] | None:
    """Tell which file a path leads to now; another one after it was replaced."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
