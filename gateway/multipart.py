"""Incremental delivery over HTTP: an answer in parts, as `multipart/mixed`.

The form is that of the specification's current draft (`pending`, `incremental`,
`completed`, `hasNext`).
"""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any

import orjson
from graphql.execution import ExperimentalIncrementalExecutionResults
from starlette.responses import StreamingResponse

from gateway.negotiation import MULTIPART
from schema.scalars import write_decimal

_PART = b"\r\n---\r\nContent-Type: application/json; charset=utf-8\r\n\r\n"
_END = b"\r\n-----\r\n"


def send_parts(results: ExperimentalIncrementalExecutionResults) -> StreamingResponse:
    """Send the initial result at once, and each update as it comes."""
    return StreamingResponse(
        _parts(results),
        headers={
            "content-type": f'{MULTIPART}; boundary="-"',
            "vary": "Accept",
            "cache-control": "no-store",
            "x-accel-buffering": "no",
        },
    )


async def _parts(
    results: ExperimentalIncrementalExecutionResults,
) -> AsyncIterator[bytes]:
    following: AsyncGenerator[Any, None] = results.subsequent_results
    async with aclosing(following):
        yield _PART + _written(results.initial_result.formatted)
        async for update in following:
            yield _PART + _written(update.formatted)
        yield _END


def _written(value: object) -> bytes:
    return orjson.dumps(value, write_decimal, orjson.OPT_NON_STR_KEYS)
