"""What departments' modules bring to the contract: record types, fields of enterprises.

All that a module brings bears its department's prefix, so that no two can clash, and
none can change what is there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import strawberry
from graphql import GraphQLSchema
from graphql.utilities import find_breaking_changes
from strawberry.types.field import StrawberryField

from schema.declaration import RecordDeclaration
from schema.enterprise import listed
from schema.record_type import RecordType
from schema.records import RECORDS
from schema.records.record import CreditRecord
from schema.visibility import Visibility


class BroughtRefused(Exception):
    """What a module brings can't be taken; carries every reason."""

    def __init__(self, faults: Sequence[str]) -> None:
        """Keep the reasons, for the department's engineer."""
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Brought:
    """What one department brings."""

    department: str
    records: tuple[type[CreditRecord], ...] = ()
    """Declared by `@record`; each is listed by a field of the enterprise."""
    fields: Mapping[str, Any] = field(default_factory=dict)
    """More fields of the enterprise, made by `batched`, by attribute."""

    @property
    def prefix(self) -> str:
        """Give the part of the department's code that tells it apart: `WEA`."""
        return self.department.partition("-")[2] or self.department

    @property
    def declared(self) -> Sequence[RecordDeclaration]:
        """Give the declarations of its record types."""
        types: Iterable[Any] = self.records
        return [one.__declaration__ for one in types]

    def faults(self) -> Sequence[str]:
        """Say which names are not its own."""
        prefix, word = self.prefix, self.prefix.lower()
        found = []
        for one in self.declared:
            if not one.record_type.value.startswith(f"{prefix}__"):
                found.append(f"{one.record_type.value}: 应以 {prefix}__ 开头")
            if not one.english.startswith(prefix.capitalize()):
                found.append(f"{one.english}: 应以 {prefix.capitalize()} 开头")
        found += [
            f"Enterprise.{name}: 应以 {word}_ 开头"
            for name in self.fields
            if not name.startswith(f"{word}_")
        ]
        return [f"{self.department}: {one}（not under its prefix）" for one in found]


@dataclass(frozen=True, slots=True)
class Contract:
    """The record types of the contract, and what departments bring beside them."""

    brought: tuple[Brought, ...] = ()

    @property
    def records(self) -> Mapping[RecordType, RecordDeclaration]:
        """Give all declarations, by record type."""
        brought = [one for each in self.brought for one in each.declared]
        return {**RECORDS, **{one.record_type: one for one in brought}}

    @property
    def types(self) -> Sequence[type[CreditRecord]]:
        """Give the types that are brought."""
        return [one for each in self.brought for one in each.records]

    @property
    def fields(self) -> Sequence[StrawberryField]:
        """Give the fields of an enterprise that are brought."""
        declared = dict(_lists(self.brought))
        for each in self.brought:
            declared |= each.fields
        space = {"__annotations__": {}, **declared}
        holder: Any = strawberry.type(type("Enterprise", (), space))
        fields: Sequence[StrawberryField] = holder.__strawberry_definition__.fields
        return fields


def list_names(brought: Brought) -> Sequence[str]:
    """Name the lists of a module's record types: `wea_storm_warnings`."""
    names = [one.record_type.value.partition("__")[2] for one in brought.declared]
    return [f"{brought.prefix}_{name}s".lower() for name in names]


def _lists(brought: Iterable[Brought]) -> Iterable[tuple[str, Any]]:
    """Make the lists of record types."""
    for each in brought:
        for one, name in zip(each.declared, list_names(each), strict=True):
            visibility = Visibility.PUBLIC if one.public else Visibility.GOVERNMENT
            cls = one.graphql_type
            made = listed(one.record_type, cls, one.term, visibility)
            yield name, made


def changed(before: GraphQLSchema, after: GraphQLSchema) -> Sequence[str]:
    """Say what would break for who asks by the schema before."""
    return [
        f"{one.description}（breaking change）"
        for one in find_breaking_changes(before, after)
    ]
