"""@defer and @stream: parts that add up to the whole, as they come."""

import asyncio
import gc
from collections.abc import AsyncIterator, Iterator, Sequence
from random import Random
from typing import Any

import pytest
from graphql import (
    GraphQLDeferDirective,
    GraphQLSchema,
    GraphQLStreamDirective,
    build_schema,
    parse,
    specified_directives,
    validate,
)
from hypothesis import HealthCheck, example, given, settings, strategies as st

from gateway.engine import Binding, Engine, Request, bind, prepare
from gateway.engine.reference import ReferenceEngine
from tests.gateway.engine.assembling import Assembled, assembled

pytestmark = pytest.mark.anyio
SDL = """
type Query { a: Int  node: Node  nodes: [Node!]!  maybe: [Node]  numbers: [Int]
  ticks: [Node!]  broken: [Node] }
type Node { id: ID!  n: Int  must: Int!  kids: [Node!]  next: Node  slow: Int }
"""


class Node:
    """A node; every third one lacks what it must have."""

    def __init__(self, number: int, depth: int = 2) -> None:
        self.id = str(number)
        self.n = number
        self.must = None if number % 3 == 2 else number
        self.slow = number
        self.next = Node(number + 1, depth - 1) if depth else None
        self.kids = [Node(number + k, depth - 1) for k in range(2)] if depth else []


async def _ticks(*_: object) -> AsyncIterator[Node]:
    for number in range(4):
        yield Node(number, 0)


async def _broken(*_: object) -> AsyncIterator[Node]:
    yield Node(0, 0)
    raise ValueError("the list broke off")


ROOT: dict[str, Any] = {
    "a": 1,
    "node": Node(1),
    "nodes": [Node(number) for number in range(3)],
    "maybe": [Node(0), None, Node(2)],
    "numbers": [1, None, 3],
    "ticks": _ticks,
    "broken": _broken,
}


async def _slow(parents: Sequence[Node], _info: object) -> list[object]:
    await asyncio.sleep(0)
    return [one.slow for one in parents]


def schema() -> GraphQLSchema:
    given = build_schema(SDL).to_kwargs()
    incremental = (GraphQLDeferDirective, GraphQLStreamDirective)
    given["directives"] = (*specified_directives, *incremental)
    built = GraphQLSchema(**given)
    node: Any = built.type_map["Node"]
    bind(node.fields["slow"], Binding(batch=_slow))
    for name in ("id", "n", "must", "kids", "next"):
        bind(node.fields[name], Binding(attribute=name))
    return built


ENGINE, REFERENCE = Engine(schema()), ReferenceEngine(schema())


async def both(text: str, **variables: object) -> tuple[Assembled, Assembled]:
    document = parse(text)
    assert not validate(ENGINE.schema, document)
    found = []
    for engine in (ENGINE, REFERENCE):
        results = await engine.execute_incrementally(
            Request(prepare(document), variables, root=ROOT)
        )
        found.append(await assembled(results))
    return found[0], found[1]


@pytest.mark.parametrize(
    "text",
    [
        "{ a ... @defer { node { id } } }",
        "{ nodes { id ... @defer(label: \"x\") { n next { slow } } } }",
        "{ nodes { id ... @defer { must } ... @defer(label: \"o\") { n } } }",
        "{ node { id ... @defer { n ... @defer(label: \"B\") { next { id } } } } }",
        "{ node { id ... @defer { must next { must } } } }",
        "{ node { next { id } } ... @defer { node { next { n } } }"
        " ... @defer(label: \"B\") { node { next { n slow } n } } }",
        "{ ... @defer { node { id } } ...F @defer } fragment F on Query { a }",
        "{ a ... @defer(if: false) { node { id } } }",
        "{ numbers @stream(initialCount: 1, label: \"s\") }",
        "{ numbers @stream(if: false) }",
        "{ ticks @stream(initialCount: 1) { id } }",
        "{ ticks @stream { id must } }",
        "{ broken @stream(initialCount: 1) { id } }",
        "{ nodes @stream(initialCount: 2) { id must } }",
        "{ maybe @stream { id must } }",
        "{ nodes { kids @stream { id ... @defer { slow } } } }",
        "{ ... @defer { nodes @stream(initialCount: 1) { id ... @defer { n } } } }",
        "{ ... @defer { node { must } ... @defer { a } } }",
        "{ numbers @stream(initialCount: -1) }",
    ],
)  # fmt: skip
async def test_parts_are_those_of_the_reference(text: str):
    ours, theirs = await both(text)
    assert ours.data == theirs.data
    assert sorted(ours.failed, key=str) == sorted(theirs.failed, key=str)
    if "-1" not in text:
        assert _set(ours.errors) == _set(theirs.errors)


