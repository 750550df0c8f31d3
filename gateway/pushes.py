"""Takes the messages that departments push: `POST /push/{department}`."""

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway.endpoints import Endpoint
from gateway.intake import LARGEST, Intake, Refusal, Way

_log = structlog.get_logger(__name__)
OVER_HTTP = Way("http")


def receive(intake: Intake) -> Endpoint:
    """Serve the address for the departments that push.

    200 with a receipt once the message is durable; 400 for one that can't be read (not
    to be sent again), 401 for a wrong signature, 404 for an unknown department, 413 for
    one too large, 503 when it can't be kept now.
    """

    async def endpoint(request: Request) -> Response:
        code = request.path_params["department"]
        if code not in intake.departments:
            return _refusal(404, "没有这样的推送部门 (no such department pushes)")
        body = await _read(request)
        if body is None:
            return _refusal(413, f"报文超过 {LARGEST} 字节 (the message is too large)")
        try:
            taken = await intake.take(code, body, request.headers, OVER_HTTP)
        except OSError as error:
            _log.warning("message not kept", department=code, reason=error.strerror)
            return _refusal(
                503, "暂时无法保存，请重发 (can't be kept now, send it again)"
            )
        if isinstance(taken, Refusal):
            return _refusal(401 if taken.denied else 400, taken.reason)
        rejected = [{"index": r.index, "reason": r.reason} for r in taken.rejected]
        return JSONResponse(
            {
                "messageId": taken.message_id,
                "accepted": taken.accepted,
                "rejected": rejected,
                "duplicate": taken.duplicate,
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
