"""Incremental delivery over HTTP: an answer in parts, as `multipart/mixed`.

The form is that of the specification's current draft (`pending`, `incremental`,
`completed`, `hasNext`); clients that ask for an earlier one (`deferSpec`) are answered
whole.
"""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any, Final

import orjson
from graphql.execution import ExperimentalIncrementalExecutionResults
from starlette.responses import StreamingResponse

from schema.scalars import write_decimal

MULTIPART: Final = "multipart/mixed"
_PART = b"\r\n---\r\nContent-Type: application/json; charset=utf-8\r\n\r\n"
_END = b"\r\n-----\r\n"


def split(accept: str) -> tuple[bool, str]:
    """Say whether an Accept header takes parts, and what else it takes."""
    offers = [offer.strip() for offer in accept.split(",") if offer.strip()]
    mine = [one for one in offers if one.split(";")[0].strip().lower() == MULTIPART]
    takes = any("deferspec" not in one.lower() for one in mine)
    return takes, ", ".join(one for one in offers if one not in mine)


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
