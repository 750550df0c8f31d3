"""The gateway's HTTP addresses."""

from collections.abc import Awaitable, Callable
from typing import Final

from graphql import ExecutionResult
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from strawberry.http.ides import get_graphql_ide_html

from gateway.execution import Executor
from gateway.graphql_over_http import (
    RequestRefused,
    Sizes,
    accepted,
    read_operation,
    refuse,
    send,
)
from gateway.leaving import ClientLeft, unless_left
from gateway.multipart import send_parts, split

Endpoint = Callable[[Request], Awaitable[Response]]


CLIENT_CLOSED_REQUEST: Final = 499
"""Status of an answer that nobody reads, as in logs of other servers."""
EXPLAIN: Final = "x-creditnet-explain"


def graphql(executor: Executor, most: Sizes, *, explains: bool = False) -> Endpoint:
    """Serve one schema by GraphQL over HTTP; it may tell how an answer came about."""

    async def endpoint(request: Request) -> Response:
        media = "application/json"
        try:
            in_parts, others = split(request.headers.get("accept", ""))
            media = accepted(others)
            operation = await read_operation(request, most)
            explain = explains and request.headers.get(EXPLAIN) == "1"
            if not in_parts:
                result = await unless_left(
                    request, executor.run(operation, explain=explain)
                )
                return send(result, media)
            outcome = await unless_left(
                request, executor.run_incrementally(operation, explain=explain)
            )
            if isinstance(outcome, ExecutionResult):
                return send(outcome, media)
            return send_parts(outcome)
        except RequestRefused as refusal:
            return refuse(refusal, media)
        except ClientLeft:
            return Response(status_code=CLIENT_CLOSED_REQUEST)

    return endpoint


async def playground(_: Request) -> Response:
    """Show the framework's own page for writing queries, until ours is there."""
    page = get_graphql_ide_html(graphql_ide="graphiql")
    return HTMLResponse(page.replace("fetcher({", "fetcher({"))


async def alive(_: Request) -> Response:
    """Say that the process serves."""
    return JSONResponse({"status": "ok"})


def ready(state: Callable[[], Awaitable[dict[str, object]]]) -> Endpoint:
    """Say whether questions can be answered: 200, or 503 with what is missing."""

    async def endpoint(_: Request) -> Response:
        found = await state()
        return JSONResponse(found, status_code=200 if found["ready"] else 503)

    return endpoint
