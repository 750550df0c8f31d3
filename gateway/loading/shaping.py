"""Gives records and source reports the shape of the schema."""

from binascii import b2a_base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

import strawberry

from adapters.contract import SourceRecord
from gateway.loading.answers import GIVEN_NOTHING, Answer
from schema.code_list import term_of
from schema.declaration import RecordDeclaration
from schema.departments import (
    Completeness,
    CompletenessStatus,
    Department,
    Provenance,
    SourceReport,
)
from schema.enterprise import Enterprise
from schema.instances import instance
from schema.record_type import RecordType
from schema.records import RECORDS
from schema.records.record import CreditRecord

DepartmentOf = Callable[[str], Department]


def record_id(department: str, kind: str, number: str) -> strawberry.ID:
    """Make the opaque identifier of a record."""
    text = f"{department}/{kind}/{number}"
    written = b2a_base64(text.encode(), newline=False).translate(_IN_ADDRESSES)
    return strawberry.ID(written.rstrip(b"=").decode())


_IN_ADDRESSES = bytes.maketrans(b"+/", b"-_")
"""The alphabet of base64 that addresses allow (RFC 4648, section 5)."""


def build_record(
    record: SourceRecord,
    answer: Answer,
    enterprise: Enterprise,
    department: Department,
    fetched_at: datetime,
) -> CreditRecord:
    """Make the record of a schema type out of what a department gave.

    What is not given and may be null is null by the type itself.
    """
    shape = _SHAPES[record.record_type]
    declared, given = shape.declared, record.values
    number = given.get(declared.number) if declared.number else None
    provenance: dict[str, object] = {
        "department": department,
        "source_record_id": record.source_record_id,
        "as_of": record.as_of,
        "fetched_at": fetched_at,
        "outcome": answer.outcome,
        "record": record,
    }
    values: dict[str, object] = {
        **given,
        "id": record_id(answer.department, shape.name, record.source_record_id),
        "enterprise": enterprise,
        "record_type": record.record_type,
        "headline": f"{declared.term} {_said(number)}" if number else declared.term,
        "occurred_on": _first(given, declared.occurred),
        "under_objection": False,
        "withheld": [],
        "provenance": instance(_Provenance, provenance),
    }
    for attribute in shape.lists:
        value: Any = given.get(attribute)
        values[attribute] = [] if value is None else list(value)
    for attribute in shape.booleans:
        values[attribute] = bool(given.get(attribute))
    built: CreditRecord = instance(declared.graphql_type, values)
    return built


class _Provenance(Provenance):
    """Reads the digest off the record, which makes it for who asks."""

    @property
    def digest(self) -> str:  # type: ignore[override]
        """Give the SHA-256 of the record as the department gave it."""
        record: SourceRecord = self.__dict__["record"]
        return record.digest


def _first(given: Mapping[str, object], names: Sequence[str]) -> object:
    """Give the first of the named values that there is."""
    for name in names:
        value = given.get(name)
        if value:
            return value
    return None


@dataclass(frozen=True, slots=True)
class _Shape:
    """How records of one type are built."""

    declared: RecordDeclaration
    name: str
    lists: tuple[str, ...]
    """What is an empty list where it is not given."""
    booleans: tuple[str, ...]
    """What is false where it is not given."""


def _shape(declared: RecordDeclaration) -> _Shape:
    kinds = {field.attribute: field.kind for field in declared.fields.values()}
    return _Shape(
        declared,
        declared.record_type.value,
        tuple(name for name, kind in kinds.items() if kind.endswith("_list")),
        tuple(name for name, kind in kinds.items() if kind == "boolean"),
    )


_SHAPES = {record_type: _shape(one) for record_type, one in RECORDS.items()}


def _said(value: object) -> object:
    return term_of(value) if isinstance(value, Enum) else value


def completeness(
    answers: Sequence[Answer],
    given: Mapping[str, int],
    department_of: DepartmentOf,
) -> Completeness:
    """Say whether all were heard; `given` counts what each may be seen to give."""
    merged = merge(answers)
    return Completeness(
        status=status_of(answers),
        sources=[
            SourceReport(
                department=department_of(answer.department),
                outcome=answer.outcome,
                as_of=answer.as_of,
                records=None
                if answer.outcome in GIVEN_NOTHING
                else given.get(answer.department, 0),
                latency_ms=answer.latency_ms,
                reason=answer.reason,
            )
            for answer in merged
        ],
    )


def status_of(answers: Sequence[Answer]) -> CompletenessStatus:
    """Give the verdict over answers; nobody to ask at all is UNAVAILABLE."""
    if answers and all(answer.complete for answer in answers):
        return CompletenessStatus.COMPLETE
    if all(answer.outcome in GIVEN_NOTHING for answer in answers):
        return CompletenessStatus.UNAVAILABLE
    return CompletenessStatus.PARTIAL


def merge(answers: Iterable[Answer]) -> Sequence[Answer]:
    """Give one answer per department: the worst of several."""
    worst: dict[str, Answer] = {}
    for answer in answers:
        before = worst.get(answer.department)
        if before is None or (before.complete and not answer.complete):
            worst[answer.department] = answer
    return [worst[code] for code in sorted(worst)]


ARCHIVED = tuple(
    record_type
    for record_type in RecordType
    if record_type
    not in {
        RecordType.REGISTRATION,
        RecordType.SHAREHOLDER,
        RecordType.KEY_PERSON,
        RecordType.BRANCH,
    }
)
"""Record types that happen on a day, and so stand in the archive."""
