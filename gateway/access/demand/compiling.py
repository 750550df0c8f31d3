"""Makes the formula of an operation's cost, in time in proportion to its document."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLArgument,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    Undefined,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_list_type,
    is_object_type,
)
from graphql.language import DirectiveNode

from gateway.access.demand.formula import Ask, Condition, Fact, Selected, Term
from gateway.access.demand.values import (
    Arguments,
    Given,
    length_of,
    longest_list,
    value_of,
)
from gateway.access.demand.weights import ListSize, Weights
from schema.errors import BadInput


class Asking(NamedTuple):
    """Tells what a field asks departments, by some of its arguments."""

    arguments: tuple[str, ...]
    asked: Callable[[Mapping[str, object]], tuple[Ask, ...]]


INTROSPECTION: Final = 10.0
"""What one look into the schema costs, however deep."""
_Read = Callable[[Given], Fact]


@dataclass(frozen=True, slots=True)
class Facts:
    """What an estimate depends on: each a reading of the request's variables."""

    constant: list[Fact] = field(default_factory=list)
    varying: list[tuple[int, _Read]] = field(default_factory=list)
    """Readings, and where they stand among all facts."""
    places: dict[Hashable, int] = field(default_factory=dict)

    def place(self, key: Hashable, read: _Read, *, varies: bool) -> int:
        """Give where a fact stands; one that is known under `key` stands there."""
        found = self.places.get(key)
        if found is None:
            found = self.places[key] = len(self.constant)
            self.constant.append(0 if varies else read({}))
            if varies:
                self.varying.append((found, read))
        return found


@dataclass(frozen=True, slots=True)
class _Sized:
    """The fields below whose lists another field's arguments make so long."""

    names: tuple[str, ...]
    size: int


