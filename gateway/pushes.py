"""Takes the messages that departments push: `POST /push/{department}`."""

import time
from collections.abc import Awaitable, Callable, Mapping

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from adapters.errors import SourceContractBroken, SourceDenied
from adapters.kinds.push import PushTransport, Receipt
from gateway.endpoints import Endpoint

_log = structlog.get_logger(__name__)
LARGEST = 8_388_608
"""Bytes of a message at the most."""


Tell = Callable[[PushTransport, Receipt], Awaitable[None]]
"""Hears of every message that is kept."""


async def tell_nobody(_: PushTransport, __: Receipt) -> None:
    """Keep it to ourselves."""


def receive(
    departments: Mapping[str, PushTransport], tell: Tell = tell_nobody
) -> Endpoint:
    """Serve the address for the departments that push.

    200 with a receipt once the message is durable; 400 for one that can't be read (not
    to be sent again), 401 for a wrong signature, 404 for an unknown department, 413 for
    one too large.
    """

    async def endpoint(request: Request) -> Response:
        code = request.path_params["department"]
        transport = departments.get(code)
        if transport is None:
            return _refusal(404, "没有这样的推送部门 (no such department pushes)")
        body = await _read(request)
        if body is None:
            return _refusal(413, f"报文超过 {LARGEST} 字节 (the message is too large)")
        try:
            receipt = await transport.receive(
                body,
                request.headers.get("x-creditnet-timestamp", ""),
                request.headers.get("x-creditnet-signature", ""),
                time.time(),
            )
        except SourceDenied as error:
            return _refusal(401, error.reason)
        except SourceContractBroken as error:
            _log.warning("message refused", department=code, reason=error.reason)
            return _refusal(400, error.reason)
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
