"""HTTP answers in one piece."""

from collections.abc import Iterable

from starlette.types import Receive, Scope, Send

Header = tuple[bytes, bytes]


class Reply:
    """An answer that is there whole; an ASGI application."""

    __slots__ = ("_headers", "_status", "body")

    def __init__(self, status: int, headers: Iterable[Header], body: bytes) -> None:
        """Answer by a body; its length is told beside `headers`."""
        self._status = status
        self._headers = [*headers, (b"content-length", b"%d" % len(body))]
        self.body = body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        del scope, receive
        await send(
            {
                "type": "http.response.start",
                "status": self._status,
                "headers": self._headers,
            }
        )
        await send({"type": "http.response.body", "body": self.body})
