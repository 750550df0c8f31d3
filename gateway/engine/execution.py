"""From a parsed document to a result."""

from collections import OrderedDict
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from inspect import isawaitable
from typing import Any, Final

from graphql import (
    DirectiveNode,
    DocumentNode,
    ExecutionResult,
    Executor,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLResolveInfoHelpers,
    GraphQLSchema,
    OperationDefinitionNode,
    Visitor,
    create_source_event_stream,
    get_variable_values,
    visit,
)
from graphql.execution import (
    ExperimentalIncrementalExecutionResults,
    InitialIncrementalExecutionResult,
)
from graphql.execution.async_iterables import map_async_iterable
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.values import VariableValues
from graphql.pyutils import is_awaitable

from gateway.engine.awaiting import ended, gathered, later
from gateway.engine.incremental import Incremental
from gateway.engine.leaves import Natives
from gateway.engine.plan import NoRootType, Plan, variables_in
from gateway.engine.run import FAULT, Run, Step
from gateway.engine.trail import Trail

CHOICES: Final = 16
"""Plans kept of one operation: combinations of the variables that select fields."""
_CONDITIONAL = frozenset({"skip", "include", "defer", "stream"})


@dataclass(slots=True)
class Prepared:
    """A document ready to run, with the plans of its operations."""

    document: DocumentNode
    operations: Mapping[str | None, OperationDefinitionNode]
    fragments: dict[str, FragmentDetails]
    conditions: tuple[str, ...]
    """Variables that select fields, of all its operations."""
    plans: OrderedDict[object, Plan] = field(default_factory=OrderedDict)

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """Choose an operation; raises GraphQLError when it isn't there or not clear."""
        if name is not None:
            if name not in self.operations:
                raise GraphQLError(f"Unknown operation named '{name}'.")
            return self.operations[name]
        if not self.operations:
            raise GraphQLError("Must provide an operation.")
        if len(self.operations) > 1:
            raise GraphQLError(
                "Must provide operation name if query contains multiple operations."
            )
        return next(iter(self.operations.values()))


def prepare(document: DocumentNode) -> Prepared:
    """Look a valid document through, once."""
    operations, fragments = {}, {}
    for one in document.definitions:
        if isinstance(one, OperationDefinitionNode):
            operations[one.name.value if one.name else None] = one
        elif isinstance(one, FragmentDefinitionNode):
            fragments[one.name.value] = FragmentDetails(one)
    found = _conditions(document)
    return Prepared(document, operations, fragments, tuple(sorted(found)))


