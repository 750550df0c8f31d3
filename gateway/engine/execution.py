"""From a parsed document to a result."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from inspect import isawaitable
from typing import Any, Final, NamedTuple

from graphql import (
    ExecutionResult,
    Executor,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLResolveInfoHelpers,
    GraphQLSchema,
    OperationDefinitionNode,
    create_source_event_stream,
)
from graphql.error import located_error
from graphql.execution import (
    ExperimentalIncrementalExecutionResults,
    InitialIncrementalExecutionResult,
)
from graphql.execution.async_iterables import map_async_iterable
from graphql.execution.values import VariableValues
from graphql.pyutils import is_awaitable

from gateway.engine.awaiting import ended, gathered, later
from gateway.engine.incremental import Incremental
from gateway.engine.leaves import LeafTypes
from gateway.engine.plan import NoRootType, Plan, Planner
from gateway.engine.prepared import Prepared, Request
from gateway.engine.run import FAULT, Run
from gateway.engine.trail import Trail
from gateway.engine.variables import RequestFaults, Variables

CHOICES: Final = 32
"""Plans kept of one document: combinations of the variables that select fields, and of
the fields that are refused."""
HELPERS: Final = GraphQLResolveInfoHelpers(gathered, ended)


@dataclass(frozen=True, slots=True)
class Engine:
    """Runs operations against one schema."""

    schema: GraphQLSchema
    leaf_types: LeafTypes = field(default_factory=LeafTypes)
    suggestions: bool = True
    """Whether errors may suggest names that the client has not seen."""

    async def execute(self, request: Request) -> ExecutionResult:
        """Run an operation of a valid document.

        The data is made of dicts, lists and what the JSON encoder writes as the
        scalars would. Faults of the request are errors without data.
        """
        asked = self._asked(request)
        if isinstance(asked, ExecutionResult):
            return asked
        return await self._run(asked, request, request.context, request.root)

    async def execute_incrementally(
        self, request: Request
    ) -> ExecutionResult | ExperimentalIncrementalExecutionResults:
        """Run an operation whose @defer and @stream count.

        The caller must close the generator of what follows the initial result.
        """
        asked = self._asked(request, incremental=True)
        if isinstance(asked, ExecutionResult):
            return asked
        template = self._template(asked, request.context, request.root)
        run = _run_of(template, request, request.root)
        result = await run_plan(asked.plan, run)
        if result.data is None or not run.postponed:
            return result
        following = Incremental(template, request.root, request.steps, request.refusals)
        following.take(run, {(): result.data})
        if not following.busy:
            return result
        initial = InitialIncrementalExecutionResult(
            result.data, result.errors, following.delivery.pending(), has_next=True
        )
        return ExperimentalIncrementalExecutionResults(initial, following.updates())

    async def subscribe(
        self, request: Request
    ) -> AsyncGenerator[ExecutionResult, None] | ExecutionResult:
        """Start a subscription: one result for each event, or why there is none.

        The caller must close the generator. An event finds nothing that another has
        loaded where the request's context makes a new one for each.
        """
        asked = self._asked(request)
        if isinstance(asked, ExecutionResult):
            return asked
        refused = _refused_at_root(request, asked)
        if refused is not None:
            return refused
        context = request.context
        executor = Executor.build(
            self.schema,
            request.prepared.document,
            root_value=request.root,
            context_value=context() if callable(context) else context,
            raw_variable_values=dict(request.variables),
            operation_name=request.name,
        )
        if isinstance(executor, list):
            return ExecutionResult(None, executor)
        source = create_source_event_stream(executor)
        events = await source if isawaitable(source) else source
        if isinstance(events, ExecutionResult):
            return events

        async def answer(event: object) -> ExecutionResult:
            fresh = context() if callable(context) else context
            return await self._run(asked, request, fresh, event)

        return map_async_iterable(events, answer)

    async def _run(
        self,
        asked: "_Asked",
        request: Request,
        context: object,
        root: object,
    ) -> ExecutionResult:
        template = self._template(asked, context, root)
        return await run_plan(asked.plan, _run_of(template, request, root))

    def _asked(
        self, request: Request, *, incremental: bool = False
    ) -> "_Asked | ExecutionResult":
        prepared = request.prepared
        try:
            operation = prepared.operation(request.name)
            values = self._variables(prepared, operation).coerced(request.variables)
            refused = prepared.refused(self.schema, request.refusals)
            plan = self._plan(
                prepared, operation, values, refused, incremental=incremental
            )
        except RequestFaults as faults:
            return ExecutionResult(None, faults.errors)
        except NoRootType as fault:
            error = GraphQLError(str(fault), [fault.operation])
            return ExecutionResult(None, [error])
        except GraphQLError as error:
            return ExecutionResult(None, [error])
        return _Asked(prepared, operation, values, plan)

    def _variables(
        self, prepared: Prepared, operation: OperationDefinitionNode
    ) -> Variables:
        variables = prepared.variables.get(id(operation))
        if variables is None:
            variables = Variables(self.schema, operation, suggestions=self.suggestions)
            prepared.variables[id(operation)] = variables
        return variables

    def _plan(
        self,
        prepared: Prepared,
        operation: OperationDefinitionNode,
        values: VariableValues,
        refused: frozenset[str],
        *,
        incremental: bool,
    ) -> Plan:
        """Find the plan for these values, or make it; the oldest are forgotten."""
        given = values.coerced
        coerced = {name: given[name] for name in prepared.conditions if name in given}
        key = (id(operation), incremental, tuple(coerced.items()), refused)
        plan = prepared.plans.get(key)
        if plan is None:
            sources = {name: values.sources[name] for name in coerced}
            conditions = VariableValues(sources, coerced)
            planner = Planner(
                self.schema,
                prepared.fragments,
                operation,
                conditions,
                self.leaf_types,
                incremental=incremental,
                refused=refused,
            )
            plan = planner.plan()
            prepared.plans[key] = plan
            if len(prepared.plans) > CHOICES:
                prepared.plans.popitem(last=False)
        return plan

    def _template(
        self, asked: "_Asked", context: object, root: object
    ) -> GraphQLResolveInfo[Any]:
        nothing: Any = None  # what a field brings is filled in for its resolver
        return GraphQLResolveInfo(
            "",
            [],
            asked.plan.root_type,
            asked.plan.root_type,
            nothing,
            self.schema,
            asked.prepared.definitions,
            root,
            asked.operation,
            asked.values,
            context,
            is_awaitable,
            None,
            HELPERS,
        )


class _Asked(NamedTuple):
    """One operation with its variables, and the plan for them."""

    prepared: Prepared
    operation: OperationDefinitionNode
    values: VariableValues
    plan: Plan


def _run_of(template: GraphQLResolveInfo[Any], request: Request, root: object) -> Run:
    return Run(template, root, steps=request.steps, refusals=request.refusals)


def _refused_at_root(request: Request, asked: "_Asked") -> ExecutionResult | None:
    """Refuse a subscription before anything is subscribed to."""
    for column in asked.plan.root.columns:
        refusal = request.refusals.get(column.name)
        if refusal is not None and refusal.allows is None and not refusal.answered:
            nodes = list(column.place.nodes)
            return ExecutionResult(
                None, [located_error(refusal.error, nodes, [column.key])]
            )
    return None


async def run_plan(plan: Plan, run: Run) -> ExecutionResult:
    """Run a plan from its root."""
    if plan.serial:
        found = await plan.root.run_serially(run, [run.root], Trail())
    else:
        found = await later(plan.root.run(run, [run.root], Trail()))
    data = None if found[0] is FAULT else found[0]
    return ExecutionResult(data, run.errors() or None)
