"""How a REST department misbehaves."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import NoReturn

from aiohttp import web

from mock_departments.dripping import drip

PROFILES = frozenset(
    {
        "healthy",
        "slow",
        "flaky",
        "down",
        "hang",
        "half_answer",
        "wrong_total",
        "duplicate_pages",
        "schema_drift",
        "bad_rows",
        "stale",
        "clock_skew",
        "maintenance",
        "rate_limited",
        "token_expiry",
        "errors",
        "garbage",
        "truncated",
        "oversized",
        "soap_ok_fault",
        "slow_loris",
        "gbk",
        "unasked",
        "duplicates",
        "changed_type",
    }
)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_PAGE = "<html><body><h1>系统维护中</h1></body></html>"
_BLOCK = b'{"x": "' + b"0" * 1_000_000 + b'"},'


async def play(
    profile: str, request: web.Request, handler: Handler
) -> web.StreamResponse:
    """Answer a request the way a profile does."""
    if profile == "hang":
        await asyncio.sleep(3600)
    if profile == "slow_loris":
        return await drip(request, "application/json")
    if profile == "oversized":
        return await _oversized(request)
    if plain := _PLAIN.get(profile):
        return plain()
    answer = await handler(request)
    if profile == "truncated" and isinstance(answer, web.Response):
        text = answer.text or ""
        half = text[: len(text) // 2]
        return web.Response(text=half, content_type="application/json")
    if profile == "gbk" and isinstance(answer, web.Response):
        text = json.dumps(json.loads(answer.text or ""), ensure_ascii=False)
        return web.Response(body=text.encode("gbk"), content_type="application/json")
    return answer


def cut_off(request: web.Request) -> NoReturn:
    """Reset the connection instead of answering."""
    if request.transport:
        request.transport.abort()
    raise ConnectionResetError


def too_many(seconds: int) -> web.Response:
    """Refuse a request, for some seconds."""
    headers = {"Retry-After": str(seconds)}
    return web.json_response({"error": "too many"}, status=429, headers=headers)


async def _oversized(request: web.Request) -> web.StreamResponse:
    """Stream 500 MB."""
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    await response.write(b'{"data": {"items": [')
    for _ in range(500):
        await response.write(_BLOCK)
    return response


_PLAIN: Mapping[str, Callable[[], web.Response]] = {
    "errors": lambda: web.json_response({"error": "internal"}, status=500),
    "garbage": lambda: web.Response(text=_PAGE, content_type="text/html"),
    "maintenance": lambda: web.Response(
        text=_PAGE, content_type="text/html", status=503
    ),
    "rate_limited": lambda: too_many(5),
}
