"""GraphQL over WebSocket: the graphql-transport-ws protocol."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing
from typing import Any, Final

import structlog
from graphql import ExecutionResult, GraphQLError
from starlette.responses import JSONResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

from gateway.access.viewer import Caller
from gateway.events import Ended
from gateway.execution import InUse
from gateway.graphql_over_http import Operation, RequestRefused, headers_of
from gateway.outcomes import Refusal, body_of, encoded, results_of
from gateway.patience import Patience
from gateway.reception import Reception
from gateway.socket_messages import (
    Complete,
    ConnectionInit,
    Message,
    Ping,
    Pong,
    Subscribe,
    pong,
    read_message,
)
from schema.errors import LimitExceeded

SUBPROTOCOL: Final = "graphql-transport-ws"
LONGEST_REASON: Final = 123
"""Bytes of the reason of a close frame at the most (RFC 6455, 5.5)."""
_log = structlog.get_logger(__name__)
SocketEndpoint = Callable[[WebSocket], Awaitable[None]]


def graphql_socket(
    executor: InUse, reception: Reception, patience: Patience
) -> SocketEndpoint:
    """Serve one schema over WebSocket, as it is when an operation begins."""

    async def endpoint(websocket: WebSocket) -> None:
        if SUBPROTOCOL not in websocket.scope["subprotocols"]:
            await websocket.accept()
            await websocket.close(4406, "Subprotocol not acceptable")
            return
        await websocket.accept(SUBPROTOCOL)
        await _Conversation(websocket, executor, reception, patience).run()

    return endpoint


async def no_socket(websocket: WebSocket) -> None:
    """Refuse the handshake where there is nothing to subscribe to."""
    words = "公示接口没有订阅 (the public schema has no subscriptions)"
    error = {"message": words, "extensions": {"code": "BAD_REQUEST"}}
    refusal = JSONResponse({"errors": [error]}, status_code=404)
    await websocket.send_denial_response(refusal)


class _Refused(Exception):
    """The client broke the protocol: the code and the reason to close by."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class _Unread(Exception):
    """The client does not read what is sent to it."""


