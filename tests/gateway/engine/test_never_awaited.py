"""An awaitable where a value is due is an error of its field, never a silent null."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from graphql import build_schema, parse

from gateway.engine import Binding, Engine, Request, bind, prepare
from gateway.engine.completion import NeverAwaited

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("field", ["object { n }", "list { n }", "items { n }"])
async def test_it_is_told_and_the_rest_arrives(field: str):
    schema = build_schema(
        "type Query { object: T  list: [T]  items: [T]  number: Int } type T { n: Int }"
    )
    assert schema.query_type
    fields = schema.query_type.fields
    waiting: list[asyncio.Future[Any]] = []

    def later(parents: Sequence[Any], _info: object) -> list[object]:
        waiting.extend(asyncio.get_running_loop().create_future() for _ in parents)
        return list(waiting)

    def numbers(parents: Sequence[Any], _info: object) -> list[object]:
        return [1 for _ in parents]

    for name in ("object", "list", "items"):
        bind(fields[name], Binding(batch=later))
    bind(fields["number"], Binding(batch=numbers))
    document = prepare(parse(f"{{ {field} number }}"))
    result = await Engine(schema).execute(Request(document))
    assert result.data == {field.split(maxsplit=1)[0]: None, "number": 1}
    assert result.errors
    assert isinstance(result.errors[0].original_error, NeverAwaited)
