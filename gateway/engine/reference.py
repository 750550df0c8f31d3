"""The same schema under graphql-core: the proof of the engine, never its substitute.

Batch resolvers are called through a DataLoader for each field and its arguments, which
collects single parents back into sets.
"""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace
from inspect import isawaitable
from typing import Any, Final

from aiodataloader import DataLoader
from graphql import (
    REMOVE,
    DirectiveNode,
    ExecutionResult,
    GraphQLError,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    Visitor,
    VisitorAction,
    experimental_execute_incrementally,
    subscribe,
    visit,
)
from graphql.error import located_error
from graphql.execution import ExperimentalIncrementalExecutionResults

from gateway.engine.binding import Binding, binding_of
from gateway.engine.prepared import Request
from gateway.engine.refusing import Refusals
from gateway.engine.selection import WrongCount


@dataclass(frozen=True, slots=True)
class ReferenceEngine:
    """Runs operations as `Engine` does, depth first, an object at a time."""

    schema: GraphQLSchema
    suggestions: bool = True

    def __post_init__(self) -> None:
        """Give every bound field a resolver that graphql-core can call."""
        for declared in self.schema.type_map.values():
            if isinstance(declared, GraphQLObjectType):
                for field in declared.fields.values():
                    binding = binding_of(field)
                    if binding is not None:
                        field.resolve = _resolver(declared, binding)

    async def execute(self, request: Request) -> ExecutionResult:
        """Run an operation of a valid document, all of it at once; notes no steps."""
        document = visit(request.prepared.document, _AtOnce())
        whole = replace(request.prepared, document=document)
        result = await self.execute_incrementally(request._replace(prepared=whole))
        if not isinstance(result, ExecutionResult):
            raise TypeError("a document without @defer and @stream was answered so")
        return result

    async def execute_incrementally(
        self, request: Request
    ) -> ExecutionResult | ExperimentalIncrementalExecutionResults:
        """Run an operation whose @defer and @stream count; notes no steps."""
        _LOADERS.set({})
        refusing = _Refusing(request.refusals)
        outcome: Any = experimental_execute_incrementally(
            self.schema,
            request.prepared.document,
            root_value=request.root,
            context_value=request.context,
            variable_values=dict(request.variables),
            operation_name=request.name,
            middleware=[refusing] if request.refusals else None,
            hide_suggestions=not self.suggestions,
        )
        found: ExecutionResult | ExperimentalIncrementalExecutionResults = (
            await outcome if isawaitable(outcome) else outcome
        )
        if isinstance(found, ExecutionResult):
            refusing.remark(found)
        return found

    async def subscribe(
        self, request: Request
    ) -> AsyncGenerator[ExecutionResult, None] | ExecutionResult:
        """Start a subscription: one result for each event, or why there is none."""
        _LOADERS.set({})
        context = request.context
        started: Any = subscribe(
            self.schema,
            request.prepared.document,
            root_value=request.root,
            context_value=context() if callable(context) else context,
            variable_values=dict(request.variables),
            operation_name=request.name,
        )
        found: AsyncGenerator[ExecutionResult, None] | ExecutionResult = (
            await started if isawaitable(started) else started
        )
        return found


class _Refusing:
    """Stands between the executor and all resolvers."""

    def __init__(self, refusals: Refusals) -> None:
        self._refusals = refusals
        self._beside: list[GraphQLError] = []

    def resolve(
        self,
        resolve: Callable[..., object],
        parent: object,
        info: GraphQLResolveInfo[Any],
        **given: object,
    ) -> object:
        """Resolve what is not refused, as graphql-core's middleware does."""
        refusal = self._refusals.get(f"{info.parent_type.name}.{info.field_name}")
        if refusal is not None and refusal.places([parent]):
            path = info.path.as_list()
            located = located_error(refusal.error, list(info.field_nodes), path)
            if not refusal.answered:
                raise located
            self._beside.append(located)
        return resolve(parent, info, **given)

    def remark(self, result: ExecutionResult) -> None:
        """Add the errors that stand beside a value, where that is still there."""
        standing = [one for one in self._beside if _stands(result.data, one.path or ())]
        if standing:
            result.errors = [*(result.errors or ()), *standing]


def _stands(data: object, path: Sequence[str | int]) -> bool:
    at: Any = data
    for key in path:
        if at is None:
            return False
        at = at[key]
    return at is not None


class _AtOnce(Visitor):
    """Takes the directives of incremental delivery out of a document."""

    def enter_directive(self, node: DirectiveNode, *_: object) -> VisitorAction:
        return REMOVE if node.name.value in _IN_PARTS else None


_IN_PARTS: Final = frozenset({"defer", "stream"})


def _resolver(declared: GraphQLObjectType, binding: Binding) -> Any:  # noqa: ANN401 - as graphql-core takes it
    if binding.attribute is not None:
        attribute = binding.attribute

        def read(parent: object, _info: GraphQLResolveInfo[Any]) -> object:
            return getattr(parent, attribute)

        return read

    if binding.single is not None:
        single, convert = binding.single, binding.convert

        def answer(
            parent: object, info: GraphQLResolveInfo[Any], **given: object
        ) -> object:
            return single(parent, info, **(convert(given) if convert else given))

        return answer

    async def load(
        parent: object, info: GraphQLResolveInfo[Any], **given: object
    ) -> object:
        loaders = _LOADERS.get()
        key = (id(info.field_nodes[0]), declared.name)
        if key not in loaders:
            arguments = binding.convert(given) if binding.convert else given
            loaders[key] = _loader(binding, info, arguments)
        return await loaders[key].load(_Parent(parent))

    return load


@dataclass(frozen=True, eq=False, slots=True)
class _Parent:
    """A parent as a loader's key: itself, whatever its class calls equal."""

    itself: Any


def _loader(
    binding: Binding, info: GraphQLResolveInfo[Any], arguments: Mapping[str, Any]
) -> DataLoader[_Parent, Any]:
    async def load(keys: list[_Parent]) -> list[Any]:
        if binding.batch is None:
            raise TypeError("nothing answers this field")
        results = binding.batch([key.itself for key in keys], info, **arguments)
        found = await results if isawaitable(results) else results
        if not isinstance(found, list | tuple) or len(found) != len(keys):
            raise WrongCount(info.field_name)
        return list(found)

    return DataLoader(load, cache=False)


_Loaders = dict[tuple[int, str], DataLoader[_Parent, Any]]
_LOADERS: ContextVar[_Loaders] = ContextVar("loaders of one execution")
