"""Runs an operation of any kind as a stream of results, for those who send streams."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from uuid import uuid4

import orjson
import structlog
from graphql import ExecutionResult, GraphQLError, OperationType

from gateway.access.viewer import Caller
from gateway.documents import DocumentRefused
from gateway.events import Ended
from gateway.execution import Executor
from gateway.graphql_over_http import Operation, RequestRefused, was_not_executed
from schema.errors import RequestError
from schema.scalars import write_decimal

_log = structlog.get_logger(__name__)


class Refusal(ExecutionResult):
    """Says why nothing was executed, or why no more will be."""


async def results_of(
    executor: Executor, operation: Operation, caller: Caller
) -> AsyncGenerator[ExecutionResult, None]:
    """Give one result of a query or mutation, one for each event of a subscription.

    A subscription that is cut short ends with a result that says why. Raises Ended
    when the gateway stops, RequestRefused when a mutation comes by GET. What it gives
    must be closed.
    """
    if not _is_subscription(executor, operation):
        result = (await executor.run(operation, caller)).result
        yield _refused(result) if was_not_executed(result) else result
        return
    started = await executor.subscribe(operation, caller)
    if isinstance(started, ExecutionResult):
        yield _refused(started)
        return
    async with aclosing(started):
        try:
            async for result in started:
                yield result
        except RequestError as error:
            yield _failed(str(error), error.extensions)
        except Ended:
            raise
        except Exception as error:  # noqa: BLE001 - becomes the last result
            yield _internal(error)


async def while_known(
    results: AsyncGenerator[ExecutionResult, None],
    known: Callable[[], Awaitable[object]],
) -> AsyncGenerator[ExecutionResult, None]:
    """Give results as long as who asked is still `known`, then why he is not.

    His token may have expired, or been revoked. Closes `results`.
    """
    async with aclosing(results):
        async for result in results:
            try:
                await known()
            except RequestRefused as refusal:
                yield _failed(refusal.message, {"code": refusal.code})
                return
            yield result


async def with_pauses(
    results: AsyncGenerator[ExecutionResult, None], seconds: float
) -> AsyncGenerator[ExecutionResult | None, None]:
    """Give results as they come, and None whenever that takes longer than `seconds`.

    The first is None unless a result, or what was raised, is there at once: a
    subscription then stands already. Closes `results`.
    """
    step = asyncio.create_task(_next(results))
    patience = 0.0
    try:
        while True:
            done, _ = await asyncio.wait({step}, timeout=patience)
            patience = seconds
            if not done:
                yield None
                continue
            result = step.result()
            if result is None:
                return
            yield result
            step = asyncio.create_task(_next(results))
    finally:
        step.cancel()
        await asyncio.wait({step})
        if not step.cancelled():
            step.exception()
        await results.aclose()


def body_of(result: ExecutionResult) -> Mapping[str, object]:
    """Give what a client is told of a result."""
    body = dict(result.formatted)
    if isinstance(result, Refusal):
        body.pop("data", None)
    return body


def encoded(message: Mapping[str, object]) -> bytes:
    """Write a message as JSON, on one line."""
    return orjson.dumps(message, write_decimal, orjson.OPT_NON_STR_KEYS)


async def _next(
    results: AsyncGenerator[ExecutionResult, None],
) -> ExecutionResult | None:
    return await anext(results, None)


def _is_subscription(executor: Executor, operation: Operation) -> bool:
    try:
        asked = executor.documents.get(operation.query).operation(operation.name)
    except (DocumentRefused, GraphQLError):
        return False
    return asked.operation is OperationType.SUBSCRIPTION


def _refused(result: ExecutionResult) -> Refusal:
    return Refusal(None, result.errors, result.extensions)


def _failed(words: str, extensions: dict[str, object]) -> Refusal:
    return Refusal(None, [GraphQLError(words, extensions=extensions)])


def _internal(error: Exception) -> Refusal:
    number = uuid4().hex
    _log.error("subscription failed", error_id=number, exc_info=error)
    words = f"内部错误，编号 {number} (internal error, quote this number)"
    return _failed(words, {"code": "INTERNAL_SERVER_ERROR", "id": number})
