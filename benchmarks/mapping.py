"""Mapping of records, beside decoding the JSON that they came as."""

import statistics
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import process_time
from typing import TypeVar

import orjson

from adapters.contract import Row, SetAside
from adapters.declaration import load
from adapters.entries import Entry
from adapters.kinds.exact_json import read_json
from adapters.mapping import Mapper
from adapters.registry import DEPARTMENTS as DECLARATIONS
from benchmarks.machine import described
from mock_departments.rest.departments import DEPARTMENTS
from mock_departments.world.generate import generate
from mock_departments.world.model import World
from mock_departments.world.reader import open_world
from mock_departments.writing import write
from schema.record_type import RecordType

T = TypeVar("T")
GOAL = 2.0
"""Times the decoding of the same records."""
ENTERPRISES = 5_000
CODES = ("QH-EPD", "QH-FDA", "QH-SAW", "QH-FPC")
"""Three by the standard of 2018 and one by that of 2015, in their own ways."""
_A_CALL = 200
"""Records of one answer."""
_LEAST = 50
"""Fewer records are no measure."""
_SECONDS = 0.5
_ROUNDS = 5


def report() -> str:
    """Generate a province, and map what some departments say of it."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "world.sqlite"
        generate(path, enterprises=ENTERPRISES, seed=1)
        lines = list(_lines(open_world(path)))
    return "\n".join(
        [
            f"{described()}. Processor time per record, of answers of {_A_CALL}: "
            "`orjson` alone, the reading of JSON that keeps fractions exact, and the "
            "mapping of its rows to records. Texts come again as they do at "
            "departments.",
            "",
            "| answers | records | `orjson` µs | decoding µs | mapping µs "
            "| mapping ÷ decoding | goal |",
            "|---|--:|--:|--:|--:|--:|--:|",
            *lines,
        ]
    )


def _lines(world: World) -> Iterator[str]:
    for code, record_type, rows in _answers(world):
        mapper = Mapper(load(DECLARATIONS / f"{code}.toml").sections[record_type])
        texts = [
            orjson.dumps({"rows": rows[start : start + _A_CALL]})
            for start in range(0, len(rows), _A_CALL)
        ]
        plain = _seconds(texts, orjson.loads)
        decoding = _seconds(texts, read_json)
        decoded = [orjson.loads(text)["rows"] for text in texts]
        mapping = _seconds(decoded, _mapping(mapper))
        count = len(rows)
        yield (
            f"| {code} {record_type.value} | {count} | {_micro(plain, count)} "
            f"| {_micro(decoding, count)} | {_micro(mapping, count)} "
            f"| {mapping / decoding:.2f} | {GOAL:g} |"
        )


def _answers(world: World) -> Iterator[tuple[str, RecordType, list[Row]]]:
    styles = {one.code: one.style for one in DEPARTMENTS}
    for code in CODES:
        for kind in sorted(world.record_types(code)):
            records = world.records(code, kind)
            rows: list[Row] = [write(one, styles[code]) for one in records]
            if len(rows) >= _LEAST:
                yield code, RecordType(kind), rows


def _mapping(mapper: Mapper) -> Callable[[list[Row]], list[Entry]]:
    """Map as `map_rows` does; all rows of these departments can be read."""
    now = datetime.now(UTC)
    quickly, carefully = mapper.quickly, mapper.carefully

    def mapped(rows: list[Row]) -> list[Entry]:
        entries = [quickly(row, now) or carefully(row, "", now) for row in rows]
        assert not any(isinstance(one, SetAside) for one in entries)
        return entries

    return mapped


def _seconds(parts: Sequence[T], work: Callable[[T], object]) -> float:
    """Give the processor's seconds for all parts once; the median of some rounds."""
    return statistics.median(_round(parts, work) for _ in range(_ROUNDS))


def _round(parts: Sequence[T], work: Callable[[T], object]) -> float:
    turns, started = 0, process_time()
    while (taken := process_time() - started) < _SECONDS:
        for part in parts:
            work(part)
        turns += 1
    return taken / turns


def _micro(seconds: float, count: int) -> str:
    return f"{seconds / count * 1e6:.2f}"
