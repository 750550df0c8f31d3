"""What fields and types weigh, and how long lists are (`@cost`, `@listSize`).

The words are those of IBM's GraphQL cost specification. An argument that is a list
counts by its length where it is named as slicing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    value_from_ast_untyped,
)
from graphql.language import DirectiveNode

DIRECTIVES: Final = '''
"""花费的权重 what it weighs in the cost of an operation"""
directive @cost(weight: String!) on
  ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT
  | SCALAR

"""列表的长度 how long a list is"""
directive @listSize(
  assumedSize: Int
  slicingArguments: [String!]
  sizedFields: [String!]
  requireOneSlicingArgument: Boolean = true
) on FIELD_DEFINITION
'''


@dataclass(frozen=True, slots=True)
class ListSize:
    """How long the list of a field is, or those of some fields below it."""

    assumed: int | None = None
    """Where no slicing argument tells."""
    slicing: tuple[str, ...] = ()
    """Arguments; the largest counts."""
    sized: tuple[str, ...] = ()
    """Fields below whose lists are meant; none: its own list."""
    require_one: bool = False
    """Whether exactly one slicing argument must be given."""


@dataclass(frozen=True, slots=True)
class Weights:
    """All that is said of one schema."""

    fields: Mapping[str, float] = field(default_factory=dict)
    """By "Type.field", and of arguments by "Type.field(argument)"."""
    types: Mapping[str, float] = field(default_factory=dict)
    lists: Mapping[str, ListSize] = field(default_factory=dict)
    """By "Type.field"."""
    unsized: int = 10
    """Items of a list of which nothing is said."""

    def of_type(self, declared: GraphQLNamedType) -> float:
        """Give what one object of a type weighs: 1, a leaf 0, unless said."""
        return self.types.get(declared.name, 0.0 if is_leaf_type(declared) else 1.0)

    def of_field(self, coordinate: str, declared: GraphQLField) -> float:
        """Give what answering a field once weighs: 1, a leaf 0, unless said."""
        usual = 0.0 if is_leaf_type(get_named_type(declared.type)) else 1.0
        return self.fields.get(coordinate, usual)

    def of_argument(self, coordinate: str, declared: GraphQLArgument) -> float:
        """Give what an argument weighs that is given: an object 1, unless said."""
        usual = 0.0 if is_leaf_type(get_named_type(declared.type)) else 1.0
        return self.fields.get(coordinate, usual)


def read_weights(schema: GraphQLSchema, unsized: int = 10) -> Weights:
    """Read what the directives of a schema say that was made of its text."""
    fields: dict[str, float] = {}
    types: dict[str, float] = {}
    lists: dict[str, ListSize] = {}
    for declared in schema.type_map.values():
        said = _said(declared.ast_node, "cost")
        if said is not None:
            types[declared.name] = float(said["weight"])
        if not isinstance(declared, GraphQLObjectType | GraphQLInterfaceType):
            continue
        for name, one in declared.fields.items():
            coordinate = f"{declared.name}.{name}"
            _note_costs(coordinate, one, fields)
            said = _said(one.ast_node, "listSize")
            if said is not None:
                lists[coordinate] = _list_size(said)
    return Weights(fields, types, lists, unsized)


def _note_costs(coordinate: str, one: GraphQLField, fields: dict[str, float]) -> None:
    places = {coordinate: one.ast_node} | {
        f"{coordinate}({name})": argument.ast_node
        for name, argument in one.args.items()
    }
    for place, node in places.items():
        said = _said(node, "cost")
        if said is not None:
            fields[place] = float(said["weight"])


def _list_size(said: Mapping[str, Any]) -> ListSize:
    slicing = tuple(said.get("slicingArguments") or ())
    return ListSize(
        said.get("assumedSize"),
        slicing,
        tuple(said.get("sizedFields") or ()),
        bool(slicing) and said.get("requireOneSlicingArgument") is not False,
    )


def _said(node: object, name: str) -> Mapping[str, Any] | None:
    """Give the arguments of a directive on a definition, if it is there."""
    directives: tuple[DirectiveNode, ...] = getattr(node, "directives", None) or ()
    for one in directives:
        if one.name.value == name:
            return {
                argument.name.value: value_from_ast_untyped(argument.value)
                for argument in one.arguments or ()
            }
    return None
