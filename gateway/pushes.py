"""Takes the messages that departments push: `POST /push/{department}`."""

import time
from collections.abc import Awaitable, Callable, Mapping

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from adapters.errors import SourceContractBroken, SourceDenied
from adapters.kinds.push import Announce, PushTransport, Receipt
from adapters.kinds.push.transport import announce_to_nobody
from gateway.endpoints import Endpoint

_log = structlog.get_logger(__name__)
LARGEST = 8_388_608
"""Bytes of a message at the most."""


Tell = Callable[[PushTransport, Receipt], Awaitable[None]]
"""Hears of every message that is kept."""


async def tell_nobody(_: PushTransport, __: Receipt) -> None:
    """Keep it to ourselves."""


def receive(
    departments: Mapping[str, PushTransport],
    tell: Tell = tell_nobody,
    announce: Announce = announce_to_nobody,
) -> Endpoint:
    """Serve the address for the departments that push.

    `announce` hears of a message before it is kept, so that no answer denies it.

    200 with a receipt once the message is durable; 400 for one that can't be read (not
    to be sent again), 401 for a wrong signature, 404 for an unknown department, 413 for
    one too large, 503 when it can't be kept now.
    """

    async def endpoint(request: Request) -> Response:
        code = request.path_params["department"]
        transport = departments.get(code)
        if transport is None:
            return _refusal(404, "没有这样的推送部门 (no such department pushes)")
        body = await _read(request)
        if body is None:
            return _refusal(413, f"报文超过 {LARGEST} 字节 (the message is too large)")
        receipt = await _kept(transport, request, body, announce)
        if isinstance(receipt, Response):
            return receipt
        await tell(transport, receipt)
        rejected = [{"index": r.index, "reason": r.reason} for r in receipt.rejected]
        return JSONResponse(
            {
                "messageId": receipt.message_id,
                "accepted": receipt.accepted,
                "rejected": rejected,
                "duplicate": receipt.duplicate,
            }
        )

    return endpoint


async def _kept(
    transport: PushTransport, request: Request, body: bytes, announce: Announce
) -> Receipt | Response:
    """Give the receipt of a message that is kept now, or say why it is not."""
    code = transport.department
    try:
        return await transport.receive(
            body,
            request.headers.get("x-creditnet-timestamp", ""),
            request.headers.get("x-creditnet-signature", ""),
            time.time(),
            announce,
        )
    except SourceDenied as error:
        return _refusal(401, error.reason)
    except SourceContractBroken as error:
        _log.warning("message refused", department=code, reason=error.reason)
        return _refusal(400, error.reason)
    except OSError as error:
        _log.warning("message not kept", department=code, reason=error.strerror)
        return _refusal(503, "暂时无法保存，请重发 (can't be kept now, send it again)")


async def _read(request: Request) -> bytes | None:
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > LARGEST:
            return None
        chunks.append(chunk)
    return b"".join(chunks)


def _refusal(status: int, reason: str) -> Response:
    return JSONResponse({"error": reason}, status_code=status)
