"""Generated code that makes the objects of a level."""

from collections.abc import Callable
from typing import Any

from graphql import GraphQLLeafType

from gateway.engine.leaves import LeafTypes, Names, function

Objects = Callable[..., list[Any]]
"""(parents, *columns) -> one dict for each parent."""


class Projection:
    """Collects what the objects of one selection are made of, then compiles it."""

    def __init__(self, types: LeafTypes) -> None:
        """Start with nothing selected."""
        self._types = types
        self._names: Names = {}
        self._reads: list[str] = []
        self._pairs: list[str] = []
        self._columns = 0

    def constant(self, key: str, value: str) -> None:
        """Add the same text to every object."""
        self._pairs.append(f"{key!r}: {value!r}")

    def leaf(
        self, key: str, attribute: str, declared: GraphQLLeafType, *, required: bool
    ) -> None:
        """Add an attribute of the parent, completed."""
        place = str(len(self._pairs))
        self._reads.append(f" for v{place} in [p.{attribute}]")  # an assignment
        code = self._types.expression(
            declared, f"v{place}", place, self._names, required=required
        )
        self._pairs.append(f"{key!r}: {code}")

    def column(self, key: str) -> None:
        """Add what stands at the parent's place in the next column."""
        self._pairs.append(f"{key!r}: c{self._columns}")
        self._columns += 1

    def compiled(self) -> Objects:
        """Give the function; it raises for any value that a type refuses."""
        columns = range(self._columns)
        given = "".join(f", l{n}" for n in columns)
        each = "".join(f", c{n}" for n in columns)
        rows = f"p{each} in zip(parents{given})" if columns else "p in parents"
        source = (
            f"def project(parents{given}):\n"
            f"    return [{{{', '.join(self._pairs)}}}"
            f" for {rows}{''.join(self._reads)}]\n"
        )
        return function(source, "project", self._names)