class Compiler:
    """Makes the formula of one operation."""

    def __init__(
        self,
        schema: GraphQLSchema,
        weights: Weights,
        asking: Mapping[str, Asking],
        fragments: Mapping[str, FragmentDefinitionNode],
    ) -> None:
        """Weigh by `weights`; `asking` says which fields ask departments."""
        self._schema = schema
        self._weights = weights
        self._asking = asking
        self._fragments = fragments
        self._made: dict[Hashable, Selected] = {}
        self.facts = Facts()
        self.order: list[Selected] = []
        """All selections, what is below before what is above."""
        self.batches: list[int] = []
        """Facts: how many codes of enterprises are listed."""

    def compile(self, operation: OperationDefinitionNode) -> Selected:
        """Give what an operation selects."""
        root = self._schema.get_root_type(operation.operation)
        if root is None:
            return Selected()
        return self._selected(operation.selection_set, root, None)

    def _selected(
        self, node: SelectionSetNode, parent: GraphQLObjectType, sized: _Sized | None
    ) -> Selected:
        key = (id(node), parent.name, sized)
        made = self._made.get(key)
        if made is not None:
            return made
        selected = self._made[key] = Selected()
        self._fill(selected, node, parent, sized)
        self.order.append(selected)
        return selected

    def _fill(
        self,
        selected: Selected,
        node: SelectionSetNode,
        parent: GraphQLObjectType,
        sized: _Sized | None,
    ) -> None:
        """Add fields, those of inline fragments among them, and named fragments."""
        spread: set[tuple[str, tuple[Condition, ...]]] = set()
        inside: list[tuple[SelectionSetNode, tuple[Condition, ...]]] = [(node, ())]
        while inside:
            within, outer = inside.pop()
            for one in within.selections:
                own = self._conditions(one.directives)
                if own is None:
                    continue
                conditions = (*outer, *(c for c in own if c not in outer))
                if isinstance(one, FieldNode):
                    term = self._term(one, parent, sized, conditions)
                    selected.terms += [] if term is None else [term]
                    continue
                found = self._fragment(one, parent)
                if found is None:
                    continue
                if isinstance(one, InlineFragmentNode):
                    inside.append((found, conditions))
                elif (
                    isinstance(one, FragmentSpreadNode)
                    and (one.name.value, conditions) not in spread
                ):
                    spread.add((one.name.value, conditions))
                    part = self._selected(found, parent, sized)
                    selected.parts.append((conditions, part))

    def _fragment(
        self, node: SelectionNode, parent: GraphQLObjectType
    ) -> SelectionSetNode | None:
        """Give what a fragment selects of a type; None: it does not apply."""
        found = (
            self._fragments.get(node.name.value)
            if isinstance(node, FragmentSpreadNode)
            else node
        )
        if not isinstance(found, FragmentDefinitionNode | InlineFragmentNode):
            return None
        condition = found.type_condition
        if condition is None or condition.name.value == parent.name:
            return found.selection_set
        wanted = self._schema.get_type(condition.name.value)
        applies = is_abstract_type(wanted) and self._schema.is_sub_type(wanted, parent)
        return found.selection_set if applies else None

    def _term(
        self,
        node: FieldNode,
        parent: GraphQLObjectType,
        sized: _Sized | None,
        conditions: tuple[Condition, ...],
    ) -> Term | None:
        name = node.name.value
        coordinate, aliased = f"{parent.name}.{name}", node.alias is not None
        if name.startswith("__"):
            weight = 0.0 if name == "__typename" else INTROSPECTION
            return Term(
                coordinate, weight, 0.0, None, (), conditions, None, aliased=aliased
            )
        declared = parent.fields.get(name)
        if declared is None:
            return None
        arguments = Arguments(node.arguments or (), declared)
        self._count(declared, arguments)
        kind = get_named_type(declared.type)
        size, passed = self._size(coordinate, declared, arguments, sized)
        return Term(
            coordinate,
            self._weight(coordinate, declared, arguments),
            self._weights.of_type(kind),
            size,
            self._below(node, kind, passed),
            conditions,
            self._asks(coordinate, arguments),
            aliased=aliased,
        )

    def _below(
        self, node: FieldNode, kind: GraphQLNamedType, passed: _Sized | None
    ) -> Sequence[Selected]:
        if node.selection_set is None:
            return ()
        if is_object_type(kind):
            return (self._selected(node.selection_set, kind, passed),)
        if not is_abstract_type(kind):
            return ()
        return tuple(
            self._selected(node.selection_set, one, passed)
            for one in self._schema.get_possible_types(kind)
        )

    def _weight(
        self, coordinate: str, declared: GraphQLField, arguments: Arguments
    ) -> float:
        weight = self._weights.of_field(coordinate, declared)
        for name in arguments.given:
            if name in declared.args:
                place = f"{coordinate}({name})"
                weight += self._weights.of_argument(place, declared.args[name])
        return weight

    def _size(
        self,
        coordinate: str,
        declared: GraphQLField,
        arguments: Arguments,
        sized: _Sized | None,
    ) -> tuple[int | None, _Sized | None]:
        """Give the size of a field's own list, and of lists that it says below."""
        said = self._weights.lists.get(coordinate)
        is_list = is_list_type(get_nullable_type(declared.type))
        size = None if said is None else self._read(coordinate, said, arguments)
        name = coordinate.partition(".")[2]
        if said is not None and said.sized and size is not None:
            own = self._unsized() if is_list else None
            return own, _Sized(said.sized, size)
        if sized is not None and name in sized.names and is_list:
            return sized.size, None
        if not is_list:
            return None, None
        return (self._unsized() if size is None else size), None

    def _unsized(self) -> int:
        usual = self._weights.unsized
        return self.facts.place(("unsized",), lambda _: usual, varies=False)

    def _read(self, coordinate: str, said: ListSize, arguments: Arguments) -> int:
        usual = self._weights.unsized if said.assumed is None else said.assumed
        varies = arguments.varying(said.slicing)
        first = said.slicing[0] if said.slicing else ""
        alone = len(said.slicing) == 1 and not said.require_one

        def read_one(given: Given) -> int:
            length = length_of(arguments.value(first, given))
            return usual if length is None else length

        def read(given: Given) -> int:
            values = [arguments.value(name, given) for name in said.slicing]
            if said.require_one:
                _require_one(coordinate, said, values)
            lengths = [length_of(value) for value in values]
            return max((one for one in lengths if one is not None), default=usual)

        if not varies:
            length = read({})
            return self.facts.place(("size", length), lambda _: length, varies=False)
        reading = read_one if alone else read
        return self.facts.place(("read", arguments), reading, varies=True)

    def _asks(self, coordinate: str, arguments: Arguments) -> int | None:
        asking = self._asking.get(coordinate)
        if asking is None:
            return None
        names, asked = asking
        return self.facts.place(
            ("asks", arguments),
            lambda given: asked(arguments.values(names, given)),
            varies=arguments.varying(names),
        )

    def _count(self, declared: GraphQLField, arguments: Arguments) -> None:
        """Count codes of enterprises, where an argument may list them."""
        names = [
            name
            for name, one in declared.args.items()
            if name in arguments.given and _lists_codes(one)
        ]
        if not names:
            return
        place = self.facts.place(
            ("batch", arguments),
            lambda given: longest_list(arguments.values(names, given), _CODES),
            varies=arguments.varying(names),
        )
        self.batches.append(place)

    def _conditions(
        self, directives: tuple[DirectiveNode, ...] | None
    ) -> tuple[Condition, ...] | None:
        """Give what must hold for something to be selected; None: it never is."""
        found: list[Condition] = []
        for one in directives or ():
            if one.name.value not in {"skip", "include"}:
                continue
            wanted = one.name.value == "include"
            node = next((a.value for a in one.arguments or ()), None)
            if node is None:
                continue
            value = value_of(node, {})
            if value is Undefined:
                found.append(Condition(self._flag(node), wanted))
            elif value is not wanted:
                return None
        return tuple(found)

    def _flag(self, node: object) -> int:
        name = getattr(getattr(node, "name", None), "value", "")
        return self.facts.place(
            ("flag", name), lambda given: given.get(name) is True, varies=True
        )


_CODES: Final = frozenset({"usccs", "usccIn"})
"""Arguments and input fields that list codes of enterprises."""


def _lists_codes(argument: GraphQLArgument) -> bool:
    kind = get_named_type(argument.type)
    if isinstance(kind, GraphQLInputObjectType):
        return not _CODES.isdisjoint(kind.fields)
    return kind.name == "USCC" and is_list_type(get_nullable_type(argument.type))


def _require_one(coordinate: str, said: ListSize, values: Sequence[object]) -> None:
    count = sum(value is not None and value is not Undefined for value in values)
    if count != 1:
        names = ", ".join(said.slicing)
        raise BadInput(
            f"{coordinate}({names})",
            "应恰好给出其中一个 (exactly one of them is needed to tell the size)",
        )
