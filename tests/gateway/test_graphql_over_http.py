"""The rules of GraphQL over HTTP, on a small schema behind the real endpoint."""

from typing import Any

import httpx
import pytest
from graphql import build_schema
from starlette.applications import Starlette
from starlette.routing import Route

from gateway.documents import Documents, Limits
from gateway.endpoints import GraphQLEndpoint
from gateway.engine import Engine
from gateway.execution import Executor
from gateway.graphql_over_http import Sizes
from gateway.reception import Entrance, OpenToAll
from gateway.requiring import Requirements
from tests.gateway.asking import Nothing

RESPONSE = "application/graphql-response+json"
SDL = """
type Query { hello(name: String = "you"): String!  broken: String  none: String! }
type Mutation { change: Int }
"""


class Root:
    none = None

    def hello(self, _info: object, name: str) -> str:
        return f"hello {name}"

    def broken(self, _info: object) -> str:
        raise RuntimeError("secret of host db.internal")


def build() -> Starlette:
    schema = build_schema(SDL)
    assert schema.query_type
    root = Root()
    for name in ("hello", "broken"):
        method = getattr(root, name)
        schema.query_type.fields[name].resolve = lambda _o, i, m=method, **a: m(i, **a)
    documents = Documents(schema, Limits(500, 10, 10, values=20))
    executor = Executor(
        Engine(schema),
        documents,
        Requirements(schema),
        lambda _asked, _seconds: Nothing(),
    )
    methods = ["GET", "POST", "PUT"]
    return Starlette(
        routes=[
            Route(
                "/graphql",
                GraphQLEndpoint(
                    lambda: executor, Entrance(OpenToAll(), Sizes(2000, 20))
                ),
                methods=methods,
            )
        ]
    )


async def send(
    method: str = "POST",
    **request: Any,
) -> httpx.Response:
    transport = httpx.ASGITransport(app=build())
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        return await client.request(method, "/graphql", **request)


@pytest.mark.anyio
async def test_post_gives_the_media_type_that_is_accepted():
    for accept, media in (
        (RESPONSE, RESPONSE),
        ("application/json", "application/json"),
        ("*/*", "application/json"),
        ("application/*", RESPONSE),
        (f"{RESPONSE};q=0.5, application/json", "application/json"),
    ):
        answer = await send(json={"query": "{ hello }"}, headers={"Accept": accept})
        assert answer.status_code == 200
        assert answer.headers["content-type"] == f"{media}; charset=utf-8"
        assert answer.json() == {"data": {"hello": "hello you"}}


@pytest.mark.anyio
async def test_get_takes_queries_with_variables():
    answer = await send(
        "GET",
        params={
            "query": "query($n: String) { hello(name: $n) }",
            "variables": '{"n": "青海"}',
        },
    )
    assert answer.json() == {"data": {"hello": "hello 青海"}}


@pytest.mark.anyio
async def test_mutations_do_not_come_by_get():
    answer = await send("GET", params={"query": "mutation { change }"})
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"


@pytest.mark.anyio
async def test_other_methods_are_refused():
    answer = await send("PUT", json={})
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, POST"


@pytest.mark.anyio
async def test_nothing_that_we_can_send_is_accepted():
    answer = await send(json={"query": "{ hello }"}, headers={"Accept": "text/html"})
    assert answer.status_code == 406


@pytest.mark.anyio
@pytest.mark.parametrize("media", ["text/plain", "application/x-www-form-urlencoded"])
async def test_other_bodies_are_refused(media: str):
    answer = await send(content=b"query=1", headers={"Content-Type": media})
    assert answer.status_code == 415


@pytest.mark.anyio
async def test_a_large_body_is_refused():
    answer = await send(json={"query": "{ hello }" + " " * 3000})
    assert answer.status_code == 413


@pytest.mark.anyio
async def test_batches_are_refused():
    answer = await send(json=[{"query": "{ hello }"}])
    assert answer.status_code == 400
    assert "no batches" in answer.json()["errors"][0]["message"]


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("variables", "status"),
    [({"n": [1] * 20}, 400), ({"n": [1] * 200}, 413)],
)
async def test_too_many_values_are_refused(variables: dict[str, object], status: int):
    answer = await send(
        json={"query": "{ hello }", "variables": variables},
        headers={"Accept": RESPONSE},
    )
    assert answer.status_code == status
    (error,) = answer.json()["errors"]
    assert error["extensions"]["code"] == "LIMIT_EXCEEDED"
    assert "max_values" in error["message"]


@pytest.mark.anyio
async def test_a_document_beyond_a_limit_is_refused():
    for accept, status in ((RESPONSE, 400), ("application/json", 200)):
        answer = await send(
            json={"query": "{ hello " + "@skip(if: false) " * 90 + "}"},
            headers={"Accept": accept},
        )
        assert answer.status_code == status
        (error,) = answer.json()["errors"]
        assert error["extensions"] == {"code": "LIMIT_EXCEEDED", "limit": "max_tokens"}


@pytest.mark.anyio
@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"{}",
        b'{"query": 1}',
        b'{"query": ""}',
        b'{"query": "{ hello }", "variables": []}',
        b'{"query": "{ hello }", "operationName": 1}',
        b'{"query": "{ hello }", "extensions": "x"}',
    ],
)
async def test_requests_that_are_not_well_formed(body: bytes):
    answer = await send(content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("query($n: String!) { hello(name: $n) }", "BAD_USER_INPUT"),
    ],
)
async def test_status_of_what_is_not_executed(query: str, code: str):
    strict = await send(json={"query": query}, headers={"Accept": RESPONSE})
    lenient = await send(json={"query": query}, headers={"Accept": "application/json"})
    assert (strict.status_code, lenient.status_code) == (400, 200)
    for answer in (strict, lenient):
        assert "data" not in answer.json()
        assert answer.json()["errors"][0]["extensions"]["code"] == code


@pytest.mark.anyio
async def test_a_field_that_fails_costs_itself_and_shows_nothing_internal():
    answer = await send(
        json={"query": "{ hello broken }"}, headers={"Accept": RESPONSE}
    )
    assert answer.status_code == 200
    body = answer.json()
    assert body["data"] == {"hello": "hello you", "broken": None}
    assert body["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert body["errors"][0]["path"] == ["broken"]
    assert "secret" not in answer.text


@pytest.mark.anyio
async def test_which_operation_of_several():
    query = "query a { hello } query b { x: hello }"
    named = await send(json={"query": query, "operationName": "b"})
    assert named.json() == {"data": {"x": "hello you"}}
    unnamed = await send(json={"query": query}, headers={"Accept": RESPONSE})
    assert unnamed.status_code == 400
