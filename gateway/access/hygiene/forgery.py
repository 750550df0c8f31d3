"""Refuses what another site's page can make a browser send without asking first.

A browser asks first (preflight) before it sends a JSON body or a header of our own; a
request that has neither may be forged. Sockets are never asked for, so their origin
must be known.
"""

from collections.abc import Collection, Mapping
from typing import Final
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.graphql_over_http import RequestRefused, headers_of, refused
from gateway.negotiation import JSON

ASKED_FIRST: Final = (
    b"authorization",
    b"x-creditnet-key",
    b"x-creditnet-client",
    b"apollo-require-preflight",
)
"""Headers that no page sends across sites without being asked."""
_REFUSAL: Final = RequestRefused(
    403,
    "请求可能出自他站：请用 JSON 请求体，或带 X-Creditnet-Client 请求头 "
    "(may be forged by another site: send a JSON body or the header "
    "X-Creditnet-Client)",
    "CSRF_PREVENTED",
    {"Cache-Control": "no-store"},
)
_POLICY_VIOLATION: Final = 1008


class ForgeryPrevention:
    """Lets through what can't be forged; for endpoints that know who asks."""

    def __init__(self, app: ASGIApp, origins: Collection[str] = ()) -> None:
        """Guard `app`; sockets may come from `origins`, our own, or no browser."""
        self._app = app
        self._origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it by 403."""
        headers = headers_of(scope) if scope["type"] in {"http", "websocket"} else {}
        if scope["type"] == "http" and may_be_forged(headers):
            await refused(_REFUSAL)(scope, receive, send)
        elif scope["type"] == "websocket" and not self._is_known(headers):
            await receive()
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
        else:
            await self._app(scope, receive, send)

    def _is_known(self, headers: Mapping[bytes, bytes]) -> bool:
        origin = headers.get(b"origin")
        if origin is None:
            return True
        written = origin.decode("latin-1")
        own = headers.get(b"host", b"").decode("latin-1")
        return written in self._origins or urlsplit(written).netloc == own


def may_be_forged(headers: Mapping[bytes, bytes]) -> bool:
    """Say whether a browser sends a request with such headers without asking."""
    if any(headers.get(name) for name in ASKED_FIRST):
        return False
    media = headers.get(b"content-type", b"").split(b";")[0].strip().lower()
    return media != JSON.encode()
