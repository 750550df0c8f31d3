"""Applications to attack: as the framework's first page shows it, and a careless one.

What attackers' tools find here shows that they look.
"""

import json
from typing import Any

import strawberry
from graphql import (
    GraphQLError,
    MaxIntrospectionDepthRule,
    build_schema,
    execute_sync,
    parse,
    specified_rules,
    validate,
)
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from strawberry.asgi import GraphQL

WORDS = ("enterprise", "name", "penalty", "number", "change", "departments", "uscc")
"""A word list that has part of its names, and of ours."""


@strawberry.type
class Penalty:
    number: str = "1"


@strawberry.type
class Enterprise:
    name: str = "x"
    penalties: list[Penalty] = strawberry.field(default_factory=list)


@strawberry.type
class Query:
    @strawberry.field
    def enterprise(self, name: str) -> Enterprise:
        return Enterprise(name=name)


@strawberry.type
class Mutation:
    @strawberry.mutation
    def change(self, name: str) -> Enterprise:
        return Enterprise(name=name)


def stock_application() -> Starlette:
    """Make it; its endpoint is `/graphql/`."""
    return Starlette(
        routes=[Mount("/graphql", GraphQL(strawberry.Schema(Query, Mutation)))]
    )


_SCHEMA = build_schema(
    "type Query { change: ID } type Mutation { change: ID } "
    + " ".join(f"type T{n} {{ name: String }}" for n in range(20))
)
_RULES = [one for one in specified_rules if one is not MaxIntrospectionDepthRule]


def careless_application() -> Starlette:
    """Make one that answers whatever comes by whatever way, and tells its faults."""
    return Starlette(
        routes=[
            Route("/graphql", _careless, methods=["GET", "POST"]),
            Route("/console", lambda _: HTMLResponse("<title>GraphiQL</title>")),
        ]
    )


async def _careless(request: Request) -> Response:
    body = await request.body()
    asked = json.loads(body) if body else dict(request.query_params)
    if isinstance(asked, list):
        return JSONResponse([_executed(one["query"]) for one in asked])
    return JSONResponse(_executed(asked.get("query", "")))


def _executed(query: str) -> dict[str, Any]:
    try:
        document = parse(query)
    except GraphQLError as error:
        told = {"message": str(error), "extensions": {"exception": repr(error)}}
        return {"errors": [told]}
    errors = validate(_SCHEMA, document, _RULES)
    if errors:
        return {"errors": [one.formatted for one in errors]}
    data = execute_sync(_SCHEMA, document).data
    return {"data": data, "extensions": {"tracing": {"duration": 1}}}