class _Conversation:
    """What is said on one WebSocket."""

    def __init__(
        self,
        websocket: WebSocket,
        executor: InUse,
        reception: Reception,
        patience: Patience,
    ) -> None:
        self._websocket = websocket
        self._executor = executor
        self._reception = reception
        self._patience = patience
        self._introduced: ConnectionInit | None = None
        """None until the connection is acknowledged."""
        self._running: dict[str, asyncio.Task[None]] = {}
        self._turn = asyncio.Lock()

    async def run(self) -> None:
        """Listen until either side ends it; nothing runs on afterwards."""
        refused: _Refused | None = None
        try:
            async with asyncio.TaskGroup() as group:
                await self._listen(group)
                for task in self._running.values():
                    task.cancel()
        except* _Refused as found:
            refused = next(e for e in found.exceptions if isinstance(e, _Refused))
        except* _Unread:
            _log.warning("client does not read", transport=SUBPROTOCOL)
        except* WebSocketDisconnect:
            pass
        except* Exception as found:  # noqa: BLE001 - closes this connection only
            _log.error("connection failed", exc_info=found)
            refused = _Refused(1011, "Internal error")
        if refused is not None:
            await self._close(refused)

    async def _listen(self, group: asyncio.TaskGroup) -> None:
        try:
            async with asyncio.timeout(self._patience.init_deadline) as deadline:
                while (message := await self._read()) is not None:
                    await self._take(message, group)
                    if self._introduced is not None:
                        deadline.reschedule(None)
        except TimeoutError as error:
            raise _Refused(4408, "Connection initialisation timeout") from error

    async def _read(self) -> Message | None:
        """Read the next message; None when the client has left."""
        received: Mapping[str, Any] = await self._websocket.receive()
        if received["type"] == "websocket.disconnect":
            return None
        try:
            return read_message(received.get("text"), self._patience.values)
        except ValueError as error:
            raise _Refused(4400, str(error)) from error

    async def _take(self, message: Message, group: asyncio.TaskGroup) -> None:
        match message:
            case ConnectionInit():
                if self._introduced is not None:
                    raise _Refused(4429, "Too many initialisation requests")
                await self._called(message)
                self._introduced = message
                await self._send({"type": "connection_ack"})
            case Ping():
                await self._write(pong(message))
            case Pong():
                pass
            case Subscribe():
                await self._start(message, group)
            case Complete():
                task = self._running.pop(message.id, None)
                if task is not None:
                    task.cancel()

    async def _start(self, asked: Subscribe, group: asyncio.TaskGroup) -> None:
        if self._introduced is None:
            raise _Refused(4401, "Unauthorized")
        if asked.id in self._running:
            raise _Refused(4409, f"Subscriber for {asked.id} already exists")
        if len(self._running) >= self._patience.operations:
            await self._send(_too_many(asked.id, self._patience.operations))
            return
        caller = await self._called(self._introduced)
        task = group.create_task(self._answer(asked, caller, self._introduced))
        self._running[asked.id] = task
        await asyncio.sleep(0)  # what the client says next comes after it has begun

    async def _called(self, message: ConnectionInit) -> Caller:
        """Name the caller, by the handshake or by what a browser says after it.

        Each operation and each result is for who is still known then: tokens expire,
        or are revoked, while a connection stands.
        """
        said = {
            name.lower().encode(): value.encode()
            for name, value in (message.payload or {}).items()
            if isinstance(value, str)
        }
        scope = self._websocket.scope
        try:
            return await self._reception.caller(scope, {**said, **headers_of(scope)})
        except RequestRefused as refusal:
            code = 4403 if refusal.status == 401 else 4400
            raise _Refused(code, refusal.message) from refusal

    async def _answer(
        self, asked: Subscribe, caller: Caller, introduced: ConnectionInit
    ) -> None:
        last = {"id": asked.id, "type": "complete"}
        payload = asked.payload
        operation = Operation(
            payload.query, payload.operation_name or None, payload.variables or {}
        )
        try:
            found = results_of(self._executor(), operation, caller)
            async with aclosing(found) as results:
                async for result in results:
                    if isinstance(result, Refusal):
                        last = _error(asked.id, result.errors or [])
                        break
                    await self._called(introduced)
                    await self._send(_next(asked.id, result))
        except Ended:
            return
        finally:
            if self._running.get(asked.id) is asyncio.current_task():
                del self._running[asked.id]
        await self._send(last)

    async def _send(self, message: Mapping[str, object]) -> None:
        await self._write(encoded(message).decode())

    async def _write(self, text: str) -> None:
        """Send one message at a time; raises _Unread when the client does not read."""
        async with self._turn:
            try:
                await self._patience.sending(self._websocket.send_text(text))
            except TimeoutError as error:
                raise _Unread from error

    async def _close(self, refused: _Refused) -> None:
        reason = refused.reason.encode()[:LONGEST_REASON].decode(errors="ignore")
        try:
            closed = self._websocket.close(refused.code, reason)
            await self._patience.sending(closed)
        except (TimeoutError, WebSocketDisconnect, RuntimeError):
            _log.info("client left before it was told why", code=refused.code)


def _next(name: str, result: ExecutionResult) -> dict[str, Any]:
    return {"id": name, "type": "next", "payload": body_of(result)}


def _error(name: str, errors: list[GraphQLError]) -> dict[str, Any]:
    return {"id": name, "type": "error", "payload": [e.formatted for e in errors]}


def _too_many(name: str, most: int) -> dict[str, Any]:
    error = LimitExceeded(
        f"一个连接同时至多 {most} 个操作 (so many operations run on this connection)"
    )
    return _error(name, [GraphQLError(str(error), extensions=error.extensions)])
