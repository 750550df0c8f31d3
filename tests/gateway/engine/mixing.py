"""Mixes drawn documents into operations with all that the language allows.

A stock holds the selections and literals of drawn documents by their types. An
operation takes from it, and adds aliases, fields selected twice, fragments in
fragments, conditions, variables with and without defaults, and introspection.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    ArgumentNode,
    FieldNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    ListValueNode,
    NameNode,
    ObjectValueNode,
    TypeInfo,
    TypeInfoVisitor,
    ValueNode,
    Visitor,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_composite_type,
    is_input_object_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
    is_required_argument,
    is_union_type,
    parse,
    parse_value,
    print_ast,
    value_from_ast_untyped,
    visit,
)
from graphql.utilities import do_types_overlap

Path = tuple[str, ...]
Spice = Mapping[str, Sequence[str]]
"""Literals that mean something, by the name of their type or argument."""
DEPTH = 4
BUDGET = 15


@dataclass(slots=True)
class Stock:
    """What drawn documents select and say, by type."""

    schema: GraphQLSchema
    spice: Spice
    fields: dict[str, list[FieldNode]] = field(default_factory=dict)
    values: dict[str, list[ValueNode]] = field(default_factory=dict)
    _around: dict[str, list[Any]] = field(default_factory=dict)

    def around(self, parent: Any) -> list[Any]:
        """Give the types that an object of a type may be taken for."""
        if parent.name not in self._around:
            self._around[parent.name] = [
                one
                for one in self.schema.type_map.values()
                if is_composite_type(one) and do_types_overlap(self.schema, parent, one)
            ]
        return self._around[parent.name]

    def leaves(self, parent: Any) -> list[str]:
        """Name the fields of a type that have none below."""
        return [
            name
            for name, one in parent.fields.items()
            if is_leaf_type(get_named_type(one.type))
        ]

    def add(self, text: str) -> None:
        """Take what a document has."""
        types = TypeInfo(self.schema)
        visit(
            parse(text, no_location=True), TypeInfoVisitor(types, _Taking(self, types))
        )


class _Taking(Visitor):
    def __init__(self, stock: Stock, types: TypeInfo) -> None:
        super().__init__()
        self._stock, self._types = stock, types

    def enter_field(self, node: FieldNode, *_: object) -> None:
        parent = self._types.get_parent_type()
        if parent is not None:
            self._stock.fields.setdefault(parent.name, []).append(node)

    def enter_argument(self, node: ArgumentNode, *_: object) -> None:
        declared = self._types.get_input_type()
        if declared is not None:
            key = str(get_nullable_type(declared))
            self._stock.values.setdefault(key, []).append(node.value)


@dataclass(frozen=True, slots=True)
class Operation:
    """A document, which of its operations to run, and what to run it with."""

    text: str
    variables: Mapping[str, Any]
    name: str | None


@dataclass(slots=True)
class _Variable:
    declared: str
    default: str | None


@dataclass(slots=True)
class Mixer:
    """Makes one operation."""

    stock: Stock
    random: Random
    _left: int
    _variables: dict[str, _Variable] = field(default_factory=dict)
    _given: dict[str, Any] = field(default_factory=dict)
    _fragments: list[tuple[str, str, str]] = field(default_factory=list)
    _heads: dict[Path, dict[str, tuple[str, str, str]]] = field(default_factory=dict)

    def operation(self) -> Operation:
        """Give an operation; most are valid."""
        schema = self.stock.schema
        changes = schema.mutation_type is not None and self._maybe(0.12)
        root: Any = schema.mutation_type if changes else schema.query_type
        body = self._selection(root, DEPTH, ())
        declared = ", ".join(
            f"${name}: {one.declared}" + (f" = {one.default}" if one.default else "")
            for name, one in self._variables.items()
        )
        kind = "mutation" if changes else "query"
        texts = [f"{kind} Q{f'({declared})' if declared else ''} {body}"]
        texts += [f"fragment {n} on {on} {text}" for n, on, text in self._fragments]
        several = self._maybe(0.1)
        if several:
            texts.insert(self.random.randrange(2), "query Other { __typename }")
        return Operation("\n".join(texts), self._given, "Q" if several else None)

    def _maybe(self, chance: float) -> bool:
        return self.random.random() < chance

    def _selection(self, parent: Any, depth: int, path: Path) -> str:
        parts = []
        for _ in range(self.random.randint(1, 4) if self._left > 0 else 1):
            self._left -= 1
            parts.append(self._part(parent, depth, path))
            if self._left > 0 and self._maybe(0.05):
                parts.append(self.random.choice(parts))
        return f"{{ {' '.join(parts)} }}"

    def _part(self, parent: Any, depth: int, path: Path) -> str:
        dice = self.random.random()
        if not path and parent is self.stock.schema.query_type and dice > 0.96:
            return self._introspection()
        if dice < 0.06:
            return f"{self.random.choice(('', 't: ', 'kind: '))}__typename"
        if self._left > 0 and dice < (0.5 if is_abstract_type(parent) else 0.34):
            make = self.random.choice((self._untyped, self._typed, self._spread))
            return make(parent, depth, path)
        return self._field(parent, depth if self._left > 0 else 0, path)

    def _untyped(self, parent: Any, depth: int, path: Path) -> str:
        inner = self._selection(parent, depth, path)
        on = self.random.choice(("", f" on {parent.name}"))
        return f"...{on} {self._condition()} {inner}"

    def _introspection(self) -> str:
        name = self.random.choice(sorted(self.stock.schema.type_map))
        return self.random.choice(_INTROSPECTION).replace("NAME", name)

    def _condition(self) -> str:
        if not self._maybe(0.3):
            return ""
        chosen = self.random.sample(("skip", "include"), self.random.choice((1, 1, 2)))
        texts = [f"@{one}(if: {self._flag()})" for one in chosen]
        if self.stock.schema.get_directive("note") and self._maybe(0.2):
            texts.append('@note(text: "x")')
        return " ".join(texts)

    def _flag(self) -> str:
        if self._maybe(0.2):
            return self.random.choice(("true", "false"))
        name = f"b{self.random.randrange(3)}"
        if name not in self._variables:
            value = self._maybe(0.5)
            default = self.random.choice((None, "true", "false"))
            self._variables[name] = _Variable("Boolean!", default)
            if default is None or self._maybe(0.5):
                self._given[name] = value
        return f"${name}"

    def _typed(self, parent: Any, depth: int, path: Path) -> str:
        around = self.stock.around(parent)
        objects = [one for one in around if is_object_type(one)]
        on = self.random.choice(objects if self._maybe(0.6) else around)
        inner = self._selection(on, depth, path)
        return f"... on {on.name} {self._condition()} {inner}"

    def _spread(self, parent: Any, depth: int, path: Path) -> str:
        names = {one.name for one in self.stock.around(parent)}
        known = [one for one in self._fragments if one[1] in names]
        if known and self._maybe(0.4):
            name = self.random.choice(known)[0]
        else:
            on: Any = self.stock.schema.type_map[self.random.choice(sorted(names))]
            text = self._selection(on, depth, path)
            name = f"F{len(self._fragments)}"
            self._fragments.append((name, on.name, text))
        return f"...{name} {self._condition()}"

    def _field(self, parent: Any, depth: int, path: Path) -> str:
        if is_union_type(parent):
            return "__typename" if self._left <= 0 else self._typed(parent, depth, path)
        heads = self._heads.setdefault(path, {})
        again = [(k, h) for k, h in heads.items() if h[0] == parent.name]
        if again and self._maybe(0.2):
            key, (_, name, arguments) = self.random.choice(again)
        else:
            chosen = self._chosen(parent, deep=depth > 0 and self._left > 0)
            if chosen is None:
                return "__typename"
            name, arguments = chosen.name.value, self._arguments(parent, chosen)
            key = self._key(heads, (parent.name, name, arguments))
        declared = get_named_type(parent.fields[name].type)
        inner = ""
        if is_composite_type(declared):
            inner = self._selection(declared, depth - 1, (*path, key))
        head = name if key == name else f"{key}: {name}"
        return f"{head}{arguments} {self._condition()} {inner}"

    def _key(
        self, heads: dict[str, tuple[str, str, str]], head: tuple[str, str, str]
    ) -> str:
        name = head[1]
        key = f"k{self.random.randrange(6)}" if self._maybe(0.25) else name
        while (taken := heads.get(key)) and taken[1:] != head[1:]:
            key = f"z{self.random.randrange(1000)}"
        heads.setdefault(key, head)
        return key

    def _chosen(self, parent: Any, *, deep: bool) -> FieldNode | None:
        """Choose a field as some document selects it, or a bare one."""
        leaves = self.stock.leaves(parent)
        stored = [
            node
            for node in self.stock.fields.get(parent.name, ())
            if deep or node.name.value in leaves
        ]
        if stored and self._maybe(0.6):
            return self.random.choice(stored)
        names = list(parent.fields) if deep else leaves
        if not names:
            return None
        return FieldNode(name=NameNode(value=self.random.choice(names)), arguments=())

    def _arguments(
        self, parent: GraphQLObjectType | GraphQLInterfaceType, node: FieldNode
    ) -> str:
        own = {one.name.value: one.value for one in node.arguments or ()}
        texts = []
        for name, declared in parent.fields[node.name.value].args.items():
            needed = is_required_argument(declared)
            if needed or self._maybe(0.7 if name in own else 0.2):
                texts.append(f"{name}: {self._literal(name, declared.type, own)}")
        return f"({', '.join(texts)})" if texts else ""

    def _literal(self, name: str, declared: Any, own: Mapping[str, ValueNode]) -> str:
        bare = get_nullable_type(declared)
        spice = self.stock.spice.get(name) or self.stock.spice.get(str(bare), ())
        stored = self.stock.values.get(str(bare), ())
        if spice and self._maybe(0.8):
            node = parse_value(self.random.choice(spice), no_location=True)
        elif name in own and self._maybe(0.7):
            node = own[name]
        elif stored:
            node = self.random.choice(stored)
        else:
            node = parse_value(_plain(bare), no_location=True)
        return self._said(declared, node)

    def _said(self, declared: Any, node: ValueNode) -> str:
        """Say a value of a type, all of it or parts by variables."""
        if self._maybe(0.25):
            return self._variable(declared, print_ast(node))
        bare: Any = get_nullable_type(declared)
        if isinstance(node, ListValueNode) and is_list_type(bare):
            items = ", ".join(self._said(bare.of_type, one) for one in node.values)
            return f"[{items}]"
        if isinstance(node, ObjectValueNode) and is_input_object_type(bare):
            pairs = ", ".join(
                f"{one.name.value}: "
                f"{self._said(bare.fields[one.name.value].type, one.value)}"
                for one in node.fields
            )
            return f"{{{pairs}}}"
        return print_ast(node)

    def _variable(self, declared: Any, literal: str) -> str:
        same = [n for n, v in self._variables.items() if v.declared == str(declared)]
        if same and self._maybe(0.3):
            return f"${self.random.choice(same)}"
        name = f"v{len(self._variables)}"
        text, bare = str(declared), str(get_nullable_type(declared))
        value = value_from_ast_untyped(parse_value(literal))
        form = self.random.randrange(20)
        if form < 9:
            self._given[name] = value
            strict = is_non_null_type(declared) or self._maybe(0.3)
            made = _Variable(f"{bare}!" if strict and value is not None else text, None)
        elif form < 16 and literal != "null":
            made = _Variable(bare, literal)
            if form == 15:
                self._given[name] = None
        elif form == 16:
            made = _Variable(text, None)
            self._given[name] = self.random.choice(({"wrong": 1}, [None], "?", 2.5))
        else:
            made = _Variable(text, None)
            if form < 18:
                self._given[name] = None
        self._variables[name] = made
        return f"${name}"


def _plain(declared: Any) -> str:
    """Give some literal of a type."""
    if is_list_type(declared):
        return "[]"
    if is_input_object_type(declared):
        return "{}"
    values = getattr(declared, "values", None)
    if values:
        return str(next(iter(values)))
    return {"Int": "3", "Boolean": "true", "Float": "2.5"}.get(declared.name, '"1"')


def mixed(stock: Stock, texts: Iterable[str], seed: int, size: int) -> list[Operation]:
    """Add documents to a stock and make operations of it."""
    for text in texts:
        stock.add(text)
    random = Random(seed)
    return [
        Mixer(stock, random, random.randint(3, BUDGET)).operation() for _ in range(size)
    ]


_TYPE = "{ kind name ofType { kind name ofType { name ofType { name } } } }"
_INTROSPECTION = (
    f'__type(name: "NAME") {{ __typename kind name description interfaces {{ name }}'
    f" possibleTypes {{ name }} fields(includeDeprecated: true) {{ name type {_TYPE}"
    f" args {{ name defaultValue type {_TYPE} }} }} inputFields {{ name defaultValue }}"
    " enumValues { name isDeprecated } }",
    't: __type(name: "No") { name }',
    '__type(name: "NAME") { n: name ...on __Type @include(if: true) { kind } }',
    "__schema { queryType { name } mutationType { name } subscriptionType { name }"
    " directives { name locations isRepeatable args { name } } }",
)
