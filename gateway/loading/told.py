"""Records as departments told them, in the shape of the schema.

A list is made of thousands of them and asks for a few facts of each, so what follows
from others (identifier, headline, provenance …) is made for who asks.
"""

from base64 import b64decode
from binascii import b2a_base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from functools import cached_property
from typing import Any, ClassVar

import strawberry

from adapters.contract import SourceRecord
from gateway.sealing import Seal
from schema.code_list import term_of
from schema.declaration import RecordDeclaration
from schema.departments import Department, Provenance, SourceOutcome
from schema.enterprise import Enterprise
from schema.instances import instance
from schema.publication_period import publish_until_by_rule
from schema.record_type import RecordType
from schema.records import RECORDS
from schema.records.record import CreditRecord


@dataclass(frozen=True, slots=True)
class Telling:
    """Who told records, and when."""

    department: Department
    outcome: SourceOutcome
    fetched_at: datetime
    seal: Seal | None = None
    """Of digests; None: they are shown as they are."""
    shapes: "Shapes | None" = None
    """Of all record types; None: those of our own."""


def build_record(
    record: SourceRecord, telling: Telling, enterprise: Enterprise
) -> CreditRecord:
    """Make the record of a schema type out of what a department gave.

    What is not given and may be null is null by the type itself.
    """
    shape = (telling.shapes or _SHAPES)[record.record_type]
    given = record.values
    occurred = None
    for attribute in shape.occurred:
        occurred = given.get(attribute)
        if occurred is not None:
            break
    values: dict[str, object] = {
        **given,
        "occurred_on": occurred,
        "enterprise": enterprise,
        "_read": record,
        "_telling": telling,
    }
    for attribute in shape.never_null:
        if values.get(attribute, ()) is None:
            del values[attribute]
    return instance(shape.cls, values)


def record_id(department: str, kind: str, number: str) -> strawberry.ID:
    """Make the opaque identifier of a record."""
    text = f"{department}/{kind}/{number}"
    written = b2a_base64(text.encode(), newline=False).translate(_IN_ADDRESSES)
    return strawberry.ID(written.rstrip(b"=").decode())


@dataclass(frozen=True, slots=True)
class RecordName:
    """Which record an identifier means."""

    department: str
    record_type: RecordType
    number: str
    """The department's own."""


def read_record_id(text: str) -> RecordName:
    """Read the identifier of a record; raises ValueError for any other text."""
    padded = text + "=" * (-len(text) % 4)
    written = b64decode(padded.encode(), altchars=b"-_", validate=True).decode()
    department, kind, number = written.split("/", 2)
    return RecordName(department, RecordType(kind), number)


_IN_ADDRESSES = bytes.maketrans(b"+/", b"-_")
"""The alphabet of base64 that addresses allow (RFC 4648, section 5)."""


class _Told:
    """Makes what follows from what a department gave; each type's class has it."""

    _declared: ClassVar[RecordDeclaration]
    _read: SourceRecord
    _telling: Telling

    under_objection = False
    withheld: Sequence[Any] = ()

    @cached_property
    def id(self) -> strawberry.ID:
        department, kind = self._telling.department.code, self._declared.record_type
        return record_id(str(department), kind.value, self._read.source_record_id)

    @cached_property
    def headline(self) -> str:
        declared = self._declared
        number = self._read.values.get(declared.number) if declared.number else None
        return f"{declared.term} {_said(number)}" if number else declared.term

    @cached_property
    def provenance(self) -> Provenance:
        telling, record = self._telling, self._read
        known: dict[str, object] = {
            "department": telling.department,
            "source_record_id": record.source_record_id,
            "as_of": record.as_of,
            "fetched_at": telling.fetched_at,
            "outcome": telling.outcome,
            "record": record,
            "seal": telling.seal,
        }
        return instance(_Provenance, known)


class _ToldPenalty(_Told):
    """A penalty whose source doesn't say how long it is public gets the day by rule."""

    @property
    def publish_until(self) -> date | None:
        given: date | None = self.__dict__.get("publish_until")
        return given or publish_until_by_rule(self)  # type: ignore[arg-type]


class _Provenance(Provenance):
    """Reads the digest off the record, which makes it for who asks."""

    @property
    def digest(self) -> str:  # type: ignore[override]
        """Give the SHA-256 of the record as it was given, sealed if need be."""
        record: SourceRecord = self.__dict__["record"]
        seal: Seal | None = self.__dict__["seal"]
        return record.digest if seal is None else seal(record.digest)


def _said(value: object) -> object:
    return term_of(value) if isinstance(value, Enum) else value


@dataclass(frozen=True, slots=True)
class _Shape:
    """How records of one type are built."""

    cls: type[CreditRecord]
    occurred: Sequence[str]
    """Attributes, the first given of which says when it happened."""
    never_null: tuple[str, ...]
    """What is empty or false where it is not given."""


def _shape(declared: RecordDeclaration) -> _Shape:
    own: Mapping[RecordType, type[_Told]] = {RecordType.PENALTY: _ToldPenalty}
    kinds = {field.attribute: field.kind for field in declared.fields.values()}
    empty: dict[str, object] = {
        name: () if kind.endswith("_list") else False
        for name, kind in kinds.items()
        if kind.endswith("_list") or kind == "boolean"
    }
    always = {"_declared": declared, "record_type": declared.record_type}
    bases = (own.get(declared.record_type, _Told), declared.graphql_type)
    cls = type(f"Told{declared.graphql_type.__name__}", bases, {**always, **empty})
    return _Shape(cls, declared.occurred, tuple(empty))


Shapes = Mapping[RecordType, _Shape]


def shapes_of(declared: Mapping[RecordType, RecordDeclaration]) -> Shapes:
    """Give the shapes of record types, ours and those that modules bring."""
    brought = {kind: _shape(one) for kind, one in declared.items() if kind.brought}
    return {**_SHAPES, **brought} if brought else _SHAPES


_SHAPES = {record_type: _shape(one) for record_type, one in RECORDS.items()}
