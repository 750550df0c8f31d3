"""The engine against graphql-core: the same schema, resolvers and operations."""

import asyncio
from datetime import date

from graphql import parse, validate
from hypothesis import HealthCheck, given, settings
from hypothesis_graphql import from_schema

from gateway.engine import Engine, prepare
from gateway.engine.reference import ReferenceEngine
from tests.gateway.engine.comparing import compare
from tests.gateway.engine.features import SDL, Root, schema
from tests.gateway.engine.operations import operations

ENGINE = Engine(schema(), {"Date": date})
REFERENCE = ReferenceEngine(schema())


@settings(
    max_examples=300,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(text=operations(SDL))
def test_features(text: str) -> None:
    document = parse(text)
    if validate(ENGINE.schema, document):
        return
    prepared = prepare(document)

    async def both() -> None:
        ours = await ENGINE.execute(prepared, root=Root())
        theirs = await REFERENCE.execute(prepared, root=Root())
        compare(ours, theirs)

    asyncio.run(both())


del from_schema
