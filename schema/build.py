"""Builds the government and the public schema out of the same types.

`python -m schema.build` says what has changed since the schemas were last recorded;
`--write` records both as SDL beside this file.
"""

import sys
from collections.abc import Collection, Sequence
from pathlib import Path

import strawberry
from graphql import (
    GraphQLDeferDirective,
    GraphQLEnumType,
    GraphQLSchema,
    GraphQLStreamDirective,
    build_schema,
    print_schema,
)
from graphql.utilities import find_breaking_changes
from strawberry.schema.config import StrawberryConfig
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField

from schema.declaration import AUDIENCE
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
SNAPSHOTS = Path(__file__).parent


class _PublicSchema(strawberry.Schema):
    """A schema without the fields that are government's only."""

    def get_fields(
        self, type_definition: StrawberryObjectDefinition
    ) -> list[StrawberryField]:
        """Leave out what is marked; what is thereby unreachable vanishes too."""
        return [
            field
            for field in type_definition.fields
            if AUDIENCE not in (field.metadata or {})
        ]


def build(audience: Audience) -> GraphQLSchema:
    """Build the schema of an audience."""
    public = audience is Audience.PUBLIC
    kind = _PublicSchema if public else strawberry.Schema
    shown = PUBLIC_TYPES if public else set(RecordType) - {RecordType.REGISTRATION}
    types = [cls for cls in TYPES if _record_type(cls) in shown]
    scalars = {**SCALARS, Representation: REPRESENTATION}
    config = StrawberryConfig(scalar_map=scalars)
    subscribed = None if public else Subscription
    schema = kind(query=Query, subscription=subscribed, types=types, config=config)
    built: GraphQLSchema = schema._schema  # noqa: SLF001 - no public name for it
    if not public:
        built.directives = (*built.directives, *INCREMENTAL)
    _leave_out(built, "RecordType", set(RecordType) - shown)
    built.directives = (*built.directives, require_of(built.type_map))
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
