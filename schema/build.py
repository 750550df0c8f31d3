"""Builds the government and the public schema out of the same types.

`python -m schema.build` says what has changed since the schemas were last recorded;
`--write` records both as SDL beside this file.
"""

import sys
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import ClassVar, Final

import strawberry
from graphql import (
    GraphQLDeferDirective,
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLSchema,
    GraphQLStreamDirective,
    build_schema,
    print_schema,
)
from graphql.utilities import find_breaking_changes
from strawberry.schema.config import StrawberryConfig
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField

from schema.brought import Contract
from schema.declaration import AUDIENCE, RecordDeclaration
from schema.enterprise import Enterprise
from schema.publication import PUBLIC_TYPES
from schema.query import Query
from schema.record_type import RecordType
from schema.records import RECORDS, TYPES
from schema.requirement import require_of
from schema.scalars import SCALARS
from schema.subgraph import REPRESENTATION, Representation
from schema.subscription import Subscription
from schema.visibility import Audience

INCREMENTAL = (GraphQLDeferDirective, GraphQLStreamDirective)
"""Directives of the government schema beside the specified ones."""
OURS: Final = Contract()
"""What we declare ourselves."""
SNAPSHOTS = Path(__file__).parent


class _Schema(strawberry.Schema):
    """A schema whose enterprises have the fields, too, that modules bring."""

    brought: ClassVar[Sequence[StrawberryField]] = ()

    def get_fields(
        self, type_definition: StrawberryObjectDefinition
    ) -> list[StrawberryField]:
        """Give a type's fields."""
        if type_definition.origin is Enterprise:
            return [*type_definition.fields, *self.brought]
        return list(type_definition.fields)


class _PublicSchema(_Schema):
    """A schema without the fields that are government's only."""

    def get_fields(
        self, type_definition: StrawberryObjectDefinition
    ) -> list[StrawberryField]:
        """Leave out what is marked; what is thereby unreachable vanishes too."""
        fields = super().get_fields(type_definition)
        return [one for one in fields if AUDIENCE not in (one.metadata or {})]


def build(audience: Audience, contract: Contract = OURS) -> GraphQLSchema:
    """Build the schema of an audience."""
    public = audience is Audience.PUBLIC
    brought = {d.record_type: d for each in contract.brought for d in each.declared}
    shown = PUBLIC_TYPES if public else set(RecordType) - {RecordType.REGISTRATION}
    types = [cls for cls in TYPES if _record_type(cls) in shown]
    also = [one for one in brought.values() if one.public or not public]
    built = _built(public, [*types, *(one.graphql_type for one in also)], contract)
    if not public:
        built.directives = (*built.directives, *INCREMENTAL)
    _leave_out(built, "RecordType", set(RecordType) - shown)
    _add(built, "RecordType", also)
    built.directives = (*built.directives, require_of(built.type_map))
    return built


def _built(
    public: bool,  # noqa: FBT001 - which of the two schemas
    types: Sequence[type],
    contract: Contract,
) -> GraphQLSchema:
    kind = _PublicSchema if public else _Schema
    made: type[strawberry.Schema] = kind
    if contract.brought:
        fields = contract.fields
        made = type("Extended", (kind,), {"brought": fields})
    scalars = {**SCALARS, Representation: REPRESENTATION}
    config = StrawberryConfig(scalar_map=scalars)
    schema = made(
        query=Query,
        subscription=None if public else Subscription,
        types=types,
        config=config,
    )
    built: GraphQLSchema = schema._schema  # noqa: SLF001 - no public name for it
    return built


def sdl(audience: Audience) -> str:
    """Give the schema of an audience as text."""
    return print_schema(build(audience)) + "\n"


def snapshot(audience: Audience) -> Path:
    """Give the file that records the schema of an audience."""
    return SNAPSHOTS / f"{audience.value.lower()}.graphql"


def unrecorded(recorded: str, current: str) -> Sequence[str]:
    """Say what changed between two schemas: breaking changes one by one."""
    if recorded == current:
        return []
    breaking = find_breaking_changes(build_schema(recorded), build_schema(current))
    return [f"BREAKING {one.description}" for one in breaking] or ["no breaking change"]


def _record_type(cls: type) -> RecordType:
    return next(
        kind for kind, declared in RECORDS.items() if declared.graphql_type is cls
    )


def _leave_out(
    schema: GraphQLSchema, name: str, values: Collection[RecordType]
) -> None:
    """Take values out of an enum that is internal or government's only."""
    enum = schema.type_map[name]
    if isinstance(enum, GraphQLEnumType):
        for value in values:
            enum.values.pop(value.name, None)


def _add(
    schema: GraphQLSchema, name: str, brought: Collection[RecordDeclaration]
) -> None:
    """Put the record types that modules bring into an enum."""
    enum = schema.type_map[name]
    if isinstance(enum, GraphQLEnumType):
        for one in brought:
            value = GraphQLEnumValue(one.record_type.value, description=one.term)
            enum.values[one.record_type.name] = value


def main(arguments: Sequence[str]) -> int:
    """Record both schemas, or say what is not recorded; gives the exit code."""
    changed = 0
    for audience in Audience:
        path, current = snapshot(audience), sdl(audience)
        if "--write" in arguments:
            path.write_text(current, encoding="utf-8")
            continue
        recorded = path.read_text(encoding="utf-8")
        for line in unrecorded(recorded, current):
            sys.stdout.write(f"{path.name}: {line}\n")
            changed = 1
    return changed


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
