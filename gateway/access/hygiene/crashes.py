"""Answers for what fails outside of any GraphQL field: a number, and nothing else."""

from typing import Final
from uuid import uuid4

import orjson
import structlog
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = structlog.get_logger(__name__)
_BROKEN: Final = 1011
"""Code by which a WebSocket closes after an internal error (RFC 6455, 7.4.1)."""
_BEGUN: Final = frozenset(
    {"http.response.start", "websocket.close", "websocket.http.response.start"}
)
"""What, once it is sent, leaves no room for another answer."""
_PAGE: Final = """<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><title>内部错误 Internal error</title>
<h1>内部错误 Internal error</h1>
<p>请将编号告知管理员 Quote this number to the administrator: <code>{}</code></p>
</html>
"""


class Crashes:
    """Answers 500 when the application raises; the log has the reason by a number.

    An answer that has begun can't be taken back: it is cut.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Answer in place of `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, or by a number."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        sent: set[str] = set()

        async def noting(message: Message) -> None:
            sent.add(message["type"])
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except ClientDisconnect:
            return
        except Exception as error:
            number = uuid4().hex
            _log.error(
                "request failed",
                error_id=number,
                path=scope["path"],
                type=scope["type"],
                exc_info=error,
            )
            if sent & _BEGUN:
                raise
            if scope["type"] == "websocket" and not _can_be_denied(scope, sent):
                await send({"type": "websocket.close", "code": _BROKEN})
                return
            await _answer(scope, number)(scope, receive, send)


def _can_be_denied(scope: Scope, sent: set[str]) -> bool:
    """Say whether a handshake can still be answered over HTTP."""
    known = scope.get("extensions") or {}
    return "websocket.accept" not in sent and "websocket.http.response" in known


def _answer(scope: Scope, number: str) -> Response:
    accept = b",".join(v for name, v in scope["headers"] if name == b"accept")
    if b"text/html" in accept.lower():
        media, body = "text/html", _PAGE.format(number).encode()
    else:
        words = f"内部错误，编号 {number} (internal error, quote this number)"
        told = {"code": "INTERNAL_SERVER_ERROR", "id": number}
        error = {"message": words, "extensions": told}
        media, body = "application/json", orjson.dumps({"errors": [error]})
    headers = {
        "content-type": f"{media}; charset=utf-8",
        "cache-control": "no-store",
        "vary": "Accept",
    }
    return Response(body, 500, headers)
