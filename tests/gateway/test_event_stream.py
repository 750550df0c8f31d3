"""GraphQL over server-sent events, distinct connections, behind a real server."""

import dataclasses

import httpx
import pytest

from gateway.negotiation import wants_events
from tests.gateway.streaming import (
    EVENT_STREAM,
    PATIENT,
    Known,
    hearing,
    streaming,
    until,
)

pytestmark = pytest.mark.anyio
TICKS = "subscription { ticks { n } }"


def tick(n: int) -> tuple[str, object]:
    return "next", {"data": {"ticks": {"n": n}}}


@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_every_event_comes_as_it_happens(method: str):
    async with (
        streaming() as server,
        hearing(server.url, TICKS, method=method) as heard,
    ):
        media = heard.response.headers["content-type"]
        assert media == "text/event-stream; charset=utf-8"
        assert heard.response.headers["cache-control"] == "no-store"
        assert await heard.event() == (":", None)
        for n in range(20):
            server.tick(n)
            assert await heard.event() == tick(n)


async def test_the_first_sign_says_that_no_event_will_be_missed():
    async with streaming() as server, hearing(server.url, TICKS) as heard:
        await heard.event()
        assert len(server.events) == 1


async def test_who_is_known_no_more_hears_why_and_nothing_else():
    known = Known()
    async with (
        streaming(reception=known) as server,
        hearing(server.url, TICKS) as heard,
    ):
        assert await heard.event() == (":", None)
        server.tick(1)
        assert await heard.event() == tick(1)
        known.known = False
        server.tick(2)
        (name, last), end = await heard.rest()
        await server.listeners(0)
    assert (name, end) == ("next", ("complete", None))
    assert "data" not in last
    assert last["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


@pytest.mark.parametrize(
    ("query", "data"),
    [
        ("{ hello }", {"hello": "hello you"}),
        ("mutation { change }", {"change": None}),
    ],
)
async def test_one_result_and_its_end(query: str, data: object):
    async with streaming() as server, hearing(server.url, query) as heard:
        assert await heard.rest() == [("next", {"data": data}), ("complete", None)]


async def test_a_subscription_that_ends_is_complete():
    query = "subscription ($to: Int!) { count(to: $to) { n } }"
    async with streaming() as server, hearing(server.url, query, {"to": 3}) as heard:
        events = await heard.rest()
    assert [name for name, _ in events] == ["next"] * 3 + ["complete"]
    assert [event["data"]["count"]["n"] for _, event in events[:3]] == [0, 1, 2]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription ($to: Int!) { count(to: $to) { n } }", "BAD_USER_INPUT"),
        ("subscription { refused { n } }", "BAD_USER_INPUT"),
    ],
)
async def test_what_is_not_executed_is_told_in_the_stream(query: str, code: str):
    async with streaming() as server, hearing(server.url, query) as heard:
        assert heard.response.status_code == 200
        (name, result), end = await heard.rest()
    assert (name, end) == ("next", ("complete", None))
    assert "data" not in result
    assert result["errors"][0]["extensions"]["code"] == code


async def test_a_source_that_fails_ends_the_stream_and_shows_nothing_internal():
    query = "subscription { failing { n } }"
    async with streaming() as server, hearing(server.url, query) as heard:
        first, (_, last), end = await heard.rest()
    assert first == ("next", {"data": {"failing": {"n": 0}}})
    assert last["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert "secret" not in str(last)
    assert end == ("complete", None)


async def test_a_text_of_several_lines_is_one_event():
    query = "query ($name: String) { hello(name: $name) }"
    name = "a\n\nevent: complete\ndata:\n\n"
    async with (
        streaming() as server,
        hearing(server.url, query, {"name": name}) as heard,
    ):
        first, _ = await heard.rest()
    assert first == ("next", {"data": {"hello": f"hello {name}"}})


async def test_silence_is_broken_now_and_then():
    patience = dataclasses.replace(PATIENT, keep_alive=0.01)
    async with streaming(patience) as server, hearing(server.url, TICKS) as heard:
        assert [await heard.event() for _ in range(3)] == [(":", None)] * 3
        server.tick(1)
        while (event := await heard.event())[0] == ":":
            pass
        assert event == tick(1)


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (
            {"method": "GET", "params": {"query": "mutation { change }"}},
            405,
        ),
        ({"method": "PUT", "json": {"query": "{ hello }"}}, 405),
        ({"method": "POST", "content": b"{ hello }"}, 415),
        ({"method": "POST", "json": {}}, 400),
        ({"method": "POST", "json": {"query": "{ hello }" + " " * 30_000}}, 413),
    ],
)
async def test_requests_that_are_not_well_formed_open_no_stream(
    request_: dict[str, object], status: int
):
    async with streaming() as server, httpx.AsyncClient() as client:
        answer = await client.request(url=server.url, headers=EVENT_STREAM, **request_)  # type: ignore[arg-type]
    assert answer.status_code == status
    assert answer.json()["errors"]


async def test_a_subscription_without_a_stream_is_told_where_to_go():
    async with streaming() as server, httpx.AsyncClient() as client:
        answer = await client.post(server.url, json={"query": TICKS})
    assert answer.status_code == 406
    assert "text/event-stream" in answer.json()["errors"][0]["message"]


async def test_who_leaves_is_not_told_any_more():
    async with streaming() as server:
        async with hearing(server.url, TICKS) as heard:
            await heard.event()
            assert len(server.events) == 1
        await server.listeners(0)


async def test_a_query_whose_client_leaves_is_cancelled():
    async with streaming() as server:
        async with hearing(server.url, "{ forever }") as heard:
            await heard.event()
            assert server.running
        await until(lambda: not server.running)


async def test_a_shutdown_ends_streams_without_calling_them_complete():
    async with streaming() as server, hearing(server.url, TICKS) as heard:
        await heard.event()
        server.tick(1)
        server.stop()
        assert await heard.rest() == [tick(1)]


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("text/event-stream", True),
        ("Text/Event-Stream; charset=utf-8", True),
        ("text/event-stream, multipart/mixed", True),
        ("text/event-stream, application/json;q=0.5", True),
        ("application/json, text/event-stream", False),
        ("application/graphql-response+json, text/event-stream;q=0.9", False),
        ("text/event-stream;q=0", False),
        ("text/event-stream;q=x", False),
        ("*/*", False),
        ("", False),
    ],
)
async def test_who_wants_events(header: str, wanted: bool):  # noqa: FBT001
    assert wants_events(header) is wanted
