"""The gateway's HTTP addresses."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from graphql import ExecutionResult
from graphql.execution import ExperimentalIncrementalExecutionResults
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from strawberry.http.ides import get_graphql_ide_html

from gateway.execution import Executor
from gateway.graphql_over_http import (
    NOT_ACCEPTABLE,
    REQUIRE,
    RequestRefused,
    Sizes,
    answered,
    headers_of,
    operation_of,
    read_text,
    refused,
)
from gateway.http_caching import NO_STORE, unless_known, with_freshness
from gateway.leaving import ClientLeft, unless_left
from gateway.multipart import send_parts
from gateway.negotiation import JSON, Accepted, Negotiation
from gateway.reception import Reception
from gateway.repeating import Repeats
from gateway.replies import Reply
from schema.visibility import Audience

Endpoint = Callable[[Request], Awaitable[Response]]


CLIENT_CLOSED_REQUEST: Final = 499
"""Status of an answer that nobody reads, as in logs of other servers."""
EXPLAIN: Final = b"x-creditnet-explain"


class GraphQLEndpoint:
    """Serves one schema by GraphQL over HTTP, as an ASGI application."""

    def __init__(
        self,
        executor: Executor,
        reception: Reception,
        most: Sizes,
        *,
        events: ASGIApp | None = None,
        repeats: Repeats | None = None,
        audience: Audience = Audience.GOVERNMENT,
    ) -> None:
        """Answer an audience.

        Who wants an event stream is left to `events`, if there is such; answers that
        stay true for a while are given again out of `repeats`. Government may ask how
        an answer came about; caches on the way may keep public answers to GET.
        """
        self._executor = executor
        self._reception = reception
        self._most = most
        self._explains = audience is Audience.GOVERNMENT
        self._events = events
        self._repeats = repeats
        self._shared = audience is Audience.PUBLIC
        self._negotiation = Negotiation()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers = headers_of(scope)
        accept = headers.get(b"accept", b"").decode("latin-1")
        accepted = self._negotiation.accepted(accept)
        if accepted.events and self._events is not None:
            await self._events(scope, receive, send)
            return
        try:
            reply = await self._reply(scope, headers, receive, accepted)
        except RequestRefused as refusal:
            reply = refused(refusal, accepted.media or JSON)
        except ClientLeft:
            reply = Reply(CLIENT_CLOSED_REQUEST, [], b"")
        await reply(scope, receive, send)

    async def _reply(
        self,
        scope: Scope,
        headers: Mapping[bytes, bytes],
        receive: Receive,
        accepted: Accepted,
    ) -> ASGIApp:
        if accepted.media is None:
            raise NOT_ACCEPTABLE
        caller = await self._reception.caller(scope, headers)
        text = await read_text(scope, headers, receive, self._most)
        explain = self._explains and headers.get(EXPLAIN) == b"1"
        about = (scope["path"], scope["method"], accepted.media)
        asked = (*about, headers.get(REQUIRE), text)
        repeats = None if explain or accepted.parts else self._repeats
        if repeats is not None and (again := repeats.get(asked)) is not None:
            return unless_known(again, headers.get(b"if-none-match"))
        era = 0 if repeats is None else repeats.era
        operation = operation_of(scope, headers, text, self._most)
        if accepted.parts:
            parts = self._executor.run_incrementally(operation, caller, explain=explain)
            return _in_parts(await unless_left(receive, parts), accepted.media)
        work = self._executor.run(operation, caller, explain=explain)
        ran = await unless_left(receive, work)
        reply = answered(ran.result, accepted.media)
        if self._shared and operation.by_get:
            reply = (
                reply.with_headers([NO_STORE])
                if ran.aging
                else with_freshness(reply, ran.result, ran.life)
            )
        if repeats is not None and ran.life is not None:
            repeats.keep(asked, reply, ran.life, era)
        return unless_known(reply, headers.get(b"if-none-match"))


def _in_parts(
    outcome: ExecutionResult | ExperimentalIncrementalExecutionResults, media: str
) -> ASGIApp:
    if isinstance(outcome, ExecutionResult):
        return answered(outcome, media)
    return send_parts(outcome)


async def playground(_: Request) -> Response:
    """Show the framework's own page for writing queries, until ours is there."""
    page = get_graphql_ide_html(graphql_ide="graphiql")
    page = page.replace('window.location.href.split("?")[0]', _ADDRESS)
    return HTMLResponse(page.replace("const defaultHeaders = {};", _HEADERS))


_ADDRESS: Final = 'new URL("/graphql", window.location).href'
_HEADERS: Final = """
      const defaultHeaders = {};
      const handed = new URLSearchParams(location.hash.slice(1)).get("token");
      if (handed) {
        sessionStorage.setItem("token", handed);
        history.replaceState(null, "", location.pathname + location.search);
      }
      const token = sessionStorage.getItem("token");
      if (token) defaultHeaders.Authorization = `Bearer ${token}`;
"""
"""A token comes in the fragment of the address, which no server sees; it stays as long
as the page is open."""


async def alive(_: Request) -> Response:
    """Say that the process serves."""
    return JSONResponse({"status": "ok"})


def ready(state: Callable[[], Awaitable[dict[str, object]]]) -> Endpoint:
    """Say whether questions can be answered: 200, or 503 with what is missing."""

    async def endpoint(_: Request) -> Response:
        found = await state()
        return JSONResponse(found, status_code=200 if found["ready"] else 503)

    return endpoint
