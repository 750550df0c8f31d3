"""A deadline for the body of a request."""

import asyncio
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.graphql_over_http import RequestRefused, refused

_TOO_SLOW: Final = "请求体未及时送达 (the body of the request did not arrive in time)"


class ReadingDeadline:
    """Answers 408 to who sends a body too slowly."""

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        """Wait for whole bodies so many seconds, from when they are asked for."""
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that arrives in time."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        loop = asyncio.get_running_loop()
        until = loop.time() + self._seconds
        arrived = started = False

        async def receive_in_time() -> Message:
            nonlocal arrived
            if arrived:
                return await receive()
            try:
                async with asyncio.timeout_at(until):
                    message = await receive()
            except TimeoutError:
                raise RequestRefused(
                    408, _TOO_SLOW, "REQUEST_TIMEOUT", {"Connection": "close"}
                ) from None
            arrived = not message.get("more_body", False)
            return message

        async def noting(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive_in_time, noting)
        except RequestRefused as refusal:
            if started:
                raise
            await refused(refusal)(scope, receive, send)
