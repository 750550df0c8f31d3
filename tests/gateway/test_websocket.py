"""GraphQL over WebSocket, the graphql-transport-ws protocol, behind a real server."""

import dataclasses
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from gateway.websocket import no_socket
from tests.gateway.socket_client import (
    ACK,
    INIT,
    PROTOCOL,
    Sent,
    complete,
    open_socket,
    subscribe,
    talking,
    tick,
    ticking,
    told,
)
from tests.gateway.streaming import PATIENT, Known, streaming, until
from tests.serving import serving

pytestmark = pytest.mark.anyio
HELLO = [told("1", {"hello": "hello you"}), complete("1")]
TABLE: dict[str, tuple[list[Sent], list[Any]]] = {
    "a query": ([subscribe("1", "{ hello }")], HELLO),
    "variables": (
        [
            subscribe(
                "1", "query ($n: String) { hello(name: $n) }", variables={"n": "青海"}
            )
        ],
        [told("1", {"hello": "hello 青海"}), complete("1")],
    ),
    "an operation by name": (
        [subscribe("1", "query a { hello } query b { x: hello }", operationName="b")],
        [told("1", {"x": "hello you"}), complete("1")],
    ),
    "nulls for what is not given": (
        [subscribe("1", "{ hello }", variables=None, operationName=None, x=1)],
        HELLO,
    ),
    "a mutation": (
        [subscribe("1", "mutation { change }")],
        [told("1", {"change": None}), complete("1")],
    ),
    "a subscription that ends": (
        [subscribe("1", "subscription { count(to: 2) { n } }")],
        [
            *(told("1", {"count": {"n": n}}) for n in range(2)),
            complete("1"),
        ],
    ),
    "a name used again after its end": (
        [subscribe("1", "{ hello }"), {"type": "ping"}, subscribe("1", "{ hello }")],
        [*HELLO, {"type": "pong"}, *HELLO],
    ),
    "a ping": ([{"type": "ping"}], [{"type": "pong"}]),
    "a ping with a payload": (
        [{"type": "ping", "payload": {"a": 1}}],
        [{"type": "pong", "payload": {"a": 1}}],
    ),
    "a ping with large numbers": (
        [{"type": "ping", "payload": {"a": 10**30}}],
        [{"type": "pong", "payload": {"a": 10**30}}],
    ),
    "a pong nobody asked for": (
        [{"type": "pong"}, {"type": "pong", "payload": {}}, {"type": "ping"}],
        [{"type": "pong"}],
    ),
    "the end of what never was": (
        [complete("9"), {"type": "ping"}],
        [{"type": "pong"}],
    ),
}


@pytest.mark.parametrize("name", TABLE)
async def test_what_is_answered(name: str):
    said, answers = TABLE[name]
    async with streaming() as server, talking(server) as socket:
        await socket.say(*said)
        assert await socket.heard(len(answers)) == answers


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("", "GRAPHQL_PARSE_FAILED"),
        ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription ($to: Int!) { count(to: $to) { n } }", "BAD_USER_INPUT"),
        ("subscription { refused { n } }", "BAD_USER_INPUT"),
    ],
)
async def test_what_is_not_executed_is_an_error_and_nothing_more(query: str, code: str):
    async with streaming() as server, talking(server) as socket:
        await socket.say(subscribe("1", query))
        message = await socket.hear()
        assert (message["id"], message["type"]) == ("1", "error")
        assert message["payload"][0]["extensions"]["code"] == code
        await socket.stand()


async def test_a_field_that_fails_is_a_result():
    async with streaming() as server, talking(server) as socket:
        await socket.say(subscribe("1", "{ hello broken }"))
        message = await socket.hear()
        assert message["type"] == "next"
        assert message["payload"]["data"] == {"hello": "hello you", "broken": None}
        assert "secret" not in str(message)
        assert await socket.hear() == complete("1")


async def test_a_source_that_fails_ends_its_subscription_only():
    async with streaming() as server, talking(server) as socket:
        await socket.say(subscribe("1", "subscription { failing { n } }"))
        assert await socket.hear() == told("1", {"failing": {"n": 0}})
        message = await socket.hear()
        assert message["type"] == "error"
        code = message["payload"][0]["extensions"]["code"]
        assert code == "INTERNAL_SERVER_ERROR"
        assert "secret" not in str(message)
        await socket.stand()


