"""An answer that never ends, a byte at a time."""

import asyncio

from aiohttp import web


async def drip(request: web.Request, content_type: str) -> web.StreamResponse:
    """Send a space now and then, for an hour."""
    response = web.StreamResponse(headers={"Content-Type": content_type})
    await response.prepare(request)
    for _ in range(36_000):
        await response.write(b" ")
        await asyncio.sleep(0.1)
    return response
