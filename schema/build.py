"""Builds the government and the public schema out of the same types.

`python -m schema.build` writes both as SDL beside this file.
"""

from pathlib import Path

import strawberry
from graphql import GraphQLEnumType, GraphQLSchema, print_schema
from strawberry.schema.config import StrawberryConfig
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField

from schema.declaration import AUDIENCE
from schema.publication import PUBLIC_TYPES
from schema.query import Query
from schema.record_type import RecordType
from schema.records import RECORDS, TYPES
from schema.scalars import SCALARS
from schema.visibility import Audience

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
            if not (field.metadata or {}).get(AUDIENCE)
        ]


def build(audience: Audience) -> GraphQLSchema:
    """Build the schema of an audience."""
    public = audience is Audience.PUBLIC
    kind = _PublicSchema if public else strawberry.Schema
    types = [
        cls
        for declared in RECORDS.values()
        if (cls := declared.graphql_type) in TYPES and (declared.public or not public)
    ]
    config = StrawberryConfig(
        scalar_map=SCALARS, disable_field_suggestions=public, sort_schema=False
    )
    schema = kind(query=Query, types=types, config=config)
    built: GraphQLSchema = schema._schema  # noqa: SLF001 - no public name for it
    _leave_out(built, "RecordType", {RecordType.REGISTRATION})
    if public:
        _leave_out(built, "RecordType", set(RecordType) - PUBLIC_TYPES)
    return built


def sdl(audience: Audience) -> str:
    """Give the schema of an audience as text."""
    return print_schema(build(audience)) + "\n"


def _leave_out(schema: GraphQLSchema, name: str, values: set[RecordType]) -> None:
    """Take values out of an enum that is internal or government's only."""
    enum = schema.type_map[name]
    if isinstance(enum, GraphQLEnumType):
        for value in values:
            enum.values.pop(value.name, None)


def snapshot(audience: Audience) -> Path:
    """Give the file that records the schema of an audience."""
    return SNAPSHOTS / f"{audience.value.lower()}.graphql"


if __name__ == "__main__":
    for each in Audience:
        snapshot(each).write_text(sdl(each), encoding="utf-8")
