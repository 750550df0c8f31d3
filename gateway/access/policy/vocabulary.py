"""The words that a policy may use: they come from the schemas."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from graphql import GraphQLSchema, get_named_type, is_object_type

from schema.declaration import RecordDeclaration
from schema.record_type import RecordType
from schema.records import RECORDS

UNPUBLISHED: Final = "unpublished"
"""Stands for what the public may not see of records that it may know of, and for
records that are not published, or no longer."""
ENTERPRISE: Final = "Enterprise"
_CONNECTION: Final = "Connection"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Fields, as "Type.field", and record types, by the names of their types."""

    fields: frozenset[str]
    """Of all object types."""
    marked: frozenset[str]
    """Fields and record types that are government-only."""
    records: Mapping[str, RecordType]
    lists: Mapping[str, str]
    """The record type that a field of an enterprise lists."""
    answered: frozenset[str]
    """Lists of an enterprise that are made of several record types."""

    @property
    def things(self) -> frozenset[str]:
        """Name all that can be granted or denied; lists go by their record type."""
        return (self.fields - self.lists.keys()) | {*self.records, UNPUBLISHED}

    def placed(self, thing: str) -> bool:
        """Say whether a thing belongs to an enterprise, so that limits can be held."""
        owner = thing.partition(".")[0]
        return owner in {ENTERPRISE, UNPUBLISHED} or owner in self.records


def vocabulary_of(
    government: GraphQLSchema,
    public: GraphQLSchema,
    declared: Mapping[RecordType, RecordDeclaration] = RECORDS,
) -> Vocabulary:
    """Read the words off both schemas."""
    fields = _fields(government)
    shared = _fields(public)
    roots = {"Query", "Subscription"}
    in_both = {name.partition(".")[0] for name in shared} | roots
    records = {one.graphql_type.__name__: kind for kind, one in declared.items()}
    lists, answered = _lists(government, records)
    marked = {
        name
        for name in fields - shared - lists.keys()
        if name.partition(".")[0] in in_both
    }
    hidden = {name for name, kind in records.items() if not declared[kind].public}
    return Vocabulary(
        fields,
        frozenset(marked | hidden | {UNPUBLISHED}),
        records,
        lists,
        frozenset(answered),
    )


def _fields(schema: GraphQLSchema) -> frozenset[str]:
    return frozenset(
        f"{declared.name}.{name}"
        for declared in schema.type_map.values()
        if is_object_type(declared) and not declared.name.startswith("__")
        for name in declared.fields
    )


def _lists(
    schema: GraphQLSchema, records: Mapping[str, RecordType]
) -> tuple[Mapping[str, str], set[str]]:
    """Tell an enterprise's lists of one record type from those of several."""
    lists: dict[str, str] = {}
    answered: set[str] = set()
    enterprise = schema.type_map[ENTERPRISE]
    if not is_object_type(enterprise):
        return lists, answered
    for name, field in enterprise.fields.items():
        given = get_named_type(field.type).name
        if not given.endswith(_CONNECTION):
            continue
        item = given.removesuffix(_CONNECTION)
        if item in records:
            lists[f"{ENTERPRISE}.{name}"] = item
        else:
            answered.add(f"{ENTERPRISE}.{name}")
    return lists, answered
