"""How a REST department misbehaves."""

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

PROFILES = frozenset(
    "healthy slow flaky down hang half_answer wrong_total duplicate_pages schema_drift "
    "bad_rows stale clock_skew maintenance rate_limited token_expiry errors garbage "
    "truncated oversized soap_ok_fault".split()
)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_PAGE = "<html><body><h1>系统维护中</h1></body></html>"


async def play(
    profile: str, request: web.Request, handler: Handler
) -> web.StreamResponse:
    """Answer a request the way a profile does."""
    if profile == "hang":
        await asyncio.sleep(3600)
    if profile == "flaky" and request.transport:
        request.transport.abort()
        raise ConnectionResetError
    if profile == "oversized":
        return await _oversized(request)
    plain = _plain(profile)
    if plain is not None:
        return plain
    answer = await handler(request)
    if profile == "truncated" and isinstance(answer, web.Response):
        return web.Response(
            text=(answer.text or "")[: len(answer.text or "") // 2],
            content_type="application/json",
        )
    return answer


def _plain(profile: str) -> web.Response | None:
    match profile:
        case "errors":
            return web.json_response({"error": "internal"}, status=500)
        case "garbage":
            return web.Response(text=_PAGE, content_type="text/html")
        case "soap_ok_fault":
            return web.json_response({"code": 500, "message": "服务异常"})
        case "maintenance":
            return web.Response(text=_PAGE, content_type="text/html", status=503)
        case "rate_limited":
            return web.json_response({}, status=429, headers={"Retry-After": "5"})
        case "token_expiry":
            return web.json_response({"error": "token expired"}, status=401)
        case _:
            return None


async def _oversized(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    await response.write(b'{"data": {"items": [')
    block = b'{"x": "' + b"0" * 1_000_000 + b'"},'
    for _ in range(500):
        await response.write(block)
    return response
