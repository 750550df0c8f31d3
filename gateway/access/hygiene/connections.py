"""Bounds what connections may cost before they have asked anything.

A client that sends the head of a request slowly, or nothing at all, would hold its
connection for ever; one that sends a head without end, memory.
"""

import asyncio
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, cast

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from gateway.access.hygiene.peers import Extensions, extensions_of

_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-length: 0\r\nconnection: close\r\n\r\n"
)


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """What is borne with."""

    connections: int = 10_000
    """Open at the same time; who comes on top is cut off."""
    head_seconds: float = 10.0
    """From the first byte of a request, or from connecting, to the end of its head."""
    head_bytes: int = 65_536
    """Of a head at the most; twice that may have been read before it is refused."""


class BoundedProtocol(HttpToolsProtocol):
    """Speaks HTTP within the self.limits."""

    limits: ClassVar[ConnectionLimits] = ConnectionLimits()
    _timer: asyncio.TimerHandle | None = None
    _read = 0
    _extensions: Extensions = MappingProxyType({})
    """What a request's scope tells of the connection's TLS."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Cut off who is one too many."""
        super().connection_made(transport)
        if len(self.connections) > self.limits.connections:
            transport.abort()
            return
        self._extensions = extensions_of(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Refuse a head that is too large."""
        super().data_received(data)
        if self._timer is None or self.transport.is_closing():
            return
        self._read += len(data)
        if self._read > self.limits.head_bytes:
            self.transport.write(_TOO_LARGE)
            self.transport.close()

    def on_message_begin(self) -> None:
        """Wait for the head of a request."""
        self._await_head()
        super().on_message_begin()
        self.scope["extensions"] = {**self._extensions}

    def handle_websocket_upgrade(self) -> None:
        """Tell of the connection's TLS on a WebSocket, too."""
        made, told = self.ws_protocol_class, self._extensions

        def telling(**given: Any) -> asyncio.Protocol:  # noqa: ANN401 - uvicorn's own
            protocol: Any = made(**given)  # type: ignore[misc]
            protocol.app = _with_extensions(protocol.app, told)
            return cast("asyncio.Protocol", protocol)

        self.ws_protocol_class = telling  # type: ignore[assignment]
        super().handle_websocket_upgrade()

    def on_headers_complete(self) -> Any:  # noqa: ANN401 - as the parser has it
        """Have the head."""
        self._stop_waiting()
        return super().on_headers_complete()

    def _await_head(self) -> None:
        if self._timer is None:
            self._read = 0
            self._timer = self.loop.call_later(
                self.limits.head_seconds, self.transport.abort
            )

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _with_extensions(app: ASGIApp, told: Extensions) -> ASGIApp:
    async def telling(scope: Scope, receive: Receive, send: Send) -> None:
        extensions = {**(scope.get("extensions") or {}), **told}
        await app({**scope, "extensions": extensions}, receive, send)

    return telling


def bounded(limits: ConnectionLimits) -> type[HttpToolsProtocol]:
    """Make the protocol that uvicorn.Config takes as `http`."""
    return type("Bounded", (BoundedProtocol,), {"limits": limits})
