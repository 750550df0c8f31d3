"""How the engine learns what answers a field: a Binding in the field's extensions.

A field without one is answered by its own resolver, an object at a time, as in
graphql-core.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from graphql import GraphQLField, GraphQLObjectType, GraphQLResolveInfo

BINDING: Final = "creditnet.binding"
"""Key of a field's Binding in its extensions."""
PYTHON_CLASS: Final = "creditnet.class"
"""Key in an object type's extensions: instances of this class are of the type,
those of classes derived from it too."""

Parents = Sequence[Any]
Arguments = Mapping[str, Any]
Results = Sequence[Any]
BatchResolver = Callable[..., Results | Awaitable[Results]]
"""(parents, info, **arguments) -> one result, or Exception, for each parent."""
Convert = Callable[[Arguments], Arguments]


@dataclass(frozen=True, slots=True)
class Binding:
    """What answers a field; one of the first three is set."""

    attribute: str | None = None
    """An attribute of the parent, of the field's type as it is."""
    batch: BatchResolver | None = None
    """Answers all parents at once."""
    single: Callable[..., Any] | None = None
    """Answers one parent: (parent, info, **arguments)."""
    convert: Convert | None = None
    """Makes of coerced arguments what the resolver takes; pure, for it may be kept."""


def binding_of(field: GraphQLField) -> Binding | None:
    """Give the binding of a field, if it has one."""
    found = field.extensions.get(BINDING)
    return found if isinstance(found, Binding) else None


def class_of(declared: GraphQLObjectType) -> type | None:
    """Give the class whose instances are of a type, if it is known."""
    found = declared.extensions.get(PYTHON_CLASS)
    return found if isinstance(found, type) else None


def bind(field: GraphQLField, binding: Binding) -> None:
    """Let a field be answered by a binding."""
    field.extensions = {**field.extensions, BINDING: binding}


def bind_class(declared: GraphQLObjectType, cls: type) -> None:
    """Let instances of a class be taken for objects of a type without asking."""
    declared.extensions = {**declared.extensions, PYTHON_CLASS: cls}


Info = GraphQLResolveInfo
"""What a resolver is told; the path is that of the first parent."""
