"""The register of departments, and what each provides."""

import csv
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files

import strawberry

from adapters.contract import Adapter
from adapters.source import DeclaredAdapter
from schema.catalogue import FieldInfo, RecordTypeInfo
from schema.declaration import RecordDeclaration
from schema.departments import Contribution, Department, HealthOf
from schema.errors import BadInput
from schema.record_type import RecordType
from schema.records import RECORDS
from schema.visibility import Audience

UNLISTED = frozenset({RecordType.REGISTRATION})
"""Record types that are no type of the contract."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One department of the register."""

    code: str
    name: str
    english_name: str
    today: str
    launch: bool
    valid_to: date | None
    succeeded_by: tuple[str, ...]


class Directory:
    """All departments, known ones first; those with a source say what they provide."""

    def __init__(
        self,
        adapters: Mapping[str, Adapter],
        health_of: HealthOf | None = None,
        records: Mapping[RecordType, RecordDeclaration] = RECORDS,
    ) -> None:
        """Read the register and join the departments that `adapters` speak for.

        `health_of` tells how each answers; without it nobody can tell. `records` are
        all record types that there are.
        """
        self.records = records
        self._adapters = adapters
        self._health_of = health_of
        self._entries = {entry.code: entry for entry in read_entries()}
        self._made: dict[tuple[str, Audience], Department] = {}
        for code in adapters.keys() - self._entries.keys():
            self._entries[code] = _unlisted(code, adapters[code])

    def department(
        self,
        code: str,
        audience: Audience = Audience.GOVERNMENT,
        contributions: Mapping[str, Contribution] | None = None,
    ) -> Department:
        """Give one department as an audience may see it; raises KeyError."""
        if contributions is not None:
            return self._department(code, audience, contributions.get(code))
        key = (code, audience)
        if key not in self._made:
            self._made[key] = self._department(code, audience, None)
        return self._made[key]

    def _department(
        self, code: str, audience: Audience, contributed: Contribution | None
    ) -> Department:
        entry = self._entries[code]
        adapter = self._adapters.get(code)
        provided = adapter.record_types if adapter else ()
        return Department(
            code=strawberry.ID(code),
            name=entry.name,
            english_name=entry.english_name,
            record_types=[
                t for t in self.records if t in provided and self.shows(t, audience)
            ],
            source_kind=adapter.kind if adapter else None,
            launch=entry.launch,
            today=entry.today,
            valid_from=None,
            valid_to=entry.valid_to,
            successors=tuple(self.department(c, audience) for c in entry.succeeded_by),
            contributed=contributed,
            health_of=self._health_of,
        )

    def codes(self) -> Sequence[str]:
        """Name all departments."""
        return list(self._entries)

    def choose(
        self, codes: Iterable[str] | None, *, predecessors: bool
    ) -> frozenset[str] | None:
        """Give the departments that a filter means; None means all.

        Raises BadInput for a code that nobody has.
        """
        if codes is None:
            return None
        chosen = set(codes)
        unknown = sorted(chosen - self._entries.keys())
        if unknown:
            raise BadInput("departments", f"没有部门 {'、'.join(unknown)} (unknown)")
        if predecessors:
            chosen |= {
                entry.code
                for entry in self._entries.values()
                if chosen & set(entry.succeeded_by)
            }
        return frozenset(chosen)

    def catalogue(self, audience: Audience) -> Sequence[RecordTypeInfo]:
        """Give the catalogue that an audience may see."""
        public = audience is Audience.PUBLIC
        return [
            RecordTypeInfo(
                record_type=record_type,
                term=declared.term,
                type_name=declared.english,
                rule=declared.rule,
                fields=[
                    FieldInfo(
                        name=field.name,
                        term=field.term,
                        kind=field.kind,
                        visibility=field.visibility.value,
                        rule=field.rule,
                    )
                    for field in declared.fields.values()
                    if field.visibility.public or not public
                ],
                departments=[
                    self.department(code, audience)
                    for code, adapter in sorted(self._adapters.items())
                    if record_type in adapter.record_types
                ],
            )
            for record_type, declared in self.records.items()
            if self.shows(record_type, audience)
        ]

    def shows(self, record_type: RecordType, audience: Audience) -> bool:
        """Say whether the schema of an audience has a record type."""
        return shown(record_type, audience, self.records)


def _unlisted(code: str, adapter: Adapter) -> Entry:
    """Make the entry of a department that the register does not have."""
    declared = adapter.declaration.name if isinstance(adapter, DeclaredAdapter) else ""
    name = declared or code
    return Entry(code, name, code, name, False, None, ())  # noqa: FBT003


def shown(
    record_type: RecordType,
    audience: Audience,
    records: Mapping[RecordType, RecordDeclaration] = RECORDS,
) -> bool:
    """Say whether the schema of an audience has a record type."""
    if record_type in UNLISTED or record_type not in records:
        return False
    return audience is Audience.GOVERNMENT or records[record_type].public


def read_entries() -> Collection[Entry]:
    """Read the register of departments."""
    with (files(__package__) / "directory.csv").open(encoding="utf-8") as file:
        return [
            Entry(
                row["code"],
                row["name"],
                row["english_name"],
                row["today"],
                row["launch"] == "1",
                date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
                tuple(row["succeeded_by"].split()),
            )
            for row in csv.DictReader(file)
        ]
