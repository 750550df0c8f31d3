"""Documents that select all there is below a field, made from a schema."""

from collections.abc import Iterator, Mapping, Sequence

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

Composite = GraphQLObjectType | GraphQLInterfaceType


class Selections:
    """Selects everything; remembers which fields of which types it selected."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self.selected: set[tuple[str, str]] = set()

    def all_below(self, declared: object, depth: int) -> str:
        """Select all leaves, and what is below them in so many levels."""
        named = get_named_type(declared)  # type: ignore[call-overload]
        if is_leaf_type(named):
            return ""
        if not isinstance(named, GraphQLObjectType | GraphQLInterfaceType):
            raise TypeError(named)
        parts = ["__typename", *self._fields(named, depth)]
        if isinstance(named, GraphQLInterfaceType):
            for each in self._schema.get_possible_types(named):
                inner = " ".join(self._aliased(each, depth))
                parts.append(f"... on {each.name} {{ {inner} }}")
        return f"{{ {' '.join(parts)} }}"

    def _fields(self, of: Composite, depth: int) -> Iterator[str]:
        for name, field in of.fields.items():
            below = self._below(of, name, field, depth)
            if below is not None:
                yield f"{name} {below}"

    def _aliased(self, of: Composite, depth: int) -> Iterator[str]:
        """Select under names of the type's own: types may differ in a field's type."""
        for name, field in of.fields.items():
            below = self._below(of, name, field, depth)
            if below is not None:
                yield f"{of.name}_{name}: {name} {below}"

    def _below(
        self, of: Composite, name: str, field: GraphQLField, depth: int
    ) -> str | None:
        leaf = is_leaf_type(get_named_type(field.type))
        if any(map(is_required_argument, field.args.values())):
            return None
        if not leaf and depth <= 0:
            return None
        self.selected.add((of.name, name))
        return "" if leaf else self.all_below(field.type, depth - 1)


def all_fields(schema: GraphQLSchema) -> set[tuple[str, str]]:
    """Name every field of every type that answers hold."""
    return {
        (name, field)
        for name, one in schema.type_map.items()
        if isinstance(one, GraphQLObjectType | GraphQLInterfaceType)
        and not name.startswith("__")
        and one is not schema.query_type
        for field in one.fields
    }


def where_of(
    schema: GraphQLSchema, name: str, values: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    """Write every condition of an input type, one at a time; none may lack values."""
    declared = schema.type_map[name]
    for field in declared.fields:  # type: ignore[attr-defined]
        for value in values[field]:
            yield f"{{ {field}: {value} }}"