def _set(errors: list[Any]) -> list[str]:
    return sorted(str(sorted(one.items())) for one in errors)


class _Sprinkle:
    """Makes operations with the directives in all places they may stand."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._labels = iter(range(1000))

    def operation(self) -> str:
        names = ["a", "numbers", "node", "nodes", "maybe", "ticks"]
        fields = self._random.sample(names, self._random.randint(1, 4))
        inner = " ".join(self._field(name, 3) for name in fields)
        declared = [
            one for one in ("$on: Boolean = true", "$size: Int = 1") if one[:3] in inner
        ]
        head = f"query ({', '.join(declared)}) " if declared else ""
        return f"{head}{{ {inner} }}"

    def _field(self, name: str, depth: int) -> str:
        wrapped = self._bare(name, depth)
        if self._random.random() < 0.35:
            wrapped = f"... @defer({self._label()}, if: $on) {{ {wrapped} }}"
            if self._random.random() < 0.3:
                wrapped += " " + self._bare(name, depth)
        return wrapped

    def _bare(self, name: str, depth: int) -> str:
        listed = name in {"numbers", "nodes", "maybe", "ticks", "kids"}
        stream = ""
        alias = name
        if listed and self._random.random() < 0.4:
            alias = f"s{next(self._labels)}: {name}"
            stream = f" @stream({self._label()}, initialCount: $size)"
        if name in {"a", "numbers", "id", "n", "must", "slow"}:
            return f"{alias}{stream}"
        names = ["id", "n", "slow", "must"] + (["kids", "next"] if depth else [])
        chosen = self._random.sample(names, self._random.randint(1, 3))
        inner = " ".join(self._field(one, depth - 1) for one in chosen)
        return f"{alias}{stream} {{ {inner} }}"

    def _label(self) -> str:
        return f'label: "{next(self._labels)}"'


@pytest.fixture
def leaving_coroutines() -> Iterator[None]:
    """graphql-core leaves some behind where a fragment around them fails."""
    yield
    gc.collect()


@pytest.mark.usefixtures("leaving_coroutines")
@pytest.mark.filterwarnings("ignore:.*was never awaited")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@settings(
    max_examples=400,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(st.integers(0, 2**40), st.integers(0, 3), st.booleans())
@example(5696, 0, True)  # noqa: FBT003 - a fragment within one that fails later
def test_generated_parts_are_those_of_the_reference(seed: int, size: int, on: bool):  # noqa: FBT001
    text = _Sprinkle(seed).operation()

    async def compare() -> None:
        ours, theirs = await both(text, size=size, on=on)
        assert ours.data == theirs.data
        assert sorted(ours.failed, key=str) == sorted(theirs.failed, key=str)
        if not ours.errors:
            whole = await ENGINE.execute(
                Request(prepare(parse(text)), {"on": on}, root=ROOT)
            )
            assert ours.data == whole.data

    asyncio.run(compare())


async def test_what_is_slow_does_not_hold_up_the_rest():
    released = asyncio.Event()

    async def waits(parents: Sequence[Any], _info: object) -> list[object]:
        await released.wait()
        return [1 for _ in parents]

    built = schema()
    bind(built.type_map["Node"].fields["slow"], Binding(batch=waits))  # type: ignore[attr-defined]
    text = "{ node { id ... @defer { slow } ... @defer { n } } }"
    results: Any = await Engine(built).execute_incrementally(
        Request(prepare(parse(text)), root=ROOT)
    )
    assert results.initial_result.data == {"node": {"id": "1"}}
    updates = results.subsequent_results
    first = await anext(updates)
    assert [part.data for part in first.incremental] == [{"n": 1}]
    released.set()
    second = await anext(updates)
    assert [part.data for part in second.incremental] == [{"slow": 1}]
    assert not second.has_next


async def test_a_client_that_leaves_ends_the_work():
    ended = asyncio.Event()

    async def waits(_parents: Sequence[Any], _info: object) -> list[object]:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return []

    built = schema()
    bind(built.type_map["Node"].fields["slow"], Binding(batch=waits))  # type: ignore[attr-defined]
    text = "{ node { id ... @defer { slow } ... @defer { n } } }"
    results: Any = await Engine(built).execute_incrementally(
        Request(prepare(parse(text)), root=ROOT)
    )
    await anext(results.subsequent_results)
    await results.subsequent_results.aclose()
    assert ended.is_set()
