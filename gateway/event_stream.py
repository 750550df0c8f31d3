"""GraphQL over server-sent events: the graphql-sse protocol, distinct connections.

A request that accepts `text/event-stream` before JSON is answered by `next` events and
a `complete` event; a stream that ends without the latter was cut, and may be asked for
again.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final

import structlog
from graphql import ExecutionResult
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gateway.endpoints import Endpoint
from gateway.events import Ended
from gateway.execution import Executor
from gateway.graphql_over_http import (
    GRAPHQL_RESPONSE,
    JSON,
    RequestRefused,
    Sizes,
    read_operation,
    refuse,
)
from gateway.outcomes import body_of, encoded, results_of, with_pauses
from gateway.patience import Patience

EVENT_STREAM: Final = "text/event-stream"
STILL_HERE: Final = b":\n\n"
"""A comment, which no client shows."""
HEADERS: Final = {"cache-control": "no-store", "x-accel-buffering": "no"}
"""No store keeps it, and no proxy holds it back."""
COMPLETE: Final = b"event: complete\ndata:\n\n"
_log = structlog.get_logger(__name__)
Results = AsyncGenerator[ExecutionResult | None, None]


def streamed(
    plain: Endpoint, executor: Executor, most: Sizes, patience: Patience
) -> Endpoint:
    """Serve those who want an event stream, and leave all others to `plain`."""

    async def endpoint(request: Request) -> Response:
        if not wants_events(request.headers.get("accept", "")):
            return await plain(request)
        try:
            operation = await read_operation(request, most)
            results = with_pauses(results_of(executor, operation), patience.keep_alive)
            first = await anext(results)
        except RequestRefused as refusal:
            return refuse(refusal)
        return EventStream(first, results, patience)

    return endpoint


def wants_events(header: str) -> bool:
    """Say whether an Accept header prefers an event stream to JSON."""
    offers: dict[str, float] = {}
    for part in header.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        offers[name] = _quality(parameters)
    json = max(offers.get(GRAPHQL_RESPONSE, 0.0), offers.get(JSON, 0.0))
    return offers.get(EVENT_STREAM, 0.0) > json


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return float(parameter.removeprefix("q="))
            except ValueError:
                return 0.0
    return 1.0


class EventStream(Response):
    """Sends results as they come, until they end or the client is gone."""

    media_type = EVENT_STREAM

    def __init__(
        self, first: ExecutionResult | None, results: Results, patience: Patience
    ) -> None:
        """Send `first` and then `results`; None is a sign of life."""
        self._first = first
        self._results = results
        self._patience = patience
        super().__init__(headers=HEADERS)
        del self.headers["content-length"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the results end, or the client leaves."""
        del scope
        async with aclosing(self._results):
            writing = asyncio.create_task(self._write(send))
            leaving = asyncio.create_task(_left(receive))
            tasks = {writing, leaving}
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.wait(tasks)
        if not writing.cancelled():
            writing.result()

    async def _write(self, send: Send) -> None:
        async def put(message: dict[str, object]) -> None:
            await self._patience.sending(send(message))

        async def chunk(text: bytes, *, more: bool = True) -> None:
            body = {"type": "http.response.body", "body": text, "more_body": more}
            await put(body)

        start = {"status": self.status_code, "headers": self.raw_headers}
        try:
            await put({"type": "http.response.start", **start})
            await chunk(_event(self._first))
            async for result in self._results:
                await chunk(_event(result))
            await chunk(COMPLETE, more=False)
        except Ended:
            await chunk(b"", more=False)
        except TimeoutError:
            _log.warning("client does not read", transport=EVENT_STREAM)


def _event(result: ExecutionResult | None) -> bytes:
    if result is None:
        return STILL_HERE
    return b"event: next\ndata: " + encoded(body_of(result)) + b"\n\n"


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
