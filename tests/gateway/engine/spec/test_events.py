"""Subscriptions, row by row, by both engines: each event is answered by itself."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from graphql import ExecutionResult, GraphQLSchema, build_schema, parse

from gateway.engine import Binding, Engine, Request, bind, prepare
from gateway.engine.reference import ReferenceEngine
from tests.gateway.engine.spec.case import Later, Raises

pytestmark = pytest.mark.anyio
SDL = """
type Query { a: Int }
type Subscription { mail(least: Int = 0): Mail  sure: Mail!  broken: Mail  plain: Mail }
type Mail { n: Int  must: Int!  inbox: [Mail]  size: Int }
"""
EVENTS: Sequence[dict[str, Any]] = [
    {"n": 1, "must": 1, "inbox": [{"n": 1}]},
    {"n": Raises(), "must": 2},
    {"n": Later(3), "must": None},
    {"n": 4, "must": 4, "inbox": [{"must": None}, {"must": 5}]},
]


class Broken(Exception):
    """A source breaks off."""


async def mail(_root: Any, _info: Any, least: int = 0) -> AsyncIterator[Any]:
    for event in EVENTS[least:]:
        yield {"mail": event, "sure": event}


async def sure(_root: Any, _info: Any) -> AsyncIterator[Any]:
    for event in EVENTS:
        yield {"sure": event}


async def refused(_root: Any, _info: Any) -> Any:
    await Later(None)
    raise ValueError("not for you")


async def sizes(parents: Sequence[Any], _info: Any) -> list[Any]:
    await Later(None)
    return [len(one.get("inbox") or ()) for one in parents]


def schema() -> GraphQLSchema:
    built = build_schema(SDL)
    assert built.subscription_type
    fields = built.subscription_type.fields
    fields["mail"].subscribe = mail
    fields["sure"].subscribe = sure
    fields["broken"].subscribe = refused
    fields["plain"].subscribe = lambda *_: "no events"
    size: Any = built.type_map["Mail"]
    bind(size.fields["size"], Binding(batch=sizes))
    return built


ROWS = {
    "every event": "subscription { mail { must } }",
    "faults cost their own place": "subscription { mail { n } }",
    "nulls rise to the field": "subscription { mail { n must } }",
    "nulls rise to the root": "subscription { sure { must } }",
    "lists": "subscription { mail { inbox { n must } } }",
    "a batched field": "subscription { mail { size inbox { size } } }",
    "arguments": "subscription { mail(least: 3) { must } }",
    "variables": "subscription ($n: Int = 2) { mail(least: $n) { n } }",
    "fragments": "subscription { ...F } fragment F on Subscription { m: mail { n } }",
    "one without events": "subscription { mail(least: 9) { n } }",
    "one that is refused": "subscription { broken { n } }",
    "one without a source": "subscription { plain { n } }",
    "an unknown one": "subscription { nothing }",
    "a faulty argument": 'subscription { mail(least: "x") { n } }',
    "a faulty variable": "subscription ($n: Int!) { mail(least: $n) { n } }",
    "a query's beside it": "query A { a } subscription B { mail { n } }",
}


async def results(engine: Any, text: str) -> list[Any]:
    name = "B" if "subscription B" in text else None
    found = await engine.subscribe(Request(prepare(parse(text)), name=name))
    if isinstance(found, ExecutionResult):
        return ["refused", _written(found)]
    return [_written(one) async for one in found]


def _written(result: ExecutionResult) -> Any:
    errors = sorted(str(one.formatted) for one in result.errors or ())
    return result.data, errors


@pytest.mark.parametrize("says", ROWS)
async def test_a_subscription(says: str):
    ours = await results(Engine(schema()), ROWS[says])
    theirs = await results(ReferenceEngine(schema()), ROWS[says])
    assert ours == theirs


async def test_a_source_that_breaks_off_is_not_hidden():
    async def source(*_: Any, **__: Any) -> AsyncIterator[Any]:
        yield {"mail": EVENTS[0]}
        raise Broken

    for make in (Engine, ReferenceEngine):
        built = schema()
        assert built.subscription_type
        built.subscription_type.fields["mail"].subscribe = source
        document = prepare(parse("subscription { mail { must } }"))
        events = await make(built).subscribe(Request(document))
        assert not isinstance(events, ExecutionResult)
        assert (await anext(events)).data == {"mail": {"must": 1}}
        with pytest.raises(Broken):
            await anext(events)
