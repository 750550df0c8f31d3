"""What a department declares about one record type."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from adapters.field_rule import FieldRule
from schema.declaration import RecordDeclaration
from schema.record_type import RecordType
from schema.records import RECORDS


@dataclass(frozen=True, slots=True)
class KeyColumns:
    """The columns that say whom a row is about; each the first not empty."""

    uscc: tuple[str, ...] = ()
    registration_number: tuple[str, ...] = ()
    name: tuple[str, ...] = ()
    split: str | None = None
    """Between several enterprises in one column."""


@dataclass(frozen=True, slots=True)
class Section:
    """One `[TYPE]` of a declaration."""

    record_type: RecordType
    key: KeyColumns
    fields: Mapping[str, FieldRule]
    options: Mapping[str, object] = field(default_factory=dict)
    """All that the kind reads: `request`, `rows`, `page`, `from`, `pattern` …"""
    natural_key: tuple[str, ...] = ()
    """Columns that are equal when the same record was sent twice."""
    record_id: tuple[str, ...] = ()
    """Columns that make the department's own number of the record."""
    unused: tuple[str, ...] = ()
    """Columns that are not mapped on purpose."""
    withdrawn_when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Column to the values that say the record was withdrawn."""
    quirks: Mapping[str, object] = field(default_factory=dict)
    """Quirks that the kind knows about."""
    brought: RecordDeclaration | None = field(default=None, repr=False, compare=False)
    """Of a record type that a module brings."""

    @property
    def declared(self) -> RecordDeclaration:
        """Give the declaration of its record type."""
        return self.brought or RECORDS[self.record_type]
