"""Generates a world: the same seed, the same world."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from random import Random

import orjson

from mock_departments.world.dealing import Contributor, deal
from mock_departments.world.enterprises import invent
from mock_departments.world.facts import INVENTIONS
from mock_departments.world.model import TrueEnterprise, TrueRecord
from mock_departments.world.register import register_of
from mock_departments.world.stories import AMBIGUOUS, tell
from mock_departments.world.writing import stranger, write

FORMAT = "1"
Progress = Callable[[str, float], None]

_TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE story (name TEXT PRIMARY KEY, about TEXT NOT NULL);
CREATE TABLE enterprise (
  number INTEGER PRIMARY KEY, uscc TEXT NOT NULL, registration_number TEXT,
  name TEXT NOT NULL, former_names BLOB NOT NULL, facts BLOB NOT NULL);
CREATE TABLE record (
  number INTEGER PRIMARY KEY, department TEXT NOT NULL, record_type TEXT NOT NULL,
  usccs BLOB NOT NULL, written BLOB NOT NULL, facts BLOB NOT NULL, dirt BLOB NOT NULL);
"""
_INDEXES = """
CREATE UNIQUE INDEX enterprise_uscc ON enterprise (uscc);
CREATE INDEX record_department ON record (department, record_type);
"""


def is_world(path: Path, *, enterprises: int, seed: int) -> bool:
    """Say whether a whole world of these parameters lies there."""
    wanted = {"format": FORMAT, "enterprises": str(enterprises), "seed": str(seed)}
    if not path.exists():
        return False
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            found = dict(database.execute("SELECT name, value FROM meta"))
    except sqlite3.DatabaseError:
        return False
    return found == wanted


def generate(
    path: Path,
    *,
    enterprises: int = 66_800,
    seed: int = 20161020,
    progress: Progress | None = None,
) -> None:
    """Write a world to a file, whole or not at all."""
    unfinished = path.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    with closing(sqlite3.connect(unfinished)) as database:
        database.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _TABLES
        )
        _fill(database, enterprises, Random(seed), progress or (lambda _s, _d: None))
        database.executescript(_INDEXES)
        meta = {"format": FORMAT, "enterprises": enterprises, "seed": seed}
        database.executemany(
            "INSERT INTO meta VALUES (?, ?)", [(k, str(v)) for k, v in meta.items()]
        )
        database.commit()
    unfinished.rename(path)


def _fill(
    database: sqlite3.Connection, count: int, random: Random, progress: Progress
) -> None:
    famous, told, index = tell(Random(random.random()))
    ordinary = list(invent(count - len(famous), random))
    people = [*ordinary, *famous]
    progress("世界 world", 0.2)
    database.executemany(
        "INSERT INTO enterprise VALUES (?, ?, ?, ?, ?, ?)", map(_enterprise_row, people)
    )
    database.executemany("INSERT INTO story VALUES (?, ?)", index.items())
    progress("世界 world", 0.35)
    records = _replace_by_told(_department_records(people, random), told)
    database.executemany(_INSERT, _numbered(records, 1))
    progress("世界 world", 0.65)
    silent = {"none"}
    register = (
        _register_record(who, kind, facts)
        for who in people
        if who.facts.get("story") not in silent
        for kind, facts in register_of(who, random)
    )
    extra = [record for record in told if record.record_type == "annual_report"]
    reported = {record.usccs[0] for record in extra}
    kept = (
        record
        for record in register
        if record.record_type != "annual_report" or record.usccs[0] not in reported
    )
    database.executemany(_INSERT, _numbered([*extra, *kept], 1_000_000))
    progress("世界 world", 1.0)


_INSERT = "INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?)"


def _enterprise_row(who: TrueEnterprise) -> tuple[object, ...]:
    former = orjson.dumps(who.former_names)
    return (
        who.number,
        who.uscc,
        who.registration_number,
        who.name,
        former,
        orjson.dumps(who.facts),
    )


def _department_records(
    people: Sequence[TrueEnterprise], random: Random
) -> Iterator[TrueRecord]:
    for department, record_type, serial, who in deal(people, random):
        yield _record(department, record_type, serial, who, random)


def _record(
    department: Contributor,
    record_type: str,
    serial: int,
    who: TrueEnterprise,
    random: Random,
) -> TrueRecord:
    facts = INVENTIONS[record_type](
        department.code, department.name, who, serial, random
    )
    identity = write(department.code, department.key, who, random, (AMBIGUOUS,))
    if department.code == "QH-MET" and serial == 3:
        identity = stranger(serial, "西宁无此代码工程有限公司")
    return TrueRecord(
        0,
        department.code,
        record_type,
        identity.usccs,
        identity.written,
        facts,
        identity.dirt,
    )


def _replace_by_told(
    records: Iterator[TrueRecord], told: Sequence[TrueRecord]
) -> Iterator[TrueRecord]:
    """Put the stories' records in place of ordinary ones, so that counts stay."""
    waiting: dict[tuple[str, str], list[TrueRecord]] = {}
    for record in told:
        if record.record_type != "annual_report":
            waiting.setdefault((record.department, record.record_type), []).append(
                record
            )
    for record in records:
        mine = waiting.get((record.department, record.record_type))
        yield mine.pop() if mine else record
    for rest in waiting.values():
        yield from rest


def _register_record(
    who: TrueEnterprise, kind: str, facts: dict[str, object]
) -> TrueRecord:
    written: dict[str, str | None] = {"uscc": who.uscc}
    return TrueRecord(0, "QH-AMR", kind.lower(), (who.uscc,), written, facts)


def _numbered(
    records: Iterator[TrueRecord] | Sequence[TrueRecord], start: int
) -> Iterator[tuple[object, ...]]:
    for number, record in enumerate(records, start):
        yield (
            number,
            record.department,
            record.record_type.upper(),
            orjson.dumps(record.usccs),
            orjson.dumps(record.written),
            orjson.dumps(record.facts),
            orjson.dumps(sorted(record.dirt)),
        )
