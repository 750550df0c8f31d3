"""Generates a world: the same seed, the same world."""

import gc
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from errno import EBADMSG
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from random import Random

import orjson

from mock_departments.world.dealing import Contributor, deal
from mock_departments.world.enterprises import invent
from mock_departments.world.facts import INVENTIONS
from mock_departments.world.model import TrueEnterprise, TrueRecord
from mock_departments.world.register import register_of
from mock_departments.world.renewals import Renewing
from mock_departments.world.stories import AMBIGUOUS, tell
from mock_departments.world.writing import stranger, write

FORMAT = "5"
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


class BrokenWorld(OSError):
    """What lies where the world should be is no whole world; it is left alone."""

    def __init__(self, path: Path) -> None:
        """Name the file."""
        words = "不是完整的世界数据，未作改动：请移走 (not a whole world; move it away)"
        super().__init__(EBADMSG, words, str(path))


def is_world(path: Path, *, enterprises: int, seed: int) -> bool:
    """Say whether a world of these parameters lies there.

    False when there is none, or one of others; raises BrokenWorld for anything else.
    """
    wanted = {"format": FORMAT, "enterprises": str(enterprises), "seed": str(seed)}
    if not path.exists():
        return False
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            found = dict(database.execute("SELECT name, value FROM meta"))
            database.execute("SELECT 1 FROM record ORDER BY number DESC LIMIT 1")
    except sqlite3.DatabaseError as error:
        raise BrokenWorld(path) from error
    if not found.keys() >= wanted.keys():
        raise BrokenWorld(path)
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
        _fill(database, enterprises, seed, progress or (lambda _s, _d: None))
        database.executescript(_INDEXES)
        meta = {"format": FORMAT, "enterprises": enterprises, "seed": seed}
        database.executemany(
            "INSERT INTO meta VALUES (?, ?)", [(k, str(v)) for k, v in meta.items()]
        )
        database.commit()
    unfinished.rename(path)


def _fill(
    database: sqlite3.Connection, count: int, seed: int, progress: Progress
) -> None:
    """Write departments' records here while the register is invented beside us."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as beside:
        part = Path(database.execute("PRAGMA database_list").fetchone()[2] + ".part")
        register = beside.submit(_write_register, part, count, seed)
        people, told, index = _people(count, seed)
        progress("世界 world", 0.3)
        database.executemany(
            "INSERT INTO enterprise VALUES (?, ?, ?, ?, ?, ?)",
            map(_enterprise_row, people),
        )
        database.executemany("INSERT INTO story VALUES (?, ?)", index.items())
        progress("世界 world", 0.5)
        dealt = _department_records(people, Random(f"{seed} departments"))
        records = _replace_by_told(dealt, told)
        database.executemany(_INSERT, _numbered(records, 1))
        progress("世界 world", 0.8)
        register.result()
    database.commit()
    database.execute("ATTACH ? AS part", (str(part),))
    database.execute("INSERT INTO record SELECT * FROM part.record")
    database.commit()
    database.execute("DETACH part")
    part.unlink()
    progress("世界 world", 1.0)


def _people(
    count: int, seed: int
) -> tuple[list[TrueEnterprise], list[TrueRecord], dict[str, str]]:
    """Invent all enterprises, those with stories last, and the stories' records."""
    famous, told, index = tell(Random(f"{seed} stories"))
    ordinary = invent(count - len(famous), Random(f"{seed} enterprises"))
    return [*ordinary, *famous], told, index


def _write_register(path: Path, count: int, seed: int) -> None:
    """Invent what the commerce administration holds of every enterprise."""
    gc.disable()  # a process of its own, and short: nothing is worth collecting
    path.unlink(missing_ok=True)
    people, told, _ = _people(count, seed)
    random = Random(f"{seed} register")
    extra = [record for record in told if record.record_type == "annual_report"]
    reported = {record.usccs[0] for record in extra}
    register = (
        _register_record(who, kind, facts)
        for who in people
        if who.facts.get("story") != "none"
        for kind, facts in register_of(who, random)
        if not (kind == "ANNUAL_REPORT" and who.uscc in reported)
    )
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _TABLES
        )
        database.executemany(_INSERT, _numbered(chain(extra, register), 1_000_000))
        database.commit()


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
    graded: Counter[tuple[str, int]] = Counter()
    renewing = Renewing()
    for department, record_type, dealt, who in deal(people, random):
        serial = dealt
        if record_type == "tax_credit":  # one a year: counted by whom it is about
            serial = graded[department.code, who.number]
            graded[department.code, who.number] += 1
        record = _record(department, record_type, serial, who, random)
        yield renewing(record, serial)


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
    records: Iterable[TrueRecord], start: int
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
