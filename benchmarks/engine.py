"""The engine alone: from loaded objects to a result, beside the JSON encoder."""

import statistics
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import perf_counter

import orjson
import strawberry
import uvloop
from graphql import parse, validate
from strawberry.schema.config import StrawberryConfig

from benchmarks.machine import described
from benchmarks.peers import records, world
from benchmarks.peers.questions import QUESTIONS
from benchmarks.peers.strawberry_types import (
    Assistance,
    Licences,
    Penalties,
    assistance_of,
    licence_of,
    penalty_of,
)
from gateway.bindings import NATIVES, bind_schema
from gateway.collector import spare_what_stays
from gateway.engine import Engine, LeafTypes, Prepared, Request, prepare
from schema.scalars import SCALARS, USCC, write_decimal

_SECONDS = 1.0
"""For which one thing is measured."""
_GOALS = {"Q3": 4.0, "Q4": 6.0}
_GROWTH = (1, 10, 100, 1_000, 8_334)
"""Enterprises of 12 fields each."""


@strawberry.type
class Enterprise:
    """An enterprise with all its records at hand."""

    uscc: USCC
    name: str
    licences: Licences
    penalties: Penalties
    judicial_assistance: Assistance


@strawberry.type
class Enterprises:
    """A list of enterprises."""

    nodes: list[Enterprise]


@strawberry.type
class Query:
    """What can be asked."""

    enterprises: Enterprises


@dataclass(frozen=True, slots=True)
class Timed:
    """How long one execution takes, and its result as JSON."""

    seconds: float
    encoding: float
    """Seconds that the encoder takes for the same result."""
    body: bytes
    fields: int
    """Leaves in the result."""
    memory: int
    """Bytes allocated at the most, the response included."""


def report() -> str:
    """Measure the questions of departments' records, and growth; write tables."""
    engine = _engine()
    lines = [
        f"{described()}, one core. From loaded objects to the result: "
        "`Engine.execute`, beside `orjson.dumps` of the same result. Memory is what "
        "executing and encoding allocate at the most, in sizes of the response.",
        "",
        "| | fields | bytes | engine µs | encoder µs | ratio | goal | memory | goal |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
        *(_question(engine, name) for name in _GOALS),
        "",
        "Growth (Q4's selection, 12 fields for each enterprise; the first row asks for "
        "one field):",
        "",
        "| fields | engine µs | ns a field |",
        "|--:|--:|--:|",
        *_growth(engine),
    ]
    return "\n".join(lines)


def _question(engine: Engine, name: str) -> str:
    question = QUESTIONS[name]
    timed = _timed(engine, _text(question.selection), question.enterprises)
    cells = (
        name,
        f"{timed.fields:,}",
        f"{len(timed.body):,}",
        f"{timed.seconds * 1e6:,.0f}",
        f"{timed.encoding * 1e6:,.0f}",
        f"{timed.seconds / timed.encoding:.1f} ×",
        f"≤ {_GOALS[name]:.0f} ×",
        f"{timed.memory / len(timed.body):.1f} ×",
        "≤ 3 ×",
    )
    return f"| {' | '.join(cells)} |"


def _growth(engine: Engine) -> Iterator[str]:
    whole = _text(QUESTIONS["Q4"].selection)
    sizes = [(_text("uscc"), 1), *((whole, size) for size in _GROWTH)]
    for text, size in sizes:
        timed = _timed(engine, text, size)
        each = timed.seconds * 1e9 / timed.fields
        yield f"| {timed.fields:,} | {timed.seconds * 1e6:,.1f} | {each:,.0f} |"


def _engine() -> Engine:
    config = StrawberryConfig(scalar_map=SCALARS)
    schema = strawberry.Schema(Query, config=config)
    return Engine(bind_schema(schema._schema), LeafTypes(NATIVES))  # noqa: SLF001 - no public name


def _text(selection: str) -> str:
    return f"{{ enterprises {{ nodes {{ {selection} }} }} }}"


def _timed(engine: Engine, text: str, enterprises: int) -> Timed:
    document = parse(text)
    faults = validate(engine.schema, document)
    if faults:
        raise faults[0]
    root = Query(enterprises=Enterprises(nodes=_loaded(enterprises)))
    spare_what_stays()
    return uvloop.run(_executed(engine, prepare(document), root))


async def _executed(engine: Engine, prepared: Prepared, root: Query) -> Timed:
    result = await engine.execute(Request(prepared, root=root))
    if result.errors:
        raise result.errors[0]
    taken: list[float] = []
    until = perf_counter() + _SECONDS
    while perf_counter() < until or not taken:
        started = perf_counter()
        await engine.execute(Request(prepared, root=root))
        taken.append(perf_counter() - started)
    return Timed(
        statistics.median(taken),
        _median(lambda: orjson.dumps(result.data, write_decimal)),
        orjson.dumps(result.data, write_decimal),
        _leaves(result.data),
        await _allocated(engine, prepared, root),
    )


async def _allocated(engine: Engine, prepared: Prepared, root: Query) -> int:
    tracemalloc.start()
    try:
        result = await engine.execute(Request(prepared, root=root))
        orjson.dumps(result.data, write_decimal)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _median(work: Callable[[], object]) -> float:
    taken: list[float] = []
    until = perf_counter() + _SECONDS
    while perf_counter() < until:
        started = perf_counter()
        work()
        taken.append(perf_counter() - started)
    return statistics.median(taken)


def _leaves(data: object) -> int:
    if isinstance(data, dict):
        return sum(map(_leaves, data.values()))
    return sum(map(_leaves, data)) if isinstance(data, list) else 1


def _loaded(enterprises: int) -> list[Enterprise]:
    return [_enterprise(number) for number in range(1, enterprises + 1)]


def _enterprise(number: int) -> Enterprise:
    return Enterprise(
        uscc=USCC(world.code(number)),
        name=world.name(number),
        licences=Licences(nodes=[licence_of(r) for r in records.licences(number)]),
        penalties=Penalties(nodes=[penalty_of(r) for r in records.penalties(number)]),
        judicial_assistance=Assistance(
            nodes=[assistance_of(r) for r in records.assistance(number)]
        ),
    )
