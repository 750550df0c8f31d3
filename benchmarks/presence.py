"""Presence of a large province: memory, loading, conditions as set algebra."""

import gc
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from time import perf_counter

import psutil
from pyroaring import BitMap

from benchmarks.machine import described
from gateway.loading.ordinals import Ordinals
from gateway.loading.presence import Presence
from gateway.loading.shelf import Shelf
from gateway.narrowing import common
from schema.codes import uscc as codes
from schema.record_type import RecordType

ENTERPRISES = 1_000_000
DEPARTMENTS = 45
TYPES = (RecordType.LICENCE, RecordType.PENALTY, RecordType.COMMENDATION)
SHARES = (0.03, 0.01, 0.002)
"""Of all enterprises, how many a department holds records of each type about."""
BADLY_NAMED = 0.05
"""Of them, how many it calls by a name or number, whose hash is kept."""
_MIB = 1_048_576
_ROUNDS = 20


def report() -> str:
    """Write a large province's presence, read it in a new process, and ask it."""
    with tempfile.TemporaryDirectory() as directory:
        _write(Path(directory))
        size = sum(path.stat().st_size for path in Path(directory).iterdir())
        told = subprocess.run(
            [sys.executable, "-m", "benchmarks.presence", directory],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    lines = [
        f"{described()}, one core. {ENTERPRISES:,} invented enterprises, "
        f"{DEPARTMENTS} departments with {len(TYPES)} record types each "
        f"({size / _MIB:.0f} MiB on disk). Three conditions: a licence, a penalty and "
        "a commendation of any department. Scanning looks at every enterprise in "
        "turn, its records already at hand as sets; departments would have to be "
        "read before.",
        "",
        "| what | measured | goal |",
        "| --- | --- | --- |",
        told.strip(),
    ]
    return "\n".join(lines)


def _write(directory: Path) -> None:
    """Invent presence; the same every time."""
    random = Random(20161020)
    ordinals = Ordinals("".join(map(_code, range(ENTERPRISES))).encode())
    shelf, now = Shelf(directory), datetime.now(UTC)
    shelf.number(ordinals)
    for number in range(DEPARTMENTS):
        for record_type, share in zip(TYPES, SHARES, strict=True):
            many = int(ENTERPRISES * share)
            named = BitMap(random.sample(range(1 << 26), int(many * BADLY_NAMED)))
            held = BitMap(random.sample(range(ENTERPRISES), many))
            one = Presence(f"D{number:02}", record_type, now, now)
            one.held, one.surely, one.calls = held, held, named
            shelf.put(f"D{number:02}.{record_type.value}.presence", one, ordinals)


def _code(number: int) -> str:
    first = f"91630102{number:08d}7"
    return first + codes.check_character(first)


def _measured(directory: Path) -> Iterator[tuple[str, str, str]]:
    shelf, process = Shelf(directory), psutil.Process()
    before, started = process.memory_info().rss, perf_counter()
    ordinals = shelf.ordinals()
    presences = [*shelf.presences(ordinals).values()]
    seconds = perf_counter() - started
    gc.collect()
    memory = (process.memory_info().rss - before) / _MIB
    yield "memory", f"{memory:.0f} MiB", "< 100 MiB"
    yield "loading", f"{seconds:.2f} s", "< 5 s"
    groups = [[p for p in presences if p.record_type is one] for one in TYPES]
    algebra = _median(lambda: [ordinals.code(number) for number in common(groups)])
    sets = [set().union(*(one.held for one in group)) for group in groups]
    scanning = _median(
        lambda: [
            ordinals.code(number)
            for number in range(len(ordinals))
            if all(number in one for one in sets)
        ]
    )
    found = len(common(groups))
    yield f"three conditions, {found:,} met", f"{algebra * 1000:.1f} ms", ""
    yield "… by scanning", f"{scanning * 1000:.0f} ms", ""
    matching = _median(lambda: common(groups))
    yield "… the matching set alone", f"{matching * 1000:.2f} ms", ""
    ratio = scanning / matching
    yield "scanning ÷ set algebra", f"{ratio:.0f} ×", "> 50 ×"


def _median(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(_ROUNDS):
        started = perf_counter()
        work()
        taken.append(perf_counter() - started)
    return statistics.median(taken)


if __name__ == "__main__":
    for figure in _measured(Path(sys.argv[1])):
        print(f"| {' | '.join(figure)} |")
