"""Runs one operation of a document, at once, in parts or event by event."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from math import inf
from typing import NamedTuple, Protocol

from graphql import (
    ExecutionResult,
    GraphQLError,
    OperationType,
    get_operation_ast,
)
from graphql.execution import (
    ExperimentalIncrementalExecutionResults,
    SubsequentIncrementalExecutionResult,
)

from gateway.access.viewer import Caller
from gateway.answering import Answering, Listening
from gateway.documents import DocumentRefused, Documents
from gateway.engine import Prepared, Request
from gateway.explanation import Explanation
from gateway.graphql_over_http import Operation, RequestRefused
from gateway.loading.life import Life
from gateway.presenting import presented
from gateway.requiring import Requirement, Requirements
from schema.errors import BadInput


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
    aging: bool = False
    """Whether its age is limited, so that nobody may give it again."""


@dataclass(frozen=True, slots=True)
class Executor:
    """An engine, its documents, and who makes the context of a request."""

    engine: RunsOperations
    documents: Documents
    requirements: Requirements
    context: Callable[[Caller, float], Listening]
    """Makes the context of a caller's request that waits so many seconds."""
    deadline: float = inf
    """Seconds of a query; a request may shorten it."""

    async def run(
        self, operation: Operation, caller: Caller, *, explain: bool = False
    ) -> Ran:
        """Execute an operation; on demand, tell in the extensions how it was done.

        Raises RequestRefused when a mutation comes by GET, and for a subscription;
        every other fault is in the result's errors.
        """
        asked = self._asked(operation)
        if isinstance(asked, ExecutionResult):
            return Ran(asked)
        answering = self._answering(operation, caller, asked, explain=explain)
        result = answering.whole(await self.engine.execute(answering.request))
        life = answering.life if _lasts(asked, result) else None
        return Ran(result, life, asked.aging)

    async def run_incrementally(
        self, operation: Operation, caller: Caller, *, explain: bool = False
    ) -> ExecutionResult | ExperimentalIncrementalExecutionResults:
        """Execute an operation whose @defer and @stream count; may explain it last.

        Raises RequestRefused as `run` does. The caller must close what follows the
        initial result.
        """
        asked = self._asked(operation)
        if isinstance(asked, ExecutionResult):
            return asked
        if asked.required is not None and asked.prepared.in_parts:
            return _refused_in_parts()
        answering = self._answering(operation, caller, asked, explain=explain)
        result = await self.engine.execute_incrementally(answering.request)
        if isinstance(result, ExecutionResult):
            return answering.whole(result)
        initial = result.initial_result
        initial.errors = presented(initial.errors)
        return ExperimentalIncrementalExecutionResults(
            initial, _fitted_updates(result.subsequent_results, answering.extensions)
        )

    def _context(self, operation: Operation, caller: Caller) -> Listening:
        asked = operation.deadline
        seconds = self.deadline if asked is None else min(asked, self.deadline)
        return self.context(caller, seconds)

    def _answering(
        self, operation: Operation, caller: Caller, asked: "_Asked", *, explain: bool
    ) -> Answering:
        context, explained = self._context(operation, caller), None
        if explain:
            explained = Explanation()
        request = _request(asked.prepared, operation, context, explained)
        return Answering(request, context, explained, asked.required)

    def _asked(self, operation: Operation) -> "_Asked | ExecutionResult":
        """Find the document of an operation, its kind, and what it requires."""
        prepared = self._prepared(operation)
        if isinstance(prepared, ExecutionResult):
            return prepared
        node = get_operation_ast(prepared.document, operation.name)
        if node is None:
            return _Asked(prepared, OperationType.QUERY, None)
        try:
            required = self.requirements.of(
                node, operation.variables, operation.require
            )
        except (BadInput, GraphQLError) as error:
            return _fit(ExecutionResult(None, [_as_graphql(error)]))
        return _Asked(prepared, node.operation, required)

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
        self, operation: Operation, caller: Caller
    ) -> AsyncGenerator[ExecutionResult, None] | ExecutionResult:
        """Start a subscription; close what it gives.

        Gives one result for each event, or one result with the errors why there are
        none.
        """
        prepared = self._prepared(operation, subscribing=True)
        if isinstance(prepared, ExecutionResult):
            return prepared
        if operation.require is not None:
            raise RequestRefused(
                400, "X-Creditnet-Require: 只用于查询 (for queries only)"
            )
        request = _request(
            prepared, operation, partial(self._context, operation, caller)
        )
        started = await self.engine.subscribe(request)
        if isinstance(started, ExecutionResult):
            return _fit(started)
        return _fitted(started)


class _Asked(NamedTuple):
    """What an operation asks for."""

    prepared: Prepared
    kind: OperationType
    required: Requirement | None

    @property
    def aging(self) -> bool:
        """Say whether the age of the answer is limited."""
        return self.required is not None and self.required.max_age is not None


def _lasts(asked: _Asked, result: ExecutionResult) -> bool:
    """Say whether a result may be given again; its age is then not counted."""
    return not result.errors and not asked.aging and asked.kind is OperationType.QUERY


def _as_graphql(error: BadInput | GraphQLError) -> GraphQLError:
    if isinstance(error, GraphQLError):
        return error
    return GraphQLError(str(error), original_error=error)


def _refused_in_parts() -> ExecutionResult:
    error = BadInput(
        "@require",
        "分批给出的答复不能收回，请去掉 @defer 和 @stream，或不用 multipart/mixed "
        "(an answer in parts can't be taken back: leave out @defer and @stream, or "
        "don't accept multipart/mixed)",
    )
    return _fit(ExecutionResult(None, [_as_graphql(error)]))


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
