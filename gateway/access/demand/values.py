"""Reads arguments and conditions of a document with a request's variables.

It is done before variables are coerced; what can't be coerced is refused by who
executes, so that here it only has to be harmless.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from graphql import (
    BooleanValueNode,
    FloatValueNode,
    GraphQLArgument,
    GraphQLField,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    Undefined,
    ValueNode,
    VariableNode,
)
from graphql.language import ArgumentNode, EnumValueNode, StringValueNode

Given = Mapping[str, object]
"""Variables, as the request gives them."""
_LONGEST: Final = 20
"""Digits of a number that is read; nothing is as many."""
_HIGHEST: Final = 10**_LONGEST


def defaults_of(operation: OperationDefinitionNode) -> Given:
    """Give the values of variables that are not given."""
    return {
        one.variable.name.value: value_of(one.default_value, {})
        for one in operation.variable_definitions or ()
        if one.default_value is not None
    }


def value_of(node: ValueNode, given: Given) -> object:
    """Give a value with its variables filled in; Undefined where there is none."""
    if isinstance(node, VariableNode):
        return given.get(node.name.value, Undefined)
    if isinstance(node, ListValueNode):
        return [value_of(one, given) for one in node.values]
    if isinstance(node, ObjectValueNode):
        return {one.name.value: value_of(one.value, given) for one in node.fields}
    if isinstance(node, NullValueNode):
        return None
    return _leaf(node)


def _leaf(node: ValueNode) -> object:
    if isinstance(node, IntValueNode):
        return int(node.value) if len(node.value) <= _LONGEST else _HIGHEST
    if isinstance(node, BooleanValueNode | StringValueNode | EnumValueNode):
        return node.value
    return float(node.value) if isinstance(node, FloatValueNode) else Undefined


def has_variables(node: ValueNode) -> bool:
    """Say whether a value depends on variables."""
    if isinstance(node, VariableNode):
        return True
    if isinstance(node, ListValueNode):
        return any(has_variables(one) for one in node.values)
    if isinstance(node, ObjectValueNode):
        return any(has_variables(one.value) for one in node.fields)
    return False


class Arguments:
    """The arguments of one field, with the defaults of the schema."""

    def __init__(self, nodes: tuple[ArgumentNode, ...], declared: GraphQLField) -> None:
        """Read `nodes`, given to a field so declared."""
        given = {one.name.value: one.value for one in nodes}
        self.given = frozenset(given)
        """Those that the document gives."""
        usual = {name: _default(one) for name, one in declared.args.items()}
        self._fixed = {
            name: value for name, value in usual.items() if value is not Undefined
        }
        self._varying: dict[str, ValueNode] = {}
        for name, node in given.items():
            if has_variables(node):
                self._varying[name] = node
            else:
                self._fixed[name] = value_of(node, {})

    def varying(self, names: Iterable[str]) -> bool:
        """Say whether any of these depends on variables."""
        return not self._varying.keys().isdisjoint(names)

    def value(self, name: str, given: Given) -> object:
        """Give one's value, or its default; Undefined where there is neither."""
        node = self._varying.get(name)
        value = Undefined if node is None else value_of(node, given)
        return self._fixed.get(name, Undefined) if value is Undefined else value

    def values(self, names: Iterable[str], given: Given) -> Mapping[str, object]:
        """Give those of some that have a value."""
        found = {name: self.value(name, given) for name in names}
        return {name: value for name, value in found.items() if value is not Undefined}


def _default(one: GraphQLArgument) -> object:
    """Give an argument's default, however it was declared."""
    if one.default is None:
        return one.default_value
    if one.default.literal is not None:
        return value_of(one.default.literal, {})
    return one.default.value


def length_of(value: object) -> int | None:
    """Give how long a slicing argument makes a list; None: it doesn't tell."""
    if isinstance(value, bool) or value is None or value is Undefined:
        return None
    if isinstance(value, list | tuple):
        return len(value)
    if isinstance(value, float):
        return _bounded(value) if value.is_integer() else None
    return _bounded(value) if isinstance(value, int) else 1


def _bounded(value: float) -> int:
    """Give a length that sums can be made of."""
    return int(min(max(value, 0), _HIGHEST))


def longest_list(values: Mapping[str, object], names: frozenset[str]) -> int:
    """Give the length of the longest list under any of these names, however deep."""
    longest = 0
    inside: list[object] = [values]
    while inside:
        one = inside.pop()
        if isinstance(one, list):
            inside += one
        elif isinstance(one, Mapping):
            for name, value in one.items():
                if name in names:
                    longest = max(longest, length_of(value) or 0)
                else:
                    inside.append(value)
    return longest
