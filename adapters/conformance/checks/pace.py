"""G: fast enough, and no worse than before."""

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

import orjson

from adapters.code_lists import meanings
from adapters.conformance.bench import Bench
from adapters.conformance.check import Check, Need
from adapters.conformance.outcomes import Finding
from adapters.conformance.snapshot import Shape, Snapshot, codes_seen, percentile
from adapters.declaration import Declaration
from adapters.digests import canonical
from adapters.field_rule import FieldRule
from adapters.section import Section
from schema.records import RECORDS

T = TypeVar("T")
_ROWS = 200
_TRIES = 3
_TIMES_JSON = 50
"""Far more than `make bench` allows (2): this machine may be busy."""
_ROW = 0.002
"""Seconds that a row takes at the most."""
_LEAST = 0.05
"""Seconds that are never too slow."""


async def _fast(bench: Bench) -> Sequence[Finding]:
    found: list[Finding] = []
    for record_type in bench.record_types:
        records = (await bench.listing(record_type)).records[:_ROWS]
        if not records:
            continue
        rows = [one.raw for one in records]
        texts = [canonical(row) for row in rows]
        read = partial(bench.adapter.read, record_type, as_of=records[0].as_of)
        took, decoded = _best(read, rows), _best(orjson.loads, texts)
        if took > _ROW * len(rows) and took > _TIMES_JSON * decoded:
            found.append(
                Finding(
                    f"映射一行 {took / len(rows) * 1000:.1f} 毫秒，"
                    f"是解码 JSON 的 {took / decoded:.0f} 倍 (mapping a row)",
                    f"{_ROW * 1000:g} 毫秒以内 (at most)",
                    f"{record_type.value}: {len(rows)} 行 (rows)",
                    bench.place(f"{record_type.value}.fields"),
                )
            )
    return [*found, *await _slower(bench)]


async def _compatible(bench: Bench) -> Sequence[Finding]:
    accepted = bench.materials.accepted
    if accepted is None or bench.materials.breaking:
        return ()
    want = "与上次接受的版本兼容，或写明 --breaking 原因 (compatible, or a reason)"
    return [
        Finding(words, want, table, bench.place(table, key))
        for words, table, key in breaches(accepted, bench.declaration)
    ]


async def _alike(bench: Bench) -> Sequence[Finding]:
    before = bench.materials.baseline
    if before is None:
        return ()
    now = await snapshot_of(bench)
    return [
        Finding(words, "与快照相同 (as in the snapshot)", name, bench.place(name))
        for name, shape in before.record_types.items()
        for words in _changes(shape, now.record_types.get(name))
    ]


async def snapshot_of(bench: Bench) -> Snapshot:
    """Sum up what was seen: shape and pace; raises Blocked."""
    shapes: dict[str, Shape] = {}
    for record_type in bench.record_types:
        section = bench.declaration.sections[record_type]
        listing = await bench.listing(record_type)
        rows = listing.rows
        calls = [one for one in bench.watch.calls if one.record_type is record_type]
        times = [one.took for one in calls if one.fault is None]
        codes = {name: list(some) for name, some in codes_seen(section, rows).items()}
        shapes[record_type.value] = Shape(
            sorted({column for row in rows for column in row}),
            codes,
            len(rows),
            round(percentile(times, 0.5), 4),
            round(percentile(times, 0.95), 4),
        )
    return Snapshot(bench.declaration.department, shapes)


def breaches(old: Declaration, new: Declaration) -> Iterator[tuple[str, str, str]]:
    """Yield what users of the old version lose: words, table and key."""
    if old.department != new.department:
        yield f"部门 {old.department} 变为 {new.department} (department)", "source", ""
    for record_type in old.provides:
        name = record_type.value
        if record_type not in new.sections:
            yield f"不再提供 {name} (no longer provided)", "source", "provides"
            continue
        before, after = old.sections[record_type], new.sections[record_type]
        for lost in before.fields.keys() - after.fields.keys():
            yield f"{name}.{lost} 不再有 (field lost)", f"{name}.fields", ""
        for field in before.fields.keys() & after.fields.keys():
            if gone := sorted(_values(before, field) - _values(after, field)):
                words = f"{name}.{field} 不再有 {'、'.join(gone)} (codes lost)"
                yield words, f"{name}.fields", field
        if before.natural_key != after.natural_key:
            yield f"{name}.natural_key 变了 (changed)", name, "natural_key"


def _values(section: Section, field: str) -> frozenset[str]:
    """Give the enum values that a field can have."""
    rule: FieldRule = section.fields[field]
    if rule.codes is not None:
        return frozenset({*meanings(rule.codes), *filter(None, [rule.otherwise])})
    enum = RECORDS[section.record_type].fields[field].enum
    listed = rule.read in {"code", "codes"} and enum is not None
    return frozenset(enum.__members__) if listed and enum is not None else frozenset()


async def _slower(bench: Bench) -> Sequence[Finding]:
    before = bench.materials.baseline
    if before is None:
        return ()
    now, times = await snapshot_of(bench), bench.terms.tolerance
    found: list[Finding] = []
    for name, shape in before.record_types.items():
        after = now.record_types.get(name)
        if after is None or not shape.p95:
            continue
        allowed = max(shape.p95 * times, shape.p95 + _LEAST)
        if after.p95 > allowed:
            seen = f"p95 {after.p95:.3f} 秒，快照时 {shape.p95:.3f} (then)"
            want = f"{allowed:.3f} 秒以内 (at most)"
            place = bench.place("source", "deadline")
            found.append(Finding(seen, want, name, place))
    return found


def _changes(before: Shape, after: Shape | None) -> Iterator[str]:
    if after is None or not after.rows:
        yield f"没有记录了，快照时有 {before.rows} 条 (no rows any more)"
        return
    for column in sorted({*after.columns} - {*before.columns}):
        yield f"新的列 {column} (a new column)"
    for column in sorted({*before.columns} - {*after.columns}):
        yield f"少了列 {column} (a column is gone)"
    for column, codes in after.codes.items():
        known = before.codes.get(column)
        if known and (new := sorted({*codes} - {*known})):
            yield f"{column} 有新的代码 {'、'.join(new[:5])} (new codes)"
    if after.rows * 2 < before.rows or after.rows > before.rows * 2:
        yield f"{after.rows} 条，快照时 {before.rows} 条 (another volume)"


def _best(work: Callable[[T], object], them: Sequence[T]) -> float:
    """Give the shortest of a few times, in seconds; one try when that is long."""
    best = float("inf")
    for _ in range(_TRIES):
        started = time.perf_counter()
        for one in them:
            work(one)
        best = min(best, time.perf_counter() - started)
        if best > 1:
            break
    return best


def _accepted(bench: Bench) -> str:
    if bench.materials.accepted is None:
        return "没有给出上次接受的版本 (no accepted version was given)"
    return bench.materials.breaking and f"--breaking: {bench.materials.breaking}"


CHECKS = (
    Check("G1", "速度", "speed", _fast),
    Check(
        *("G2", "与上次的版本兼容", "compatible with the accepted version"),
        _compatible,
        need=Need.ACCEPTED,
        applies=_accepted,
    ),
    Check("G3", "与快照相同", "like the snapshot", _alike, need=Need.BASELINE),
)
