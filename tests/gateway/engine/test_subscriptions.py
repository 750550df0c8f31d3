"""A subscription is planned once and run through the engine for each event."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
from graphql import ExecutionResult, build_schema, parse

from gateway.engine import Engine, Request, prepare

SDL = """
type Query { nothing: Int }
type Subscription { count(to: Int!): Tick  broken: Tick }
type Tick { n: Int!  odd: Boolean! }
"""
pytestmark = pytest.mark.anyio


class Counting:
    """Gives ticks, and notes whether somebody closed it."""

    def __init__(self) -> None:
        self.closed = False

    async def count(
        self, _root: object, _info: object, to: int
    ) -> AsyncGenerator[object, None]:
        try:
            for n in range(to):
                yield {"count": {"n": None if n == 1 else n, "odd": bool(n % 2)}}
        finally:
            self.closed = True


def engine(counting: Counting) -> Engine:
    schema = build_schema(SDL)
    assert schema.subscription_type
    schema.subscription_type.fields["count"].subscribe = counting.count
    return Engine(schema)


async def started(
    counting: Counting, text: str, **variables: object
) -> AsyncGenerator[ExecutionResult, None]:
    stream = await engine(counting).subscribe(Request(prepare(parse(text)), variables))
    assert not isinstance(stream, ExecutionResult)
    return stream


async def test_every_event_is_answered_and_a_faulty_one_costs_itself_only():
    stream = await started(
        Counting(), "subscription ($to: Int!) { count(to: $to) { n odd } }", to=3
    )
    results = [result async for result in stream]
    assert [result.data for result in results] == [
        {"count": {"n": 0, "odd": False}},
        {"count": None},
        {"count": {"n": 2, "odd": False}},
    ]
    assert [bool(result.errors) for result in results] == [False, True, False]


async def test_closing_the_answers_closes_the_source():
    counting = Counting()
    stream = await started(counting, "subscription { count(to: 9) { n } }")
    await anext(stream)
    await stream.aclose()
    assert counting.closed


@pytest.mark.parametrize(
    "text",
    [
        "subscription ($to: Int!) { count(to: $to) { n } }",
        "subscription { broken { n } }",
    ],
)
async def test_what_can_not_start_says_why(text: str):
    result = await engine(Counting()).subscribe(Request(prepare(parse(text))))
    assert isinstance(result, ExecutionResult)
    assert result.data is None
    assert result.errors


async def test_each_event_gets_a_context_of_its_own():
    made: list[object] = []

    def context() -> object:
        made.append(object())
        return made[-1]

    document = prepare(parse("subscription { count(to: 2) { odd } }"))
    stream = await engine(Counting()).subscribe(Request(document, context=context))
    assert not isinstance(stream, ExecutionResult)
    async with asyncio.timeout(5):
        assert len([one async for one in stream]) == 2
    assert len(made) == 3
