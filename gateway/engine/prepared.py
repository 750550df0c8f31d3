"""Documents ready to run, and requests to run them."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from graphql import (
    DirectiveNode,
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    Visitor,
    visit,
)
from graphql.execution.collect_fields import FragmentDetails

from gateway.engine.plan import Plan, variables_in
from gateway.engine.refusing import Refusals, selected
from gateway.engine.run import Step
from gateway.engine.variables import Variables

_CONDITIONAL = frozenset({"skip", "include", "defer", "stream"})
_NOTHING: Final[frozenset[str]] = frozenset()


@dataclass(slots=True, eq=False, weakref_slot=True)
class Prepared:
    """A document ready to run, with the plans of its operations."""

    document: DocumentNode
    operations: Mapping[str | None, OperationDefinitionNode]
    fragments: dict[str, FragmentDetails]
    definitions: dict[str, FragmentDefinitionNode]
    """Of the fragments."""
    conditions: tuple[str, ...]
    """Variables that select fields, of all its operations."""
    in_parts: bool = False
    """Whether @defer or @stream stand in it."""
    plans: OrderedDict[object, Plan] = field(default_factory=OrderedDict)
    variables: dict[int, Variables] = field(default_factory=dict)
    """By the identity of their operation."""
    selects: frozenset[str] | None = None
    """All fields that it may select, as "Type.field"; None: not looked up yet."""

    def refused(self, schema: GraphQLSchema, refusals: Refusals) -> frozenset[str]:
        """Name those of the refused fields that it may select."""
        if not refusals:
            return _NOTHING
        if self.selects is None:
            self.selects = selected(schema, self.document)
        return frozenset(name for name in self.selects if name in refusals)

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
    operations, definitions = {}, {}
    for one in document.definitions:
        if isinstance(one, OperationDefinitionNode):
            operations[one.name.value if one.name else None] = one
        elif isinstance(one, FragmentDefinitionNode):
            definitions[one.name.value] = one
    fragments = {name: FragmentDetails(one) for name, one in definitions.items()}
    found = _Conditions()
    visit(document, found)
    conditions = tuple(sorted(found.names))
    return Prepared(
        document, operations, fragments, definitions, conditions, found.in_parts
    )


class Request(NamedTuple):
    """A document's operation, and all that it is run with."""

    prepared: Prepared
    variables: Mapping[str, Any] = MappingProxyType({})
    name: str | None = None
    context: object = None
    """Of a subscription: what makes the context of each event, where it is callable."""
    root: object = None
    steps: list[Step] | None = None
    """Where to note what each field took, if anywhere."""
    refusals: Refusals = MappingProxyType({})
    """Fields that are refused to who asks."""


class _Conditions(Visitor):
    """Finds what decides whether something is selected, and when it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        """Of variables."""
        self.in_parts = False

    def enter_directive(self, node: DirectiveNode, *_: object) -> None:
        self.in_parts |= node.name.value in {"defer", "stream"}
        if node.name.value in _CONDITIONAL:
            for argument in node.arguments or ():
                self.names |= variables_in(argument)
