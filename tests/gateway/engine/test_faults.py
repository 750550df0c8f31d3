"""Faults put into every place of a level; requests that their client leaves."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import pytest
from graphql import ExecutionResult, GraphQLSchema, build_schema, parse

from gateway.engine import Binding, Engine, Request, bind, prepare
from tests.gateway.engine.comparing import Sides

pytestmark = pytest.mark.anyio
SDL = """
type Query { rows: [Row!]  others: [Other]  slow: Row }
type Row { n: Int  must: Int!  self: Row  sure: Row!  many: [Int!]  list: [Row] }
type Other { n: Int }
"""
ROWS = [{"n": place} for place in range(3)]
ROOT = {"rows": ROWS, "others": ROWS, "slow": ROWS[0]}
QUERIES = {
    "n": "{ rows { a: n n } }",
    "must": "{ rows { must } others { n } }",
    "self": "{ rows { self { n } } }",
    "sure": "{ rows { sure { n } ... on Row { sure { m: n } } } }",
    "many": "{ rows { many } }",
    "list": "{ rows { list { n } n } }",
}
VALUES = {"self": ROWS[0], "sure": ROWS[0], "many": [1, 2], "list": ROWS[:2]}


def fault() -> Exception:
    return ValueError("out of order")


async def waited(value: Any) -> Any:
    await asyncio.sleep(0)
    if isinstance(value, Exception):
        raise value
    return value


def one_place(value: Any, place: int) -> Binding:
    """Fail at one place of a set."""

    def answer(parents: Sequence[Any], _info: object) -> list[Any]:
        return [fault() if one["n"] == place else value for one in parents]

    return Binding(batch=answer)


def one_place_later(value: Any, place: int) -> Binding:
    async def answer(parents: Sequence[Any], _info: object) -> list[Any]:
        await asyncio.sleep(0)
        return [fault() if one["n"] == place else value for one in parents]

    return Binding(batch=answer)


def one_object(value: Any, place: int) -> Binding:
    """Raise for one parent of those that are asked one by one."""

    def answer(parent: Any, _info: object) -> Any:
        if parent["n"] == place:
            raise fault()
        return value

    return Binding(single=answer)


def one_awaitable(value: Any, place: int) -> Binding:
    """Give something to await, or that for one parent only."""

    def answer(parent: Any, _info: object) -> Awaitable[Any]:
        return waited(fault() if parent["n"] == place else value)

    return Binding(single=answer)


def one_of_a_list(value: Any, place: int) -> Binding:
    """Fail within the list of each, where there is one."""

    def answer(parent: Any, _info: object) -> Any:
        if not isinstance(value, list):
            return waited(fault()) if parent["n"] == place else value
        return [waited(value[0]), waited(fault())] if parent["n"] == place else value

    return Binding(single=answer)


def wrong_count(value: Any, place: int) -> Binding:
    def answer(parents: Sequence[Any], _info: object) -> list[Any]:
        return [value] * (len(parents) + place + 1)

    return Binding(batch=answer)


def no_list(_value: Any, _place: int) -> Binding:
    answer: Any = lambda _parents, _info: None  # noqa: E731 - not what is asked for
    return Binding(batch=answer)


def whole_set(_value: Any, _place: int) -> Binding:
    async def answer(_parents: Sequence[Any], _info: object) -> list[Any]:
        await asyncio.sleep(0)
        raise fault()

    return Binding(batch=answer)


KINDS = [
    one_place,
    one_place_later,
    one_object,
    one_awaitable,
    one_of_a_list,
    wrong_count,
    no_list,
    whole_set,
]


@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", QUERIES)
async def test_a_fault_costs_its_own_place(
    name: str, kind: Callable[[Any, int], Binding], place: int
):
    def schema() -> GraphQLSchema:
        built = build_schema(SDL)
        row: Any = built.type_map["Row"]
        bind(row.fields[name], kind(VALUES.get(name, 7), place))
        return built

    sides = Sides(Engine(schema()), schema, lambda: (None, ROOT))
    result = await sides.compare(Request(prepare(parse(QUERIES[name])), {}))
    assert result.errors
    paths = [error.path for error in result.errors]
    if kind not in {wrong_count, no_list, whole_set}:
        assert [path[1] for path in paths if path] == [place] * len(paths)


class Hanging:
    """Work that never ends; notes what was started and what was cancelled."""

    def __init__(self) -> None:
        self.started: asyncio.Queue[str] = asyncio.Queue()
        self.cancelled: list[str] = []

    async def hang(self, name: str) -> Any:
        self.started.put_nowait(name)
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.cancelled.append(name)
            raise

    async def batch(self, _parents: Sequence[Any], _info: object) -> list[Any]:
        await self.hang("batch")
        return []

    async def items(self, *_: Any) -> AsyncIterator[Any]:
        yield ROWS[0]
        await self.hang("items")

    def single(self, parent: Any, _info: object) -> Any:
        return self.hang(f"single {parent['n']}")

    def type_of(self, *_: Any) -> Any:
        return self.hang("type")


def _rows(hanging: Hanging, schema: Any) -> Sequence[str]:
    bind(schema.type_map["Row"].fields["n"], Binding(batch=hanging.batch))
    return ["batch"]


def _singles(hanging: Hanging, schema: Any) -> Sequence[str]:
    bind(schema.type_map["Row"].fields["n"], Binding(single=hanging.single))
    return ["single 0", "single 1", "single 2"]


def _several(hanging: Hanging, schema: Any) -> Sequence[str]:
    bind(schema.type_map["Row"].fields["n"], Binding(single=hanging.single))
    bind(schema.type_map["Other"].fields["n"], Binding(batch=hanging.batch))
    return ["batch", "single 0", "single 1", "single 2"]


def _items(hanging: Hanging, schema: Any) -> Sequence[str]:
    schema.query_type.fields["rows"].resolve = hanging.items
    return ["items"]


def _types(hanging: Hanging, schema: Any) -> Sequence[str]:
    schema.type_map["Row"].is_type_of = hanging.type_of
    return ["type"] * 3


@pytest.mark.parametrize("arrange", [_rows, _singles, _several, _items, _types])
async def test_a_cancelled_request_stops_its_work(
    arrange: Callable[[Hanging, Any], Sequence[str]],
):
    hanging, schema = Hanging(), build_schema(SDL)
    expected = arrange(hanging, schema)
    document = prepare(parse("{ rows { n } others { n } }"))
    others = asyncio.all_tasks()
    running = asyncio.create_task(Engine(schema).execute(Request(document, root=ROOT)))
    async with asyncio.timeout(5):
        for _ in expected:
            await hanging.started.get()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert sorted(hanging.cancelled) == sorted(expected)
    assert asyncio.all_tasks() <= others


async def test_a_cancelled_series_does_not_go_on():
    hanging = Hanging()
    schema = build_schema(
        "type Query { n: Int } type Mutation { first: Int second: Int }"
    )
    root = {"first": lambda _info: hanging.hang("first"), "second": None}
    reached: list[str] = []
    assert schema.mutation_type
    schema.mutation_type.fields["second"].resolve = lambda *_: reached.append("second")
    document = prepare(parse("mutation { first second }"))
    running = asyncio.create_task(Engine(schema).execute(Request(document, root=root)))
    async with asyncio.timeout(5):
        await hanging.started.get()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert (hanging.cancelled, reached) == (["first"], [])


async def test_a_fault_leaves_what_runs_beside_it_alone():
    ended: list[str] = []

    async def slow(_parents: Sequence[Any], _info: object) -> list[Any]:
        for _ in range(5):
            await asyncio.sleep(0)
        ended.append("slow")
        return [1]

    schema = build_schema("type Query { slow: Int bad: Int }")
    assert schema.query_type
    bind(schema.query_type.fields["slow"], Binding(batch=slow))
    bind(schema.query_type.fields["bad"], whole_set(None, 0))
    found = await Engine(schema).execute(Request(prepare(parse("{ bad slow }"))))
    assert isinstance(found, ExecutionResult)
    assert found.data == {"bad": None, "slow": 1}
    assert ended == ["slow"]
