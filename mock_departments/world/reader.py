"""Reads a generated world."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import orjson

from mock_departments.world.model import TrueEnterprise, TrueRecord


class StoredWorld:
    """A world in its file; every call reads it."""

    def __init__(self, path: Path) -> None:
        """Read from `path`; raises FileNotFoundError when nothing lies there."""
        if not path.exists():
            raise FileNotFoundError(2, "没有世界数据 no world here", str(path))
        self._path = path

    @property
    def seed(self) -> int:
        """The seed that made it."""
        return int(self._rows("SELECT value FROM meta WHERE name = 'seed'")[0][0])

    @property
    def size(self) -> int:
        """How many enterprises it has."""
        return int(self._rows("SELECT count(*) FROM enterprise")[0][0])

    def enterprises(self) -> Iterator[TrueEnterprise]:
        """Yield all, in order of `number`."""
        for row in self._rows("SELECT * FROM enterprise ORDER BY number"):
            yield _enterprise(row)

    def enterprise(self, uscc: str) -> TrueEnterprise | None:
        """Find one."""
        rows = self._rows("SELECT * FROM enterprise WHERE uscc = ?", uscc)
        return _enterprise(rows[0]) if rows else None

    def records(self, department: str, record_type: str) -> Sequence[TrueRecord]:
        """Give what a department holds, in order of `number`."""
        rows = self._rows(
            "SELECT * FROM record WHERE department = ? AND record_type = ? "
            "ORDER BY number",
            department,
            record_type,
        )
        return [_record(row) for row in rows]

    def record_types(self, department: str) -> Sequence[str]:
        """Name the record types that a department holds."""
        rows = self._rows(
            "SELECT DISTINCT record_type FROM record WHERE department = ? ORDER BY 1",
            department,
        )
        return [row[0] for row in rows]

    def stories(self) -> Mapping[str, str]:
        """Name of the story to the USCC (or name) that it is about."""
        return {row[0]: row[1] for row in self._rows("SELECT name, about FROM story")}

    def _rows(self, sql: str, *values: str) -> list[tuple[str, ...]]:
        database = sqlite3.connect(f"file:{self._path}?mode=ro", uri=True)
        try:
            return database.execute(sql, values).fetchall()
        finally:
            database.close()


def open_world(path: Path) -> StoredWorld:
    """Open a generated world."""
    return StoredWorld(path)


def _enterprise(row: Sequence[str]) -> TrueEnterprise:
    number, uscc, registration_number, name, former, facts = row
    return TrueEnterprise(
        int(number),
        uscc,
        registration_number,
        name,
        tuple(orjson.loads(former)),
        orjson.loads(facts),
    )


def _record(row: Sequence[str]) -> TrueRecord:
    number, department, record_type, usccs, written, facts, dirt = row
    return TrueRecord(
        int(number),
        department,
        record_type,
        tuple(orjson.loads(usccs)),
        orjson.loads(written),
        orjson.loads(facts),
        frozenset(orjson.loads(dirt)),
    )
