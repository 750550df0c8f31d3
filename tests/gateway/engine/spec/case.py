"""Rows of the tables: a document, what it is run with, what must come out."""

import asyncio
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLSchema


@dataclass(frozen=True, slots=True)
class Told:
    """An error that the client is told."""

    message: str
    path: tuple[str | int, ...] | None = None
    at: tuple[int, int] | None = None
    """Line and column; None: the reference's alone are compared."""
    extensions: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One row."""

    says: str
    document: str
    data: Any
    errors: Sequence[Told] = ()
    root: Any = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    name: str | None = None
    """Of the operation to run."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows with one schema."""

    sdl: str
    cases: Sequence[Case]
    root: Any = None
    """For the rows that have none of their own."""
    tune: Callable[[Any], object] = id
    """Gives a built schema what SDL can't say."""
    forms: Sequence[str] = ()
    """The only ways in which its fields may be answered; none: all."""


class Raises:
    """Stands for a field whose resolver raises."""

    def __init__(self, message: str = "bad", **extensions: Any) -> None:
        self.error = Refused(message, extensions)

    def __call__(self, *_: Any, **__: Any) -> Any:
        raise self.error


class Refused(ValueError):
    """A fault with extensions."""

    def __init__(self, message: str, extensions: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.extensions = dict(extensions)


class Later:
    """A value, or a fault, that must be awaited, as often as one likes."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __await__(self) -> Generator[Any, Any, Any]:
        yield from asyncio.sleep(0).__await__()
        if isinstance(self.value, Raises):
            raise self.value.error
        return self.value


def null(owner: str, *path: str | int, at: tuple[int, int] | None = None) -> Told:
    """Tell that "Type.field" may not be null."""
    return Told(f"Cannot return null for non-nullable field {owner}.", path, at)


def bad(*path: str | int, at: tuple[int, int] | None = None) -> Told:
    """Tell what `Raises()` raises."""
    return Told("bad", path, at)


def implemented(schema: GraphQLSchema, **kinds: Callable[[Any, Any], Any]) -> None:
    """Give object types their `is_type_of`."""
    for name, one in kinds.items():
        declared: Any = schema.type_map[name]
        declared.is_type_of = one
