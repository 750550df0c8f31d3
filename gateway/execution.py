"""Runs one operation of a document, at once, in parts or event by event."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from math import inf
from typing import NamedTuple, Protocol

from graphql import (
    ExecutionResult,
    OperationType,
    get_operation_ast,
)
from graphql.execution import (
    ExperimentalIncrementalExecutionResults,
    SubsequentIncrementalExecutionResult,
)

from gateway.documents import DocumentRefused, Documents
from gateway.engine import Prepared, Request
from gateway.explanation import Explained, Explanation
from gateway.graphql_over_http import Operation, RequestRefused
from gateway.loading.life import Life
from gateway.presenting import presented


class RunsOperations(Protocol):
    """The engine, or the reference that it is compared with."""

    async def execute(self, request: Request) -> ExecutionResult:
        """Run an operation of a valid document."""

    async def execute_incrementally(
        self, request: Request
    ) -> ExecutionResult | ExperimentalIncrementalExecutionResults:
        """Run an operation whose @defer and @stream count."""

    async def subscribe(
        self, request: Request
    ) -> AsyncGenerator[ExecutionResult, None] | ExecutionResult:
        """Start a subscription: one result for each event, or why there is none."""


class Ran(NamedTuple):
    """What came of an operation."""

    result: ExecutionResult
    life: Life | None = None
    """How long it stays true; None: it was for this once."""


@dataclass(frozen=True, slots=True)
class Executor:
    """An engine, its documents, and who makes the context of a request."""

    engine: RunsOperations
    documents: Documents
    context: Callable[[float], Explained]
    """Makes the context of a request that waits so many seconds."""
    deadline: float = inf
    """Seconds of a query; a request may shorten it."""

    async def run(self, operation: Operation, *, explain: bool = False) -> Ran:
        """Execute an operation; on demand, tell in the extensions how it was done.

        Raises RequestRefused when a mutation comes by GET, and for a subscription;
        every other fault is in the result's errors.
        """
        prepared = self._prepared(operation)
        if isinstance(prepared, ExecutionResult):
            return Ran(prepared)
        context, explained = (
            self._context(operation),
            Explanation() if explain else None,
        )
        request = _request(prepared, operation, context, explained)
        result = await self.engine.execute(request)
        if explained is not None:
            result.extensions = explained.extensions(context)
        lasts = not result.errors and _kind(prepared, operation) is OperationType.QUERY
        return Ran(_fit(result), context.life if lasts else None)

    async def run_incrementally(
        self, operation: Operation, *, explain: bool = False
    ) -> ExecutionResult | ExperimentalIncrementalExecutionResults:
        """Execute an operation whose @defer and @stream count; may explain it last.

        Raises RequestRefused as `run` does. The caller must close what follows the
        initial result.
        """
        prepared = self._prepared(operation)
        if isinstance(prepared, ExecutionResult):
            return prepared
        context, explained = (
            self._context(operation),
            Explanation() if explain else None,
        )
        request = _request(prepared, operation, context, explained)
        result = await self.engine.execute_incrementally(request)

        def extensions() -> dict[str, object] | None:
            return None if explained is None else explained.extensions(context)

        if isinstance(result, ExecutionResult):
            result.extensions = extensions()
            return _fit(result)
        initial = result.initial_result
        initial.errors = presented(initial.errors)
        return ExperimentalIncrementalExecutionResults(
            initial, _fitted_updates(result.subsequent_results, extensions)
        )

    def _context(self, operation: Operation) -> Explained:
        asked = operation.deadline
        return self.context(
            self.deadline if asked is None else min(asked, self.deadline)
        )

    def _prepared(
        self, operation: Operation, *, subscribing: bool = False
    ) -> Prepared | ExecutionResult:
        try:
            self.documents.check_variables(operation.variables)
            prepared = self.documents.get(operation.query)
        except DocumentRefused as refusal:
            return ExecutionResult(data=None, errors=refusal.errors)
        _refuse_misplaced(prepared, operation, subscribing=subscribing)
        return prepared

    async def subscribe(
        self, operation: Operation
    ) -> AsyncGenerator[ExecutionResult, None] | ExecutionResult:
        """Start a subscription; the caller must close what it gets.

        Gives one result for each event, or one result with the errors why there are
        none.
        """
        prepared = self._prepared(operation, subscribing=True)
        if isinstance(prepared, ExecutionResult):
            return prepared
        request = _request(prepared, operation, partial(self._context, operation))
        started = await self.engine.subscribe(request)
        if isinstance(started, ExecutionResult):
            return _fit(started)
        return _fitted(started)


def _request(
    prepared: Prepared,
    operation: Operation,
    context: object,
    explained: Explanation | None = None,
) -> Request:
    steps = None if explained is None else explained.steps
    return Request(prepared, operation.variables, operation.name, context, steps=steps)


async def _fitted(
    results: AsyncGenerator[ExecutionResult, None],
) -> AsyncGenerator[ExecutionResult, None]:
    async with aclosing(results):
        async for result in results:
            yield _fit(result)


async def _fitted_updates(
    updates: AsyncGenerator[SubsequentIncrementalExecutionResult, None],
    extensions: Callable[[], dict[str, object] | None],
) -> AsyncGenerator[SubsequentIncrementalExecutionResult, None]:
    async with aclosing(updates):
        async for update in updates:
            for part in (*(update.incremental or ()), *(update.completed or ())):
                part.errors = presented(part.errors)
            if not update.has_next:
                update.extensions = extensions()
            yield update


def _fit(result: ExecutionResult) -> ExecutionResult:
    if result.errors:
        result.errors = presented(result.errors)
    return result


def _refuse_misplaced(
    prepared: Prepared, operation: Operation, *, subscribing: bool
) -> None:
    kind = _kind(prepared, operation)
    if kind is OperationType.MUTATION and operation.by_get:
        raise RequestRefused(
            405, "变更操作须用 POST (mutations by POST only)", headers={"Allow": "POST"}
        )
    if kind is OperationType.SUBSCRIPTION and not subscribing:
        raise RequestRefused(
            406,
            "订阅须用 Accept: text/event-stream 或 WebSocket "
            "(subscribe by an event stream or a WebSocket)",
        )


def _kind(prepared: Prepared, operation: Operation) -> OperationType:
    asked = get_operation_ast(prepared.document, operation.name)
    return asked.operation if asked else OperationType.QUERY
