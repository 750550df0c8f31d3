"""What can be asked of each endpoint: its lists, and the plain fields of records."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from graphql import (
    DocumentNode,
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    NamedTypeNode,
    ObjectTypeDefinitionNode,
    TypeNode,
    parse,
)

import schema

COMPLETENESS = (
    "completeness { status sources { department { code } outcome records reason } }"
)
PAGE = "pageInfo { hasNextPage endCursor } totalCount"
SOURCE = "id recordType occurredOn provenance { department { code } outcome }"
"""What is asked of every record."""
COMPOSED = frozenset({"Archive", "Restriction", "Conflict"})
"""Lists that are made of others."""
FRAMED = frozenset(
    {"id", "recordType", "occurredOn", "provenance", "__typename", "recordFields"}
)
_SCALARS = frozenset({"ID", "String", "Int", "Float", "Boolean", "Decimal", "Date"})
_SCHEMAS = Path(schema.__file__).parent


@dataclass(frozen=True, slots=True)
class Form:
    """One endpoint's lists and what their records tell."""

    path: str
    lists: Mapping[str, str]
    """Name of a list of records to the GraphQL type of its records."""
    composed: frozenset[str]
    """Names of lists that are made of others."""
    fields: Mapping[str, Sequence[str]]
    """By type, the fields without parts."""

    def everything(self, name: str, more: str = "") -> str:
        """Ask for a list with all that its records tell."""
        fields = " ".join(self.fields[self.lists[name]])
        return (
            f"{name}(first: 100{more}) {{ {PAGE} nodes {{ {SOURCE} {fields} }} "
            f"{COMPLETENESS} }}"
        )


def government() -> Form:
    """Read the form of the government's endpoint."""
    return _form("/graphql", _SCHEMAS / "government.graphql")


def public() -> Form:
    """Read the form of the public's endpoint."""
    return _form("/public/graphql", _SCHEMAS / "public.graphql")


def _form(path: str, sdl: Path) -> Form:
    document = parse(sdl.read_text(encoding="utf-8"))
    types = {
        one.name.value: one
        for one in document.definitions
        if isinstance(one, ObjectTypeDefinitionNode)
    }
    plain = _SCALARS | _enumerations(document)
    connections = {
        field.name.value: _named(field.type).removesuffix("Connection")
        for field in types["Enterprise"].fields or ()
        if _named(field.type).endswith("Connection")
    }
    return Form(
        path,
        {name: kind for name, kind in connections.items() if kind not in COMPOSED},
        frozenset(name for name, kind in connections.items() if kind in COMPOSED),
        {
            name: [*_plain(one.fields or (), plain)]
            for name, one in types.items()
            if name in connections.values()
        },
    )


def _enumerations(document: DocumentNode) -> frozenset[str]:
    return frozenset(
        one.name.value
        for one in document.definitions
        if isinstance(one, EnumTypeDefinitionNode)
    )


def _plain(
    fields: Sequence[FieldDefinitionNode], plain: frozenset[str]
) -> Iterator[str]:
    for field in fields:
        if _named(field.type) in plain and field.name.value not in FRAMED:
            yield field.name.value


def _named(one: TypeNode) -> str:
    while not isinstance(one, NamedTypeNode):
        one = one.type  # type: ignore[attr-defined]
    return one.name.value