@dataclass(frozen=True, slots=True)
class Engine:
    """Runs operations against one schema."""

    schema: GraphQLSchema
    natives: Natives = field(default_factory=dict)
    suggestions: bool = True
    """Whether errors may suggest names that the client has not seen."""

    async def execute(
        self,
        prepared: Prepared,
        variables: Mapping[str, Any] | None = None,
        name: str | None = None,
        context: object = None,
        root: object = None,
        steps: list[Step] | None = None,
    ) -> ExecutionResult:
        """Run an operation of a valid document.

        The data is made of dicts, lists and what the JSON encoder writes as the
        scalars would. Faults of the request are errors without data. What each field
        took is added to `steps`.
        """
        asked = self._asked(prepared, variables or {}, name)
        if isinstance(asked, ExecutionResult):
            return asked
        return await self._run(asked, context, root, steps)

    async def execute_incrementally(
        self,
        prepared: Prepared,
        variables: Mapping[str, Any] | None = None,
        name: str | None = None,
        context: object = None,
        root: object = None,
        steps: list[Step] | None = None,
    ) -> ExecutionResult | ExperimentalIncrementalExecutionResults:
        """Run an operation whose @defer and @stream count.

        The caller must close the generator of what follows the initial result.
        """
        asked = self._asked(prepared, variables or {}, name, incremental=True)
        if isinstance(asked, ExecutionResult):
            return asked
        template = self._template(asked, context, root)
        run = Run(template, root, steps=steps)
        result = await run_plan(asked.plan, run)
        if result.data is None or not run.postponed:
            return result
        following = Incremental(template, root, steps)
        following.take(run, {(): result.data})
        if not following.busy:
            return result
        initial = InitialIncrementalExecutionResult(
            result.data, result.errors, following.delivery.pending(), has_next=True
        )
        return ExperimentalIncrementalExecutionResults(initial, following.updates())

    async def subscribe(
        self,
        prepared: Prepared,
        variables: Mapping[str, Any] | None = None,
        name: str | None = None,
        context: object = None,
        root: object = None,
    ) -> AsyncGenerator[ExecutionResult, None] | ExecutionResult:
        """Start a subscription: one result for each event, or why there is none.

        The caller must close the generator. `context` makes the context of each event
        where it is callable, so that an event finds nothing that another has loaded.
        """
        asked = self._asked(prepared, variables or {}, name)
        if isinstance(asked, ExecutionResult):
            return asked
        executor = Executor.build(
            self.schema,
            prepared.document,
            root_value=root,
            context_value=context() if callable(context) else context,
            raw_variable_values=dict(variables or {}),
            operation_name=name,
        )
        if isinstance(executor, list):
            return ExecutionResult(None, executor)
        source = create_source_event_stream(executor)
        events = await source if isawaitable(source) else source
        if isinstance(events, ExecutionResult):
            return events

        async def answer(event: object) -> ExecutionResult:
            fresh = context() if callable(context) else context
            return await self._run(asked, fresh, event)

        return map_async_iterable(events, answer)

    async def _run(
        self,
        asked: "_Asked",
        context: object,
        root: object,
        steps: list[Step] | None = None,
    ) -> ExecutionResult:
        template = self._template(asked, context, root)
        return await run_plan(asked.plan, Run(template, root, steps=steps))

    def _asked(
        self,
        prepared: Prepared,
        variables: Mapping[str, Any],
        name: str | None,
        *,
        incremental: bool = False,
    ) -> "_Asked | ExecutionResult":
        try:
            operation = prepared.operation(name)
            values = self._variables(operation, variables)
            plan = self._plan(prepared, operation, values, incremental=incremental)
        except RequestFaults as faults:
            return ExecutionResult(None, faults.errors)
        except NoRootType as fault:
            error = GraphQLError(str(fault), [fault.operation])
            return ExecutionResult(None, [error])
        except GraphQLError as error:
            return ExecutionResult(None, [error])
        return _Asked(prepared, operation, values, plan)

    def _variables(
        self, operation: OperationDefinitionNode, given: Mapping[str, Any]
    ) -> VariableValues:
        if not operation.variable_definitions:
            return _NONE
        values = get_variable_values(
            self.schema,
            operation.variable_definitions,
            dict(given),
            max_errors=50,
            hide_suggestions=not self.suggestions,
        )
        if isinstance(values, list):
            raise RequestFaults(values)
        return values

    def _plan(
        self,
        prepared: Prepared,
        operation: OperationDefinitionNode,
        values: VariableValues,
        *,
        incremental: bool,
    ) -> Plan:
        """Find the plan for these values, or make it; the oldest are forgotten."""
        coerced = {
            name: values.coerced[name]
            for name in prepared.conditions
            if name in values.coerced
        }
        key = (id(operation), incremental, tuple(coerced.items()))
        plan = prepared.plans.get(key)
        if plan is None:
            sources = {name: values.sources[name] for name in coerced}
            conditions = VariableValues(sources, coerced)
            plan = Plan(
                self.schema,
                prepared.fragments,
                operation,
                conditions,
                self.natives,
                incremental=incremental,
            )
            prepared.plans[key] = plan
            if len(prepared.plans) > CHOICES:
                prepared.plans.popitem(last=False)
        return plan

    def _template(
        self, asked: "_Asked", context: object, root: object
    ) -> GraphQLResolveInfo[Any]:
        fragments = {n: one.definition for n, one in asked.prepared.fragments.items()}
        nothing: Any = None  # what a field brings is filled in for its resolver
        return GraphQLResolveInfo(
            "",
            [],
            asked.plan.root_type,
            asked.plan.root_type,
            nothing,
            self.schema,
            fragments,
            root,
            asked.operation,
            asked.values,
            context,
            is_awaitable,
            None,
            GraphQLResolveInfoHelpers(gathered, ended),
        )


@dataclass(frozen=True, slots=True)
class _Asked:
    """One operation with its variables, and the plan for them."""

    prepared: Prepared
    operation: OperationDefinitionNode
    values: VariableValues
    plan: Plan


class RequestFaults(Exception):
    """Variables that the operation does not take."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        """Keep one error for each fault."""
        super().__init__(f"{len(errors)} faults")
        self.errors = errors


async def run_plan(plan: Plan, run: Run) -> ExecutionResult:
    """Run a plan from its root."""
    if plan.serial:
        found = await plan.root.run_serially(run, [run.root], Trail())
    else:
        found = await later(plan.root.run(run, [run.root], Trail()))
    data = None if found[0] is FAULT else found[0]
    return ExecutionResult(data, run.errors() or None)


_NONE = VariableValues({}, {})


def _conditions(document: DocumentNode) -> set[str]:
    """Name the variables that decide whether something is selected."""
    found = _Conditions()
    visit(document, found)
    return found.names


class _Conditions(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_directive(self, node: DirectiveNode, *_: object) -> None:
        if node.name.value in _CONDITIONAL:
            for argument in node.arguments or ():
                self.names |= variables_in(argument)