BAD: dict[str, Sent] = {
    "not JSON": "{",
    "not an object": "[]",
    "binary": b'{"type": "ping"}',
    "no type": {},
    "an unknown type": {"type": "start"},
    "a message of the server's": {"type": "connection_ack"},
    "a payload that is no object": {"type": "ping", "payload": []},
    "no payload": {"type": "subscribe", "id": "1"},
    "no query": {"type": "subscribe", "id": "1", "payload": {}},
    "a query that is no text": subscribe("1", 1),  # type: ignore[arg-type]
    "variables that are no object": subscribe("1", "{ hello }", variables=[]),
    "no name": {"type": "subscribe", "payload": {"query": "{ hello }"}},
    "an empty name": subscribe("", "{ hello }"),
    "a name that is no text": {"type": "complete", "id": 1},
    "the end of nothing": {"type": "complete"},
    "too deep": '{"type": "ping", "payload": {"a": ' + "[" * 5000 + "]" * 5000 + "}}",
}


@pytest.mark.parametrize("name", BAD)
async def test_a_message_that_is_none_closes_by_4400(name: str):
    async with streaming() as server, talking(server) as socket:
        await socket.say(BAD[name])
        code, reason = await socket.closed()
    assert code == 4400
    assert reason


CLOSING: dict[str, tuple[list[Sent], list[Any], tuple[int, str]]] = {
    "subscribing before the acknowledgement": (
        [subscribe("1", "{ hello }")],
        [],
        (4401, "Unauthorized"),
    ),
    "an introduction too many": (
        [INIT, INIT],
        [ACK],
        (4429, "Too many initialisation requests"),
    ),
    "a name that is in use": (
        [INIT, ticking("a"), ticking("a")],
        [ACK],
        (4409, "Subscriber for a already exists"),
    ),
    "a long name that is in use": (
        [INIT, ticking("长" * 100), ticking("长" * 100)],
        [ACK],
        (4409, "Subscriber for " + "长" * 36),
    ),
    "a fault before the introduction": (
        ["?"],
        [],
        (4400, "Invalid message: JSON is malformed: invalid character (byte 0)"),
    ),
}


@pytest.mark.parametrize("name", CLOSING)
async def test_how_it_is_closed(name: str):
    said, answers, end = CLOSING[name]
    async with streaming() as server, open_socket(server.socket_url) as socket:
        await socket.say(*said)
        assert await socket.heard(len(answers)) == answers
        assert await socket.closed() == end


@pytest.mark.parametrize("protocols", [None, (Subprotocol("graphql-ws"),)])
async def test_another_protocol_closes_by_4406(
    protocols: Sequence[Subprotocol] | None,
):
    async with (
        streaming() as server,
        open_socket(server.socket_url, protocols) as socket,
    ):
        assert await socket.closed() == (4406, "Subprotocol not acceptable")


async def test_who_does_not_introduce_himself_is_closed_by_4408():
    patience = dataclasses.replace(PATIENT, init_deadline=0.5)
    async with streaming(patience) as server, open_socket(server.socket_url) as socket:
        assert await socket.closed() == (4408, "Connection initialisation timeout")


async def test_who_has_introduced_himself_may_be_silent():
    patience = dataclasses.replace(PATIENT, init_deadline=0.5)
    async with streaming(patience) as server, talking(server) as early:
        async with open_socket(server.socket_url) as late:
            assert (await late.closed())[0] == 4408
        await early.stand()


async def test_many_subscriptions_on_one_connection():
    async with streaming() as server, talking(server) as socket:
        names = [str(n) for n in range(50)]
        await socket.say(*map(ticking, names))
        await socket.stand()
        assert len(server.events) == 50
        server.tick(7)
        heard = await socket.heard(50)
        assert sorted(map(str, heard)) == sorted(str(tick(n, 7)) for n in names)
        await socket.say(*map(complete, names[1:]))
        await socket.stand()
        await server.listeners(1)
        server.tick(8)
        assert await socket.hear() == tick("0", 8)


async def test_many_subscribers_on_many_connections():
    async with streaming() as server, AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(talking(server)) for _ in range(20)]
        names = [str(n) for n in range(25)]
        for socket in sockets:
            await socket.say(*map(ticking, names))
        await server.listeners(500)
        for n in range(3):
            server.tick(n)
            for socket in sockets:
                heard = await socket.heard(25)
                assert {one["id"] for one in heard} == set(names)
                assert all(one["payload"]["data"]["ticks"]["n"] == n for one in heard)


