"""Fields that are refused to who asks: said once a request, kept apart in the plan.

A request brings its refusals by "Type.field". Those that its document selects are
columns of their own in the plan; which of them they are is part of the plan's name, so
that requests that are refused the same fields share a plan, whatever the reasons are.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLSchema,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    is_abstract_type,
    visit,
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a field is refused, and of which objects it is not."""

    error: Exception
    allows: Callable[[Any], bool] | None = None
    """Says of an object whether it may tell the field; None: none may."""
    answered: bool = False
    """Whether the field's resolver knows of it, and answers who may not be told of
    with nothing; the error stands beside that. Else the resolver is not called."""

    def places(self, parents: Sequence[Any]) -> Sequence[int]:
        """Give the places of those that may not tell the field."""
        if self.allows is None:
            return range(len(parents))
        allows = self.allows
        return [place for place, one in enumerate(parents) if not allows(one)]


Refusals = Mapping[str, Refusal]
"""By "Type.field"."""


def selected(schema: GraphQLSchema, document: DocumentNode) -> frozenset[str]:
    """Name every field, as "Type.field", that a valid document may select."""
    types = TypeInfo(schema)
    found = _Selected(schema, types)
    visit(document, TypeInfoVisitor(types, found))
    return frozenset(found.names)


class _Selected(Visitor):
    """Collects fields of all types that may stand where they are selected."""

    def __init__(self, schema: GraphQLSchema, types: TypeInfo) -> None:
        super().__init__()
        self._schema = schema
        self._types = types
        self.names: set[str] = set()

    def enter_field(self, node: FieldNode, *_: object) -> None:
        parent = self._types.get_parent_type()
        if parent is None:
            return
        possible: Sequence[Any] = (
            self._schema.get_possible_types(parent)
            if is_abstract_type(parent)
            else (parent,)
        )
        self.names.update(f"{one.name}.{node.name.value}" for one in possible)
