"""Runs one operation of a document, at once, in parts or event by event."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from math import inf
from time import perf_counter
from typing import NamedTuple, Protocol

from graphql import ExecutionResult, GraphQLError, OperationType, get_operation_ast
from graphql.execution import (
    ExperimentalIncrementalExecutionResults,
    SubsequentIncrementalExecutionResult,
)

from gateway.access.audit.entries import Matter
from gateway.access.receipts.parts import Parts
from gateway.access.viewer import Caller
from gateway.admission import Admission, Charge, Free
from gateway.answering import Answering, Listening
from gateway.documents import DocumentRefused, Documents
from gateway.engine import Prepared, Request
from gateway.explanation import Explanation
from gateway.graphql_over_http import Operation, RequestRefused
from gateway.presenting import presented
from gateway.province import Asked
from gateway.recording import Recording, Told, Unrecorded
from gateway.requiring import Requirement, Requirements
from gateway.visits import NOTHING_BESIDE, Ran, Visit, Wishes
from schema.errors import BadInput, RequestError

_Update = SubsequentIncrementalExecutionResult


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


@dataclass(frozen=True, slots=True)
class Executor:
    """An engine, its documents, and who makes the context of a request."""

    engine: RunsOperations
    documents: Documents
    requirements: Requirements
    context: Callable[[Asked, float], Listening]
    """Makes the context of what may be asked, in so many seconds."""
    deadline: float = inf
    """Seconds of a query; a request may shorten it."""
    admission: Admission = field(default_factory=Free)
    recording: Recording = field(default_factory=Unrecorded)

    async def run(
        self, operation: Operation, caller: Caller, wishes: Wishes = NOTHING_BESIDE
    ) -> Ran:
        """Execute an operation, and record it.

        Raises RequestRefused when a mutation comes by GET, for a subscription, and
        when it can't be let in or recorded; every other fault is in the result's
        errors.
        """
        visit = self._visit(operation, caller)
        entered = await self._entered(visit)
        if isinstance(entered, ExecutionResult):
            return Ran(entered)
        asked, charge = entered
        async with self.admission.turn(caller, visit.seconds):
            answering = self._answering(visit, asked, charge, wishes)
            result = answering.whole(await self.engine.execute(answering.request))
            told = _told(visit, answering, result)
            await self._signed(told, result, wishes)
            matter = await self._recorded(visit, told)
        life = answering.life if _lasts(asked, result) else None
        if answering.context.note.decided is not None:  # each has a receipt of its own
            life = None
        return Ran(result, life, asked.aging, matter, charge.headers)

    async def run_incrementally(
        self, operation: Operation, caller: Caller, wishes: Wishes = NOTHING_BESIDE
    ) -> ExecutionResult | ExperimentalIncrementalExecutionResults:
        """Execute an operation whose @defer and @stream count; may explain it last.

        Raises RequestRefused as `run` does. What follows the initial result must be
        closed.
        """
        visit = self._visit(operation, caller)
        entered = await self._entered(visit)
        if isinstance(entered, ExecutionResult):
            return entered
        asked, charge = entered
        if asked.required is not None and asked.prepared.in_parts:
            return _refused_in_parts()
        async with self.admission.turn(caller, visit.seconds):
            answering = self._answering(visit, asked, charge, wishes)
            result = await self.engine.execute_incrementally(answering.request)
            if isinstance(result, ExecutionResult):
                whole = answering.whole(result)
                told = _told(visit, answering, whole)
                await self._signed(told, whole, wishes)
                await self._recorded(visit, told)
                return whole
            initial = result.initial_result
            initial.errors = presented(initial.errors)
            first = ExecutionResult(initial.data, initial.errors)
            await self._recorded(visit, _told(visit, answering, first))
        parts = Parts() if wishes.receipt or _may_decide(operation) else None
        if parts is not None:
            parts.take(initial.formatted)
        updates = _fitted_updates(result.subsequent_results, answering.extensions)
        recorded = self._recorded_updates(visit, answering, updates)
        if parts is not None:
            recorded = self._signed_updates(visit, answering, recorded, parts, wishes)
        return ExperimentalIncrementalExecutionResults(initial, recorded)

    def _visit(self, operation: Operation, caller: Caller) -> Visit:
        given = operation.deadline
        seconds = self.deadline if given is None else min(given, self.deadline)
        decisions = self.admission.decide(caller)
        return Visit(operation, caller, decisions, seconds, perf_counter())

    def _answering(
        self, visit: Visit, asked: "_Asked", charge: Charge, wishes: Wishes
    ) -> Answering:
        context = self.context(visit.asked, visit.left)
        context.note.signing = wishes.receipt
        explained = Explanation() if wishes.explanation else None
        request = _request(asked.prepared, visit, context, explained)
        return Answering(request, context, explained, asked.required, charge)

    async def _recorded(self, visit: Visit, told: Told) -> Matter | None:
        seconds = perf_counter() - visit.started
        return await self.recording.answered(visit.caller, told, seconds)

    async def _signed(
        self, told: Told, result: ExecutionResult | _Update, wishes: Wishes
    ) -> None:
        """Put a receipt beside what decides something, or where it is wished for."""
        decides = told.note.decided is not None and told.result.data is not None
        if wishes.receipt or decides:
            receipt = await self.recording.receipt(told)
            result.extensions = {**(result.extensions or {}), "receipt": receipt}

    async def _recorded_updates(
        self,
        visit: Visit,
        answering: Answering,
        updates: AsyncGenerator[SubsequentIncrementalExecutionResult, None],
    ) -> AsyncGenerator[SubsequentIncrementalExecutionResult, None]:
        """Record what was heard since, before each part of an answer."""
        async with aclosing(updates):
            async for update in updates:
                parts = [*(update.incremental or ()), *(update.completed or ())]
                errors = [error for part in parts for error in part.errors or ()]
                result = ExecutionResult({}, errors)
                await self._recorded(visit, _told(visit, answering, result))
                yield update

    async def _signed_updates(
        self,
        visit: Visit,
        answering: Answering,
        updates: AsyncGenerator[_Update, None],
        parts: Parts,
        wishes: Wishes,
    ) -> AsyncGenerator[_Update, None]:
        """Put a receipt of all parts beside the last one."""
        async with aclosing(updates):
            async for update in updates:
                parts.take(update.formatted)
                if not update.has_next:
                    told = _told(visit, answering, ExecutionResult({}), parts)
                    await self._signed(told, update, wishes)
                yield update

    async def _entered(self, visit: Visit) -> "tuple[_Asked, Charge] | ExecutionResult":
        """Let an operation in, or say why not; that is recorded too."""
        operation, caller = visit.operation, visit.caller
        asked = self._asked(operation)
        if not isinstance(asked, ExecutionResult):
            try:
                charge = await self.admission.charge(asked.prepared, operation, caller)
            except RequestError as error:
                asked = _fit(ExecutionResult(None, [_as_graphql(error)]))
            else:
                return asked, charge
        await self.recording.refused(caller, operation, visit.decisions.version)
        return asked

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
        visit = self._visit(operation, caller)
        prepared = self._prepared(operation, subscribing=True)
        if isinstance(prepared, ExecutionResult):
            await self.recording.refused(caller, operation, visit.decisions.version)
            return prepared
        if operation.require is not None:
            raise RequestRefused(
                400, "X-Creditnet-Require: 只用于查询 (for queries only)"
            )
        try:
            await self.admission.charge(prepared, operation, caller)
        except RequestError as error:
            await self.recording.refused(caller, operation, visit.decisions.version)
            return _fit(ExecutionResult(None, [_as_graphql(error)]))
        made: list[Listening] = []

        def context() -> Listening:
            made[1:] = [self.context(visit.asked, visit.seconds)]
            return made[-1]

        async with self.admission.turn(caller, visit.seconds):
            started = await self.engine.subscribe(_request(prepared, visit, context))
        if isinstance(started, ExecutionResult):
            await self.recording.refused(caller, operation, visit.decisions.version)
            return _fit(started)
        return self._recorded_events(visit, _fitted(started), made)

    async def _recorded_events(
        self,
        visit: Visit,
        results: AsyncGenerator[ExecutionResult, None],
        made: Sequence[Listening],
    ) -> AsyncGenerator[ExecutionResult, None]:
        """Record what each event told, before it is given on.

        Of the contexts made, the first one's note hears whom the event is about, the
        last one's what was asked for it.
        """
        async with aclosing(results):
            async for result in results:
                note = replace(made[-1].note, told=made[0].note.told)
                told = Told(visit.operation, result, note, visit.decisions.version)
                await self.recording.answered(visit.caller, told, 0.0)
                yield result


def _told(
    visit: Visit,
    answering: Answering,
    result: ExecutionResult,
    parts: Parts | None = None,
) -> Told:
    note, version = answering.context.note, visit.decisions.version
    return Told(visit.operation, result, note, version, parts)


def _may_decide(operation: Operation) -> bool:
    """Say whether a document can name the field whose answers are always signed."""
    return "check" in operation.query


InUse = Callable[[], Executor]
"""Gives the executor that is in use just now; whoever begins keeps to it."""


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


def _as_graphql(error: RequestError | GraphQLError) -> GraphQLError:
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
    visit: Visit,
    context: object,
    explained: Explanation | None = None,
) -> Request:
    operation = visit.operation
    return Request(
        prepared,
        operation.variables,
        operation.name,
        context,
        steps=None if explained is None else explained.steps,
        refusals=visit.decisions.refusals,
    )


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