async def test_more_operations_than_are_allowed_are_refused_one_by_one():
    patience = dataclasses.replace(PATIENT, operations=2)
    async with streaming(patience) as server, talking(server) as socket:
        await socket.say(ticking("a"), ticking("b"), ticking("c"))
        message = await socket.hear()
        assert (message["id"], message["type"]) == ("c", "error")
        assert message["payload"][0]["extensions"]["code"] == "LIMIT_EXCEEDED"
        await socket.say(complete("a"), subscribe("c", "{ hello }"))
        assert await socket.hear() == told("c", {"hello": "hello you"})


async def test_more_subscriptions_than_the_gateway_bears_are_refused():
    async with streaming(listeners=1) as server, talking(server) as socket:
        await socket.say(ticking("a"), ticking("b"))
        message = await socket.hear()
        assert (message["id"], message["type"]) == ("b", "error")
        assert message["payload"][0]["extensions"]["code"] == "LIMIT_EXCEEDED"


async def test_a_client_that_stops_listening_hears_no_more():
    async with streaming() as server, talking(server) as socket:
        await socket.say(ticking("a"), ticking("b"), complete("a"))
        await socket.stand()
        await server.listeners(1)
        server.tick(1)
        assert await socket.hear() == tick("b", 1)
        await socket.say(ticking("a"))
        await socket.stand()
        server.tick(2)
        assert {(await socket.hear())["id"] for _ in "ab"} == {"a", "b"}


async def test_a_query_that_is_not_wanted_any_more_is_cancelled():
    async with streaming() as server, talking(server) as socket:
        await socket.say(subscribe("a", "{ forever }"))
        await socket.stand()
        assert server.running
        await socket.say(complete("a"))
        await until(lambda: not server.running)
        await socket.stand()


@pytest.mark.parametrize("politely", [True, False])
async def test_who_leaves_takes_all_with_him(politely: bool):  # noqa: FBT001
    async with streaming() as server:
        async with talking(server) as socket:
            await socket.say(ticking("a"), ticking("b"), subscribe("c", "{ forever }"))
            await socket.stand()
            assert len(server.events) == 2
            if not politely:
                socket.connection.transport.abort()
        await server.listeners(0)
        await until(lambda: not server.running)


async def test_a_shutdown_tells_clients_to_come_again():
    async with (
        streaming() as server,
        talking(server) as socket,
        talking(server) as idle,
    ):
        await socket.say(ticking("a"))
        await socket.stand()
        server.stop()
        assert (await socket.closed())[0] == 1012
        assert (await idle.closed())[0] == 1012


async def test_what_cannot_be_written_closes_by_1011(
    capfd: pytest.CaptureFixture[str],
):
    async with streaming() as server, talking(server) as socket:
        await socket.say(subscribe("a", "subscription { ticks { padding } }"))
        await socket.say(subscribe("b", "{ forever }"))
        await socket.stand()
        server.tick(1, "\ud800")
        assert await socket.closed() == (1011, "Internal error")
    assert "connection failed" in capfd.readouterr().out


async def test_where_there_is_nothing_to_subscribe_to():
    application = Starlette(routes=[WebSocketRoute("/", no_socket)])
    async with serving(application) as address:
        with pytest.raises(InvalidStatus) as caught:
            await connect(address.replace("http", "ws"), subprotocols=[PROTOCOL])
    assert caught.value.response.status_code == 404
    assert "no subscriptions" in bytes(caught.value.response.body or b"").decode()


@pytest.mark.parametrize("asks", [True, False])
async def test_who_is_known_no_more_is_let_go(*, asks: bool):
    """By his next question, and by the next event that he would hear."""
    known = Known()
    async with streaming(reception=known) as server, talking(server) as socket:
        await socket.say(ticking("1"))
        await server.listeners(1)
        server.tick(1)
        assert await socket.hear() == tick("1", 1)
        known.known = False
        if asks:
            await socket.say(subscribe("2", "{ hello }"))
        else:
            server.tick(2)
        with pytest.raises(ConnectionClosed) as caught:
            await socket.hear()
        await server.listeners(0)
    assert caught.value.rcvd
    assert caught.value.rcvd.code == 4403
