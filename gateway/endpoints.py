"""The gateway's HTTP addresses."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, NamedTuple

from graphql import ExecutionResult
from graphql.execution import ExperimentalIncrementalExecutionResults
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from strawberry.http.ides import get_graphql_ide_html

from gateway.access.viewer import Caller
from gateway.execution import Executor, InUse
from gateway.graphql_over_http import (
    DEADLINE,
    REQUIRE,
    Operation,
    RequestRefused,
    answered,
    headers_of,
    not_acceptable,
    operation_of,
    read_text,
    refused,
)
from gateway.http_caching import NO_STORE, unless_known, with_freshness
from gateway.leaving import ClientLeft, unless_left
from gateway.multipart import send_parts
from gateway.negotiation import JSON, Accepted, Negotiation
from gateway.reception import Entrance
from gateway.recording import Recorded
from gateway.repeating import Answer, Repeats
from gateway.replies import Header, Reply
from gateway.visits import NOTHING_BESIDE, Ran, Wishes
from schema.visibility import Audience

Endpoint = Callable[[Request], Awaitable[Response]]


CLIENT_CLOSED_REQUEST: Final = 499
"""Status of an answer that nobody reads, as in logs of other servers."""
EXPLAIN: Final = b"x-creditnet-explain"
RECEIPT: Final = b"x-creditnet-receipt"


class GraphQLEndpoint:
    """Serves one schema by GraphQL over HTTP, as an ASGI application."""

    def __init__(
        self,
        executor: InUse,
        entrance: Entrance,
        *,
        events: ASGIApp | None = None,
        repeats: Repeats | None = None,
        audience: Audience = Audience.GOVERNMENT,
    ) -> None:
        """Answer an audience, each request by the `executor` that is then in use.

        Who wants an event stream is left to `events`, if there is such; answers that
        stay true for a while are given again out of `repeats`. Government may ask how
        an answer came about; caches on the way may keep public answers to GET.
        """
        self._executor = executor
        self._entrance = entrance
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
            raise not_acceptable()
        executor, entrance = self._executor(), self._entrance
        caller = await entrance.reception.caller(scope, headers)
        text = await read_text(scope, headers, receive, entrance.most)
        executor.admission.check_text(caller, len(text))
        wishes = self._wishes(headers)
        heard = _Heard(executor, scope, headers, receive, caller, text, wishes)
        if accepted.parts:
            operation = self._operation(heard)
            parts = executor.run_incrementally(operation, caller, wishes)
            return _in_parts(await unless_left(receive, parts), accepted.media)
        repeats = self._repeats
        if repeats is None or wishes != NOTHING_BESIDE:
            reply, ran = await self._made(heard, accepted.media)
            return self._told(reply, ran.headers, headers)
        about = (scope["path"], scope["method"], accepted.media, headers.get(REQUIRE))
        asked = (*about, executor.admission.decide(caller), text)
        patience = executor.deadline if DEADLINE not in headers else 0.0
        known = repeats.get(asked) or await repeats.awaited(asked, patience)
        if known is not None:
            return await self._again(executor, known, caller, headers)
        era = repeats.era
        with repeats.making(asked):
            reply, ran = await self._made(heard, accepted.media)
            if ran.life is not None:
                repeats.keep(asked, Answer(reply, ran.matter), ran.life, era)
        return self._told(reply, ran.headers, headers)

    def _operation(self, heard: "_Heard") -> Operation:
        most, documents = self._entrance.most, self._entrance.documents
        return operation_of(heard.scope, heard.headers, heard.text, most, documents)

    async def _made(self, heard: "_Heard", media: str) -> tuple[Reply, Ran]:
        """Execute an operation that is answered in one piece."""
        operation = self._operation(heard)
        work = heard.executor.run(operation, heard.caller, heard.wishes)
        ran = await unless_left(heard.receive, work)
        reply = answered(ran.result, media)
        if self._shared and operation.by_get:
            reply = (
                reply.with_headers([NO_STORE])
                if ran.aging
                else with_freshness(reply, ran.result, ran.life)
            )
        return reply, ran

    def _wishes(self, headers: Mapping[bytes, bytes]) -> Wishes:
        if not self._explains:
            return NOTHING_BESIDE
        return Wishes(headers.get(EXPLAIN) == b"1", headers.get(RECEIPT) == b"1")

    async def _again(
        self,
        executor: Executor,
        known: Answer,
        caller: Caller,
        headers: Mapping[bytes, bytes],
    ) -> Reply:
        charge = await executor.admission.charge_again(caller)
        await executor.recording.again(caller, known.matter)
        return self._told(known.reply, charge.headers, headers)

    def _told(
        self, reply: Reply, more: tuple[Header, ...], headers: Mapping[bytes, bytes]
    ) -> Reply:
        """Tell of the caller's quotas, but not in what caches give to others."""
        reply = unless_known(reply, headers.get(b"if-none-match"))
        return reply.with_headers(more) if more and not self._shared else reply


class _Heard(NamedTuple):
    """A request that was let in and received whole, and what answers it."""

    executor: Executor
    scope: Scope
    headers: Mapping[bytes, bytes]
    receive: Receive
    caller: Caller
    text: bytes
    wishes: Wishes


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


def keys(recorded: Recorded) -> Endpoint:
    """Give the keys by which receipts are checked (a JWK set)."""

    async def endpoint(_: Request) -> Response:
        return JSONResponse(recorded.published)

    return endpoint


async def alive(_: Request) -> Response:
    """Say that the process serves."""
    return JSONResponse({"status": "ok"})


def ready(state: Callable[[], Awaitable[dict[str, object]]]) -> Endpoint:
    """Say whether questions can be answered: 200, or 503 with what is missing."""

    async def endpoint(_: Request) -> Response:
        found = await state()
        return JSONResponse(found, status_code=200 if found["ready"] else 503)

    return endpoint
