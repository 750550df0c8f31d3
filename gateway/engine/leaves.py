"""Scalars and enums: the expression that passes a good value on, in generated code.

A value of the class that a type expects goes out as it is; any other is left to the
type's own rules, which may refuse it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLLeafType,
    GraphQLScalarType,
    Undefined,
    specified_scalar_types,
)
from graphql.pyutils import inspect

Names = dict[str, object]
"""What generated code refers to, by name."""
Natives = Mapping[str, type]
"""Custom scalars whose values the JSON encoder writes as the scalar would, by name."""
Completes = Callable[[object], object]
CompletesAll = Callable[[Sequence[Any]], list[Any]]

_PASSED: Mapping[str, str] = {
    "String": "{value}.__class__ is str",
    "ID": "{value}.__class__ is str",
    "Boolean": "{value}.__class__ is bool",
    "Int": "{value}.__class__ is int and -2147483648 <= {value} <= 2147483647",
    "Float": "{value}.__class__ is float and {value} - {value} == 0.0",
}


class NullRefused(Exception):
    """A null, or no value, where the type allows none."""


class LeafTypes:
    """The scalars and enums of one schema; what completes their values, made once."""

    def __init__(self, natives: Natives | None = None) -> None:
        """Let values of native classes go out as they are."""
        self._natives = natives or {}
        self._one: dict[tuple[GraphQLLeafType, bool], Completes] = {}
        self._all: dict[tuple[GraphQLLeafType, bool], CompletesAll] = {}

    def one(self, declared: GraphQLLeafType, *, required: bool) -> Completes:
        """Give the function that completes one value by the type's own rules.

        It raises NullRefused for a missing value that is required, and whatever the
        type raises for a value that it refuses.
        """
        found = self._one.get((declared, required))
        if found is None:
            found = _completes(declared, required=required)
            self._one[declared, required] = found
        return found

    def all(self, declared: GraphQLLeafType, *, required: bool) -> CompletesAll:
        """Give the function that completes many; it raises for any that is refused."""
        found = self._all.get((declared, required))
        if found is None:
            names: Names = {}
            code = self.expression(declared, "v", "0", names, required=required)
            source = f"def complete(values):\n    return [{code} for v in values]\n"
            found = function(source, "complete", names)
            self._all[declared, required] = found
        return found

    def expression(
        self,
        declared: GraphQLLeafType,
        value: str,
        place: str,
        names: Names,
        *,
        required: bool,
    ) -> str:
        """Give code for the completed form of a variable; `place` makes names unique.

        `names` gets whatever the code refers to.
        """
        names[f"complete{place}"] = self.one(declared, required=required)
        slow = f"complete{place}({value})"
        if not required:
            slow = f"None if {value} is None else {slow}"
        if isinstance(declared, GraphQLScalarType):
            own = specified_scalar_types.get(declared.name) is declared
            if own:
                passes = _PASSED[declared.name].format(value=value)
                return f"{value} if {passes} else {slow}"
            native = self._natives.get(declared.name)
            if native is None:
                return slow
            names[f"class{place}"] = native
            return f"{value} if {value}.__class__ is class{place} else {slow}"
        members = _members(declared)
        if members is None:
            return slow
        names[f"class{place}"], names[f"names{place}"] = members
        known = f"{value}.__class__ is class{place}"
        return f"names{place}[{value}._name_] if {known} else {slow}"


def function(source: str, name: str, names: Names) -> Callable[..., list[Any]]:
    """Compile the function `name`, which refers to `names`."""
    space: dict[str, Any] = dict(names)
    exec(compile(source, "<plan>", "exec"), space)  # noqa: S102 - our own names only
    made: Callable[..., list[Any]] = space.pop(name)  # or it would refer to itself
    return made


def _completes(declared: GraphQLLeafType, *, required: bool) -> Completes:
    write = declared.coerce_output_value

    def complete(value: object) -> object:
        if isinstance(value, Exception):
            raise value
        if value is None or value is Undefined:
            if required:
                raise NullRefused
            return None
        written = write(value)
        if written is None or written is Undefined:
            raise TypeError(
                f"Expected `{inspect(declared)}.coerce_output_value({inspect(value)})`"
                f" to return non-nullable value, returned: {inspect(written)}"
            )
        return written

    return complete


def _members(declared: GraphQLEnumType) -> tuple[type, Mapping[str, str]] | None:
    """Give the Python enum behind a type, and the types' names by its members'."""
    cls: Any = getattr(declared, "wrapped_cls", None)
    if cls is None:
        return None
    by_value = {
        getattr(one.value, "value", one.value): n for n, one in declared.values.items()
    }
    return cls, {one.name: by_value[one.value] for one in cls if one.value in by_value}
