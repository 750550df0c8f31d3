"""HTTP answers in one piece."""

from collections.abc import Iterable
from typing import Final

from starlette.types import Receive, Scope, Send

Header = tuple[bytes, bytes]
_NOT_MODIFIED: Final = 304


class Reply:
    """An answer that is there whole; an ASGI application."""

    __slots__ = ("_sent", "_status", "body", "headers")

    def __init__(self, status: int, headers: Iterable[Header], body: bytes) -> None:
        """Answer by a body; its length is told beside `headers`."""
        self._status = status
        self.headers = tuple(headers)
        length = (b"content-length", b"%d" % len(body))
        self._sent = [*self.headers, *([] if status == _NOT_MODIFIED else [length])]
        self.body = body

    def with_headers(self, more: Iterable[Header]) -> "Reply":
        """Give the same answer with further headers."""
        return Reply(self._status, (*self.headers, *more), self.body)

    def header(self, name: bytes) -> bytes | None:
        """Give a header by its name in lower case."""
        return dict(self.headers).get(name)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        del scope, receive
        await send(
            {
                "type": "http.response.start",
                "status": self._status,
                "headers": self._sent,
            }
        )
        await send({"type": "http.response.body", "body": self.body})
