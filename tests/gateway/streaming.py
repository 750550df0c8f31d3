"""A small schema with subscriptions, behind both transports on a real socket."""

import asyncio
import dataclasses
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from graphql import GraphQLSchema, build_schema
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute
from starlette.types import Scope

from gateway.access.viewer import ANYBODY, Caller
from gateway.documents import Documents, Limits
from gateway.endpoints import GraphQLEndpoint
from gateway.engine import Engine
from gateway.event_stream import EventStreams
from gateway.events import Events
from gateway.execution import Executor
from gateway.graphql_over_http import RequestRefused, Sizes
from gateway.patience import Patience
from gateway.premises import listening_socket
from gateway.reception import Entrance, OpenToAll, Reception
from gateway.requiring import Requirements
from gateway.settings import Settings
from gateway.websocket import graphql_socket
from schema.errors import BadInput
from tests.gateway.asking import Nothing
from tests.serving import Serving, serving_on

SDL = """
type Query { hello(name: String = "you"): String!  broken: String  forever: Int }
type Mutation { change: Int }
type Subscription { ticks: Tick! count(to: Int!): Tick! failing: Tick! refused: Tick! }
type Tick { n: Int!  padding: String }
"""
PATIENT = Patience(
    keep_alive=60.0, write_deadline=60.0, init_deadline=60.0, operations=100
)
EVENT_STREAM = {"Accept": "text/event-stream"}
LONG = 60.0
"""Seconds after which a test gives up."""


@dataclass
class Streaming:
    """A gateway with subscriptions, and its inside."""

    url: str
    events: Events[Mapping[str, object]]
    running: set[str] = dataclasses.field(default_factory=set)
    """Queries that never end and were not ended."""
    server: Serving | None = None

    @property
    def socket_url(self) -> str:
        return self.url.replace("http", "ws", 1)

    @property
    def connections(self) -> int:
        return self.server.connections if self.server else 0

    def stop(self) -> None:
        """Begin the shutdown."""
        assert self.server
        self.server.stop()

    def tick(self, n: int, padding: str | None = None) -> None:
        self.events.publish({"ticks": {"n": n, "padding": padding}})

    async def listeners(self, count: int) -> None:
        """Wait until there are so many subscriptions."""
        await until(lambda: len(self.events) == count)


@dataclass
class Known:
    """Lets one caller in until he is known no more."""

    known: bool = True

    async def caller(self, scope: Scope, headers: Mapping[bytes, bytes]) -> Caller:
        del scope, headers
        if not self.known:
            raise RequestRefused(401, "令牌已吊销 (revoked)", "UNAUTHENTICATED")
        return Caller(ANYBODY)


async def until(holds: Callable[[], bool]) -> None:
    """Let others go on until something holds."""
    async with asyncio.timeout(LONG):
        while not holds():  # noqa: ASYNC110 - no event tells what the test waits for
            await asyncio.sleep(0)


@asynccontextmanager
async def streaming(
    patience: Patience = PATIENT,
    *,
    waiting: int = 8,
    listeners: int = 10_000,
    reception: Reception | None = None,
) -> AsyncIterator[Streaming]:
    """Serve the schema; at the end nobody listens and nothing runs any more."""
    events: Events[Mapping[str, object]] = Events(waiting, listeners)
    made = Streaming("", events)
    schema = _schema(made)
    executor = Executor(
        Engine(schema),
        Documents(schema, Limits(1000, 10, 10)),
        Requirements(schema),
        lambda _asked, _seconds: Nothing(),
    )
    anybody = reception or OpenToAll()
    entrance = Entrance(anybody, Sizes(20_000))
    endpoint = GraphQLEndpoint(
        lambda: executor,
        entrance,
        events=EventStreams(lambda: executor, entrance, patience),
    )
    routes = [
        Route("/graphql", endpoint, methods=["GET", "POST", "PUT"]),
        WebSocketRoute("/graphql", graphql_socket(lambda: executor, anybody, patience)),
    ]
    before = asyncio.all_tasks()
    settings = Settings(port=0, data=Path(), write_deadline=patience.write_deadline)
    with listening_socket(settings) as listening:
        application = Starlette(routes=routes)
        async with serving_on(listening, application, events.end) as server:
            made.url, made.server = f"{server.address}/graphql", server
            yield made
    assert not len(events)
    assert not made.running
    await until(lambda: asyncio.all_tasks() <= before)


def _schema(made: Streaming) -> GraphQLSchema:
    schema = build_schema(SDL)
    query, subscription = schema.query_type, schema.subscription_type
    assert query
    assert subscription

    async def forever(_root: object, _info: object) -> int:
        made.running.add("forever")
        try:
            await asyncio.Event().wait()
        finally:
            made.running.remove("forever")
        return 1

    def broken(_root: object, _info: object) -> str:
        raise RuntimeError("secret of host db.internal")

    async def count(_: object, __: object, to: int) -> AsyncGenerator[object, None]:
        for n in range(to):
            yield {"count": {"n": n}}

    async def failing(_: object, __: object) -> AsyncGenerator[object, None]:
        yield {"failing": {"n": 0}}
        raise RuntimeError("secret of host db.internal")

    def refused(_: object, __: object) -> object:
        raise BadInput("departments", "unknown")

    query.fields["hello"].resolve = lambda _o, _i, name: f"hello {name}"
    query.fields["broken"].resolve = broken
    query.fields["forever"].resolve = forever
    subscription.fields["ticks"].subscribe = lambda _o, _i: made.events.listen(
        lambda event: "ticks" in event
    )
    subscription.fields["count"].subscribe = count
    subscription.fields["failing"].subscribe = failing
    subscription.fields["refused"].subscribe = refused
    return schema


@dataclass
class Heard:
    """An open event stream, read event by event."""

    response: httpx.Response
    lines: AsyncIterator[str]

    async def event(self) -> tuple[str, Any]:
        """Give the next event: its name and data; a comment is called `:`."""
        name, data = "", ""
        async with asyncio.timeout(LONG):
            async for line in self.lines:
                if line.startswith("event: "):
                    name = line.removeprefix("event: ")
                elif line.startswith("data:"):
                    data = line.removeprefix("data:").strip()
                elif line.startswith(":"):
                    name = ":"
                elif name:
                    return name, json.loads(data) if data else None
        return "", None

    async def rest(self) -> list[tuple[str, Any]]:
        """Give all events to the end, comments left out."""
        events = []
        while (one := await self.event())[0]:
            if one[0] != ":":
                events.append(one)
        return events


@asynccontextmanager
async def hearing(
    url: str,
    query: str,
    variables: Mapping[str, object] | None = None,
    method: str = "POST",
    headers: Mapping[str, str] | None = None,
) -> AsyncIterator[Heard]:
    """Open an event stream."""
    asked: dict[str, Any] = {"query": query, "variables": variables}
    if method == "GET":
        asked["variables"] = json.dumps(variables)
    how: Any = {"params": asked} if method == "GET" else {"json": asked}
    how["headers"] = {**EVENT_STREAM, **(headers or {})}
    async with (
        httpx.AsyncClient(timeout=LONG) as client,
        client.stream(method, url, **how) as response,
    ):
        yield Heard(response, response.aiter_lines())
