"""The plan of an operation: made once of its document, run for every request.

Which fields are selected depends on the variables in @skip and @include, so there is a
plan for each combination of their values that turns up. Below the root, a selection is
planned when the first object of its type turns up.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from graphql import (
    ArgumentNode,
    FieldNode,
    GraphQLArgument,
    GraphQLField,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLStreamDirective,
    OperationDefinitionNode,
    OperationType,
    Undefined,
    VariableNode,
    Visitor,
    get_argument_values,
    get_directive_values,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
    is_required_argument,
    visit,
)
from graphql.execution.collect_fields import (
    CollectedFields,
    FieldDetails,
    FragmentDetails,
    GroupedFieldSet,
    collect_fields,
    collect_subfields,
)
from graphql.execution.incremental import DeferUsageSet, build_execution_plan
from graphql.execution.values import VariableValues

from gateway.engine.binding import Binding, binding_of
from gateway.engine.completion import Abstract, Completer, Leaf, Lists, Objects, Place
from gateway.engine.guarded import GuardedColumn
from gateway.engine.leaves import LeafTypes
from gateway.engine.postponed import Deferral
from gateway.engine.run import Run
from gateway.engine.runtime_types import TypeResolution
from gateway.engine.selection import (
    ArgumentsOf,
    Bound,
    Column,
    Field,
    Plain,
    Selection,
    TypeName,
)
from gateway.engine.streaming import StreamedLists, Streaming

Fragments = dict[str, FragmentDetails]
Within = DeferUsageSet
"""The deferred fragments that a selection is part of."""
NOWHERE: Final[Within] = DeferUsageSet()


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run for one operation, and one choice of its conditional fields."""

    root: Selection
    root_type: GraphQLObjectType
    serial: bool
    """Whether the root's fields are run one after the other."""


class Planner:
    """Makes the plan of one operation.

    Selections refer to it, to be planned when they turn up, and it refers to none: a
    forgotten plan is freed at once, without the garbage collector.
    """

    def __init__(  # noqa: PLR0913 - all that a plan is made of
        self,
        schema: GraphQLSchema,
        fragments: Fragments,
        operation: OperationDefinitionNode,
        conditions: VariableValues,
        leaf_types: LeafTypes,
        *,
        incremental: bool = False,
        refused: frozenset[str] = frozenset(),
    ) -> None:
        """Plan an operation; `conditions` are the variables that select fields.

        @defer and @stream count only where delivery is `incremental`. The fields of
        `refused` ("Type.field") ask the request's refusals first.
        """
        self._schema = schema
        self._fragments = fragments
        self._operation = operation
        self._conditions = conditions
        self._leaf_types = leaf_types
        self._incremental = incremental
        self._refused = refused

    def plan(self) -> Plan:
        """Plan the root; raises NoRootType."""
        operation = self._operation
        root_type = _root_type(self._schema, operation)
        collected = collect_fields(
            self._schema, self._fragments, self._conditions, root_type, operation
        )
        root = self._selection(root_type, collected, NOWHERE)
        return Plan(root, root_type, operation.operation is OperationType.MUTATION)

    def _selection(
        self, parent: GraphQLObjectType, collected: CollectedFields, within: Within
    ) -> Selection:
        """Plan the fields of a selection, those `within` deferred fragments."""
        if not self._incremental:
            return self._of(parent, collected.grouped_field_set, within)
        parts = build_execution_plan(collected.grouped_field_set, within)
        groups = [
            (tuple(those), self._of(parent, grouped, those))
            for those, grouped in parts.new_grouped_field_sets.items()
        ]
        usages = tuple(collected.new_defer_usages)
        deferral = Deferral(usages, groups) if usages or groups else None
        return self._of(parent, parts.grouped_field_set, within, deferral)

    def _of(
        self,
        parent: GraphQLObjectType,
        grouped: GroupedFieldSet,
        within: Within,
        deferral: Deferral | None = None,
    ) -> Selection:
        fields = list(self._fields(parent, grouped, within))
        return Selection(fields, self._leaf_types, deferral)

    def _below(
        self, parent: GraphQLObjectType, details: list[FieldDetails], within: Within
    ) -> Selection:
        collected = collect_subfields(
            self._schema,
            self._fragments,
            self._conditions,
            self._operation,
            parent,
            details,
        )
        return self._selection(parent, collected, within)

    def _fields(
        self, parent: GraphQLObjectType, grouped: GroupedFieldSet, within: Within
    ) -> Iterator[Field]:
        for order, (key, details) in enumerate(grouped.items()):
            name = details[0].node.name.value
            if name == "__typename":
                yield TypeName(key, parent.name)
                continue
            definition = self._schema.get_field(parent, name)
            if definition is not None:
                completer = self._completer(parent, definition.type, details, within)
                yield self._field(parent, key, order, definition, details, completer)

    def _field(
        self,
        parent: GraphQLObjectType,
        key: str,
        order: int,
        definition: GraphQLField,
        details: list[FieldDetails],
        completer: Completer,
    ) -> Field:
        binding = binding_of(definition) or Binding()
        nodes = [detail.node for detail in details]
        guarded = f"{parent.name}.{nodes[0].name.value}" in self._refused
        if isinstance(completer, Leaf) and binding.attribute and not guarded:
            return Plain(key, order, binding.attribute, completer)
        arguments = _arguments(definition, nodes[0], binding)
        column = GuardedColumn if guarded else Column
        return column(key, order, parent, definition, nodes, arguments, completer)

    def _completer(
        self,
        parent: GraphQLObjectType,
        declared: GraphQLOutputType,
        details: list[FieldDetails],
        within: Within,
        depth: int = 0,
    ) -> Completer:
        owner = f"{parent.name}.{details[0].node.name.value}"
        nodes = [detail.node for detail in details]
        required = is_non_null_type(declared)
        inner: Any = declared.of_type if is_non_null_type(declared) else declared
        place = Place(owner, nodes, required=required)
        if is_leaf_type(inner):
            return Leaf(place, inner, self._leaf_types)
        if is_list_type(inner):
            item = self._completer(parent, inner.of_type, details, within, depth + 1)
            streaming = None if depth else self._streaming(nodes[0])
            if streaming is not None:
                return StreamedLists(place, owner, item, streaming)
            return Lists(place, owner, item)

        def select(found: GraphQLObjectType) -> Selection:
            return self._below(found, details, within)

        if is_object_type(inner):
            return Objects(place, inner, select)
        if is_abstract_type(inner):
            resolution = TypeResolution(self._schema, inner, owner, nodes)
            return Abstract(place, resolution, select)
        raise TypeError(f"{owner}: {inner} is no output type")

    def _streaming(self, node: FieldNode) -> Streaming | None:
        if not self._incremental:
            return None
        asked = get_directive_values(GraphQLStreamDirective, node, self._conditions)
        if asked is None or asked["if"] is False:
            return None
        return Streaming(asked["initialCount"], asked.get("label"))


