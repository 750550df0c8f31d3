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
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.events import Ended
from gateway.execution import InUse
from gateway.graphql_over_http import (
    RequestRefused,
    headers_of,
    read_operation,
    refused,
)
from gateway.leaving import ClientLeft
from gateway.negotiation import EVENT_STREAM
from gateway.outcomes import body_of, encoded, results_of, while_known, with_pauses
from gateway.patience import Patience
from gateway.reception import Entrance

STILL_HERE: Final = b":\n\n"
"""A comment, which no client shows."""
HEADERS: Final = {"cache-control": "no-store", "x-accel-buffering": "no"}
"""No store keeps it, and no proxy holds it back."""
COMPLETE: Final = b"event: complete\ndata:\n\n"
_log = structlog.get_logger(__name__)
Results = AsyncGenerator[ExecutionResult | None, None]


class EventStreams:
    """Serves those who want an event stream, as an ASGI application."""

    def __init__(
        self,
        executor: InUse,
        entrance: Entrance,
        patience: Patience,
    ) -> None:
        """Answer requests of a size, in pieces that clients take within `patience`."""
        self._executor = executor
        self._entrance = entrance
        self._patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            reply = await self._reply(scope, receive)
        except RequestRefused as refusal:
            reply = refused(refusal)
        except ClientLeft:
            return
        await reply(scope, receive, send)

    async def _reply(self, scope: Scope, receive: Receive) -> ASGIApp:
        entrance, headers = self._entrance, headers_of(scope)
        caller = await entrance.reception.caller(scope, headers)
        operation = await read_operation(
            scope, headers, receive, entrance.most, entrance.documents
        )
        results = while_known(
            results_of(self._executor(), operation, caller),
            lambda: entrance.reception.caller(scope, headers),
        )
        paced = with_pauses(results, self._patience.keep_alive)
        return EventStream(await anext(paced), paced, self._patience)


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
