"""What one kind of viewer may see; decided once, looked up by every request."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from gateway.access.policy.errors import FieldForbidden
from gateway.access.policy.scope import Scope, departments_of
from gateway.access.policy.vocabulary import ENTERPRISE, UNPUBLISHED, Vocabulary
from gateway.access.viewer import Forbidden
from gateway.engine import Refusal, Refusals
from gateway.loading.records import Sees
from schema.enterprise import Enterprise
from schema.record_type import RecordType


@dataclass(frozen=True, slots=True)
class Access:
    """Of what a restricted thing may be seen; without scopes, nothing of it."""

    forbidden: Forbidden
    """Why the rest is not."""
    scopes: tuple[Scope, ...] = ()

    def covers(self, enterprise: Enterprise) -> bool:
        """Say whether something about an enterprise may be seen."""
        return any(scope.covers(enterprise) for scope in self.scopes)

    def tells(self, enterprise: Enterprise, department: str) -> bool:
        """Say whether a department's word on an enterprise may be seen."""
        return any(scope.tells(enterprise, department) for scope in self.scopes)

    def hears(self, department: str) -> bool:
        """Say whether a department's word on anybody may be seen."""
        return any(
            scope.departments is None or department in scope.departments
            for scope in self.scopes
        )

    def hears_all(self, department: str) -> bool:
        """Say whether a department's word on everybody may be seen."""
        return any(
            scope.of_everybody
            and (scope.departments is None or department in scope.departments)
            for scope in self.scopes
        )

    def departments(self, enterprise: Enterprise) -> frozenset[str] | None:
        """Name those whose word on an enterprise may be seen; None: of all."""
        return departments_of(self.scopes, enterprise)


@dataclass(frozen=True, eq=False, slots=True)
class Decisions:
    """What is not allowed; all else is."""

    version: str = ""
    """Digest of the policy's file."""
    fields: Mapping[str, Access] = field(default_factory=lambda: MappingProxyType({}))
    """By "Type.field"."""
    records: Mapping[RecordType, Access] = field(
        default_factory=lambda: MappingProxyType({})
    )
    unpublished: Access | None = None
    """Of whom more of records may be seen than the public may; None: of all."""
    refusals: Refusals = field(default_factory=lambda: MappingProxyType({}))
    """For the engine."""

    def forbidden_field(self, name: str) -> Forbidden | None:
        """Say why nobody's field ("Type.field") may be seen; None: some may."""
        found = self.fields.get(name)
        return None if found is None or found.scopes else found.forbidden

    def forbidden_records(self, record_type: RecordType) -> Forbidden | None:
        """Say why no record of a type may be seen; None: some may."""
        found = self.records.get(record_type)
        return None if found is None or found.scopes else found.forbidden

    def things(self) -> Iterator[tuple[str, Access]]:
        """Give all that is forbidden, for some or for all, by its name."""
        yield from self.fields.items()
        for record_type, access in self.records.items():
            yield record_type.value, access

    @property
    def sees_unpublished(self) -> Sees | None:
        """Give what tells whether more than the public's may be seen; None: always."""
        return None if self.unpublished is None else self.unpublished.tells

    def of_records(self, record_type: RecordType) -> Access | None:
        """Give of whom a type's records may be seen; None: of everybody."""
        return self.records.get(record_type)

    def changes(
        self, record_types: frozenset[RecordType], departments: frozenset[str]
    ) -> tuple[frozenset[RecordType], frozenset[str]]:
        """Give of which types, by which departments, all changes may be told."""
        unpublished = self.unpublished
        if unpublished is not None:
            departments = frozenset(filter(unpublished.hears_all, departments))
        hidden = {
            kind
            for kind, access in self.records.items()
            if not all(map(access.hears_all, departments))
        }
        return record_types - hidden, departments

    def of_list(self, name: str) -> Access | None:
        """Give of whom a list ("Enterprise.conflicts") may be seen; None: all."""
        return self.fields.get(name)


ALLOWED: Final = Decisions()
"""Everything may be seen."""


def decisions_of(
    version: str, restricted: Mapping[str, Access], vocabulary: Vocabulary
) -> Decisions:
    """Make decisions of what is restricted, by field or name of a record type."""
    records = {
        vocabulary.records[name]: access
        for name, access in restricted.items()
        if name in vocabulary.records
    }
    fields = {
        name: access for name, access in restricted.items() if name in vocabulary.fields
    }
    refusals = {
        name: _refusal(name, access, vocabulary) for name, access in fields.items()
    }
    for name, item in vocabulary.lists.items():
        if item in restricted:
            refusals[name] = _refusal_of_list(name, restricted[item])
    return Decisions(
        version,
        MappingProxyType(fields),
        MappingProxyType(records),
        restricted.get(UNPUBLISHED),
        MappingProxyType(refusals),
    )


def _refusal(name: str, access: Access, vocabulary: Vocabulary) -> Refusal:
    if name in vocabulary.answered:
        return _refusal_of_list(name, access)
    error = FieldForbidden(access.forbidden)
    if not access.scopes:
        return Refusal(error)
    owner = name.partition(".")[0]
    return Refusal(
        error, _of_enterprise(access) if owner == ENTERPRISE else _of_record(access)
    )


def _refusal_of_list(name: str, access: Access) -> Refusal:
    """Let the resolver answer with nothing, and say why beside it."""
    why = access.forbidden
    error = FieldForbidden(Forbidden(name, why.rule, why.reason, why.hint))
    covers = access.covers if access.scopes else None
    return Refusal(error, covers, answered=True)


def _of_enterprise(access: Access) -> Callable[[Any], bool]:
    def allows(enterprise: Enterprise) -> bool:
        return access.tells(enterprise, enterprise.provenance.department.code)

    return allows


def _of_record(access: Access) -> Callable[[Any], bool]:
    def allows(record: Any) -> bool:  # noqa: ANN401 - of any record type
        return access.tells(record.enterprise, record.provenance.department.code)

    return allows