def _root_type(
    schema: GraphQLSchema, operation: OperationDefinitionNode
) -> GraphQLObjectType:
    """Give the type that an operation starts at; raises NoRootType."""
    found = schema.get_root_type(operation.operation)
    if found is None:
        raise NoRootType(operation)
    return found


class NoRootType(Exception):
    """The schema has no such kind of operation."""

    def __init__(self, operation: OperationDefinitionNode) -> None:
        """Say which kind, for which operation."""
        kind = operation.operation.value
        super().__init__(f"Schema is not configured to execute {kind} operation.")
        self.operation = operation


def _arguments(
    definition: GraphQLField, node: FieldNode, binding: Binding
) -> ArgumentsOf:
    """Give the function that tells a field's arguments; once if nothing is bound."""
    convert = binding.convert
    mattering = GraphQLField(definition.type, _mattering(definition, node))

    def coerced(run: Run) -> Bound:
        values = get_argument_values(mattering, node, run.template.variable_values)
        return values if convert is None else convert(values)

    if any(variables_in(argument) for argument in node.arguments or ()):
        return coerced
    kept: list[Bound] = []

    def constant(run: Run) -> Bound:
        if not kept:
            kept.append(coerced(run))
        return kept[0]

    return constant


def _mattering(definition: GraphQLField, node: FieldNode) -> dict[str, GraphQLArgument]:
    """Give the arguments that have a value, or miss one that they need."""
    given = {argument.name.value for argument in node.arguments or ()}
    return {
        name: one
        for name, one in definition.args.items()
        if name in given
        or one.default is not None
        or one.default_value is not Undefined
        or is_required_argument(one)
    }


class _Variables(Visitor):
    """Collects the names of all variables."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_variable(self, node: VariableNode, *_: object) -> None:
        self.names.add(node.name.value)


def variables_in(argument: ArgumentNode) -> set[str]:
    """Name all variables that an argument mentions."""
    seeking = _Variables()
    visit(argument, seeking)
    return seeking.names
