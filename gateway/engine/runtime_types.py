"""Which object type a value of an interface or union is of."""

from typing import Any

from graphql import (
    FieldNode,
    GraphQLAbstractType,
    GraphQLError,
    GraphQLObjectType,
    GraphQLSchema,
    default_type_resolver,
    is_object_type,
)
from graphql.pyutils import inspect

from gateway.engine.binding import class_of
from gateway.engine.run import AWAITABLE, Run, kind_of


class TypeResolution:
    """Tells the types of values, by their class where that is enough."""

    def __init__(
        self,
        schema: GraphQLSchema,
        declared: GraphQLAbstractType,
        owner: str,
        nodes: list[FieldNode],
    ) -> None:
        """Resolve `declared` for the field `owner` ("Type.field")."""
        self._schema = schema
        self._declared = declared
        self._owner = owner
        self._nodes = nodes
        self._by_class: dict[type, GraphQLObjectType] = {
            cls: one
            for one in schema.get_possible_types(declared)
            if (cls := class_of(one)) is not None
        }

    def of(self, run: Run, values: list[Any]) -> list[Any]:
        """Give the type of each value, an Exception, or what gives a type's name."""
        known = self._by_class
        found = [known.get(type(value)) for value in values]
        if all(found):
            return found
        return [
            one or self._derived(type(value)) or self._asked(run, value)
            for one, value in zip(found, values, strict=True)
        ]

    def _derived(self, cls: type) -> GraphQLObjectType | None:
        """Give the type of the class that another is derived from, and keep it."""
        for base in cls.__mro__:
            if base in self._by_class:
                return self._by_class.setdefault(cls, self._by_class[base])
        return None

    def checked(self, run: Run, values: list[Any], names: list[Any]) -> list[Any]:
        """Give types for what was awaited."""
        del run
        return [
            name
            if isinstance(name, Exception | GraphQLObjectType)
            else self._valid(name, value)
            for value, name in zip(values, names, strict=True)
        ]

    def _asked(self, run: Run, value: object) -> object:
        resolve = self._declared.resolve_type or default_type_resolver
        try:
            name = resolve(value, run.template, self._declared)
        except Exception as error:  # noqa: BLE001 - whatever the resolver raises
            return error
        return name if kind_of(name) == AWAITABLE else self._valid(name, value)

    def _valid(  # noqa: PLR0911 - one a fault
        self,
        name: Any,  # noqa: ANN401 - anything may come from a resolver
        value: object,
    ) -> GraphQLObjectType | GraphQLError:
        """Give the object type of a name, or say what is wrong with it."""
        about = f"Abstract type '{self._declared}'"
        must = f"{about} must resolve to an Object type at runtime"
        if name is None:
            return self._error(
                f"{must} for field '{self._owner}'."
                f" Either the '{self._declared}' type should provide"
                " a 'resolve_type' function or each possible type should provide"
                " an 'is_type_of' function."
            )
        if not isinstance(name, str):
            return self._error(
                f"{must} for field '{self._owner}' with value"
                f" {inspect(value)}, received '{inspect(name)}',"
                " which is not a valid Object type name."
            )
        found = self._schema.get_type(name)
        if found is None:
            return self._error(
                f"{about} was resolved to a type"
                f" '{name}' that does not exist inside the schema."
            )
        if not is_object_type(found):
            return self._error(f"{about} was resolved to a non-object type '{name}'.")
        if not self._schema.is_sub_type(self._declared, found):
            return self._error(
                f"Runtime Object type '{found}' is not a possible"
                f" type for '{self._declared}'."
            )
        return found

    def _error(self, words: str) -> GraphQLError:
        return GraphQLError(words, self._nodes)
