"""Measures the gateway on the whole demonstration; takes some minutes."""

import asyncio
import statistics
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.demo import questions
from benchmarks.demo.calls import Calls, count_calls
from benchmarks.demo.demonstration import Demonstration, running
from benchmarks.machine import described

ROUNDS = 30


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing that was measured."""

    name: str
    value: str
    goal: str = ""


def report() -> str:
    """Measure everything; give the table in Markdown."""
    with tempfile.TemporaryDirectory() as directory:
        data = Path(directory) / "data"
        figures = list(_measured(data))
    lines = [
        f"{described()}; the whole demonstration (66,800 enterprises, 45 departments "
        "with their delays) on the same machine.",
        "",
        "| what | measured | goal |",
        "| --- | --- | --- |",
        *(f"| {one.name} | {one.value} | {one.goal} |" for one in figures),
    ]
    return "\n".join(lines)


def _measured(data: Path) -> Iterator[Figure]:
    for measure in (_fresh, _again):
        for figure in measure(data):
            print(f"{figure.name}: {figure.value}  {figure.goal}", flush=True)
            yield figure


def _fresh(data: Path) -> Iterator[Figure]:
    with running(data) as demonstration:
        seconds = demonstration.first_answer
        yield Figure("first start to first answer", f"{seconds:.1f} s", "< 45 s")


def _again(data: Path) -> Iterator[Figure]:
    with running(data) as demonstration:
        seconds = demonstration.first_answer
        yield Figure("second start to first answer", f"{seconds:.1f} s", "< 5 s")
        yield _memory(demonstration, "memory after the start")
        demonstration.settle()
        yield from _core(demonstration)
        yield from _departments(demonstration)
        yield from _calls(demonstration)
        for name, query in questions.EVERYTHING.items():
            demonstration.ask(query)
            yield _memory(demonstration, f"memory after reading all {name}")


def _memory(demonstration: Demonstration, name: str) -> Figure:
    return Figure(name, f"{demonstration.memory():.0f} MiB", "< 500 MiB")


def _core(demonstration: Demonstration) -> Iterator[Figure]:
    query = "{ enterprises(first: 1) { nodes { uscc } } }"
    data, _ = demonstration.ask(query)
    variables = {"uscc": data["enterprises"]["nodes"][0]["uscc"]}
    for name, query in questions.CORE.items():
        given = variables if "$uscc" in query else {}
        seconds = _rounds(partial(_seconds, demonstration, query, given))
        yield Figure(f"core: {name}", _times(seconds))


def _seconds(
    demonstration: Demonstration, query: str, variables: dict[str, object]
) -> float:
    return demonstration.ask(query, variables)[1]


def _departments(demonstration: Demonstration) -> Iterator[Figure]:
    """Compare an answer's time with the slowest department that was asked."""
    times, ratios = [], []
    for _ in range(ROUNDS):
        data, seconds = demonstration.ask(questions.FIFTY)
        slowest = max(_latencies(data)) / 1000
        times.append(seconds)
        ratios.append(seconds / slowest)
    yield Figure("50 enterprises × 3 lists", _times(times))
    middle, worst = statistics.median(ratios), max(ratios)
    yield Figure(
        "… ÷ the slowest department",
        f"{middle:.2f} (highest {worst:.2f} of {ROUNDS})",
        "≤ 1.3",
    )


def _latencies(data: dict[str, dict[str, list[dict[str, object]]]]) -> Iterator[float]:
    for node in data["enterprises"]["nodes"]:
        for listed in node.values():
            if isinstance(listed, dict):
                for source in listed["completeness"]["sources"]:
                    yield source["latencyMs"] or 0.0


def _calls(demonstration: Demonstration) -> Iterator[Figure]:
    for enterprises in (50, 1000):
        query = questions.many(enterprises)
        count = partial(count_calls, demonstration.data, query, enterprises)
        counted = asyncio.run(count(presence=False))
        total, allowed = sum(c.calls for c in counted), sum(c.allowed for c in counted)
        above = [_named(one) for one in counted if one.calls > one.allowed]
        value = f"{total} calls of {len(counted)} departments' lists"
        if above:
            value += f"; above the goal: {', '.join(above)}"
        yield Figure(f"{enterprises} enterprises × 3 lists", value, f"≤ {allowed}")
        spared = sum(one.calls for one in asyncio.run(count(presence=True)))
        yield Figure("… with presence", f"{spared} calls")


def _named(one: Calls) -> str:
    return f"{one.department} {one.record_type} {one.calls} instead of {one.allowed}"


def _rounds(measure: Callable[[], float]) -> list[float]:
    measure()
    return [measure() for _ in range(ROUNDS)]


def _times(seconds: list[float]) -> str:
    ordered = sorted(second * 1000 for second in seconds)
    late = ordered[int(len(ordered) * 0.95)]
    return f"{statistics.median(ordered):.1f} ms (p95 {late:.1f} ms)"
