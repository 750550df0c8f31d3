"""A schema as text with its weights, as the cost specification wants to see them.

Introspection does not tell applied directives, and the recorded schemas leave them
out; here clients read what their costs are made of.
"""

import json
from collections.abc import Iterable
from dataclasses import replace

from graphql import (
    FieldDefinitionNode,
    GraphQLSchema,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    Visitor,
    parse,
    print_ast,
    print_schema,
    visit,
)
from graphql.language import ConstDirectiveNode

from gateway.access.demand.weights import DIRECTIVES, ListSize, Weights


def annotated(schema: GraphQLSchema, weights: Weights) -> str:
    """Give the text of a schema; `read_weights` reads the same weights from it."""
    document = visit(parse(print_schema(schema)), _Annotation(weights))
    return f"{DIRECTIVES.strip()}\n\n{print_ast(document)}\n"


class _Annotation(Visitor):
    """Writes weights beside what they are of."""

    def __init__(self, weights: Weights) -> None:
        super().__init__()
        self._weights = weights

    def enter_object_type_definition(
        self, node: ObjectTypeDefinitionNode, *_: object
    ) -> ObjectTypeDefinitionNode:
        return replace(
            node,
            fields=self._fields(node),
            directives=(
                *(node.directives or ()),
                *_cost(self._weights.types.get(node.name.value)),
            ),
        )

    def enter_interface_type_definition(
        self, node: InterfaceTypeDefinitionNode, *_: object
    ) -> InterfaceTypeDefinitionNode:
        return replace(node, fields=self._fields(node))

    def _fields(
        self, node: ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode
    ) -> tuple[FieldDefinitionNode, ...]:
        return tuple(self._field(node.name.value, one) for one in node.fields or ())

    def _field(self, owner: str, node: FieldDefinitionNode) -> FieldDefinitionNode:
        coordinate = f"{owner}.{node.name.value}"
        directives = (
            *(node.directives or ()),
            *_cost(self._weights.fields.get(coordinate)),
            *_list_size(self._weights.lists.get(coordinate)),
        )
        arguments = tuple(
            self._argument(coordinate, one) for one in node.arguments or ()
        )
        return replace(node, arguments=arguments, directives=directives)

    def _argument(
        self, coordinate: str, node: InputValueDefinitionNode
    ) -> InputValueDefinitionNode:
        weight = self._weights.fields.get(f"{coordinate}({node.name.value})")
        return replace(node, directives=(*(node.directives or ()), *_cost(weight)))


def _cost(weight: float | None) -> Iterable[ConstDirectiveNode]:
    return () if weight is None else _directives(f'@cost(weight: "{weight:g}")')


def _list_size(said: ListSize | None) -> Iterable[ConstDirectiveNode]:
    if said is None:
        return ()
    words: list[str] = []
    if said.assumed is not None:
        words.append(f"assumedSize: {said.assumed}")
    if said.slicing:
        words.append(f"slicingArguments: {json.dumps(said.slicing)}")
    if said.sized:
        words.append(f"sizedFields: {json.dumps(said.sized)}")
    if said.slicing and not said.require_one:
        words.append("requireOneSlicingArgument: false")
    return _directives(f"@listSize({', '.join(words)})" if words else "@listSize")


def _directives(text: str) -> Iterable[ConstDirectiveNode]:
    (definition,) = parse(f"scalar A {text}").definitions
    found: Iterable[ConstDirectiveNode] = getattr(definition, "directives", ())
    return found
