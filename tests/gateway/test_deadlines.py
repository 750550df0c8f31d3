"""A client may wait for a shorter time than the gateway would let it, not longer."""

import httpx
import pytest
from graphql import build_schema

from gateway.documents import Documents, Limits
from gateway.endpoints import GraphQLEndpoint
from gateway.engine import Engine
from gateway.execution import Executor
from gateway.graphql_over_http import Sizes
from gateway.province import Asked
from gateway.reception import Entrance, OpenToAll
from gateway.requiring import Requirements
from tests.gateway.asking import Nothing

pytestmark = pytest.mark.anyio


async def asked(
    *values: str, accept: str = "application/json"
) -> tuple[httpx.Response, list[float]]:
    """Send a request; give the answer, and how long the request was let wait."""
    schema, seconds = build_schema("type Query { a: Int }"), list[float]()

    def context(_asked: Asked, given: float) -> Nothing:
        seconds.append(given)
        return Nothing()

    executor = Executor(
        Engine(schema),
        Documents(schema, Limits(99, 9, 9)),
        Requirements(schema),
        context,
        deadline=5,
    )
    application = GraphQLEndpoint(lambda: executor, Entrance(OpenToAll(), Sizes(999)))
    headers = [("Accept", accept), *(("X-Creditnet-Deadline", one) for one in values)]
    transport = httpx.ASGITransport(app=application)
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        answer = await client.post("/", json={"query": "{ a }"}, headers=headers)
    return answer, seconds


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        (None, 5),
        ("1500", 1.5),
        ("1500ms", 1.5),
        ("2s", 2),
        ("0.25s", 0.25),
        ("60s", 5),
        ("999999999", 5),
    ],
)
async def test_it_may_shorten_the_deadline_only(written: str | None, seconds: float):
    answer, given = await asked(*([written] if written else []))
    assert answer.status_code == 200
    (granted,) = given
    assert granted == pytest.approx(seconds, abs=0.24)
    assert granted <= seconds
    parts, given = await asked(
        *([written] if written else []), accept="multipart/mixed, application/json"
    )
    assert parts.status_code == 200
    (granted,) = given
    assert granted == pytest.approx(seconds, abs=0.24)
    assert granted <= seconds


@pytest.mark.parametrize(
    "written", ["", "0", "0s", "-1", "soon", "2 s s", "1e3", "1m", "9" * 400]
)
async def test_what_is_no_time_is_a_bad_request(written: str):
    answer, given = await asked(written)
    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    assert error["extensions"]["code"] == "BAD_REQUEST"
    assert "X-Creditnet-Deadline" in error["message"]
    assert not given
