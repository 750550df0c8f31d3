"""Code lists: enums whose values carry their official terms."""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, TypeVar

import strawberry

E = TypeVar("E", bound=type[Enum])


def code_list(term: str, **terms: str) -> Callable[[E], E]:
    """Declare an enum as a code list: its own term and the term of each value.

    Raises ValueError when values and terms do not match one to one.
    """

    def declare(cls: E) -> E:
        if set(cls.__members__) != set(terms):
            odd = set(cls.__members__) ^ set(terms)
            raise ValueError(f"{cls.__name__}: values or terms missing: {sorted(odd)}")
        cls.__hash__ = object.__hash__  # type: ignore[method-assign]  # by identity
        described = strawberry.enum(cls, description=term)
        definition: Any = described
        for value in definition.__strawberry_definition__.values:
            value.description = terms[value.name]
        return described

    return declare


def terms_of(cls: type[Enum]) -> Mapping[str, str]:
    """Give the official term of every value of a code list, by name."""
    declared: Any = cls
    values = declared.__strawberry_definition__.values
    return {value.name: value.description for value in values}


def term_of(member: Enum) -> str:
    """Give the official term of one value."""
    return terms_of(type(member))[member.name]
