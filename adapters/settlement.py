"""What a department's officers settled: whom its unresolved records are about.

A settlement says of one record, or of all that the department calls so, whom it is
about: an enterprise, or nobody in the register.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from msgspec import structs

from adapters.contract import EnterpriseKey, SetAside, SourceRecord, Subject
from adapters.entries import Entry
from schema.codes.names import normalise
from schema.record_type import RecordType

CallKind = Literal["code", "name"]
Call = tuple[CallKind, str]
"""What a row calls somebody: a code or number as written, or a normalised name."""
Whom = str | None
"""USCC; None: nobody in the register."""


def call_of(subject: Subject) -> Call | None:
    """Give what tells a subject apart: its code or number, else its name."""
    code = subject.uscc or subject.written_code or subject.registration_number
    if code:
        return "code", code
    return ("name", subject.name) if subject.name else None


def call_as(code: str | None, name: str | None) -> Call | None:
    """Give the call of a code and name as they were written."""
    if code:
        return "code", code
    return ("name", normalise(name)) if name else None


@dataclass(frozen=True, slots=True)
class Meant:
    """Whom a call means, and how it was written."""

    whom: Whom
    written: str


@dataclass(frozen=True)
class Settlement:
    """All that is settled of one department's records."""

    calls: Mapping[Call, Meant] = field(default_factory=dict)
    records: Mapping[tuple[RecordType, str, Call], Meant] = field(default_factory=dict)
    """By record type, source record id and call; they go before `calls`."""

    def __bool__(self) -> bool:
        """Say whether anything is settled."""
        return bool(self.calls or self.records)

    @property
    def usccs(self) -> frozenset[str]:
        """Name all enterprises that something was settled to be."""
        return frozenset(self._called)

    def asked(
        self, enterprises: tuple[EnterpriseKey, ...]
    ) -> tuple[EnterpriseKey, ...]:
        """Add to enterprises what the department calls them besides."""
        if not self:
            return enterprises
        called = self._called
        return tuple(
            replace(one, calls=called[one.uscc]) if one.uscc in called else one
            for one in enterprises
        )

    def applied(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        """Put whom they mean in the place of what entries call somebody."""
        return [self._entry(one) for one in entries] if self else entries

    @cached_property
    def _called(self) -> Mapping[str, tuple[str, ...]]:
        called: dict[str, dict[str, None]] = {}
        every = [(call, one) for call, one in self.calls.items()]
        every += [(call, one) for (_, _, call), one in self.records.items()]
        for (_, text), one in every:
            if one.whom is not None:
                called.setdefault(one.whom, {}).update({text: None, one.written: None})
        return {uscc: tuple(texts) for uscc, texts in called.items()}

    def _entry(self, entry: Entry) -> Entry:
        meant = [self._meant(entry, subject) for subject in entry.subjects]
        if not any(meant):
            return entry
        subjects = tuple(
            subject if one is None else Subject(uscc=one.whom)
            for subject, one in zip(entry.subjects, meant, strict=True)
            if one is None or one.whom is not None
        )
        if isinstance(entry, SetAside):
            return replace(entry, subjects=subjects)
        return structs.replace(entry, subjects=subjects)

    def _meant(self, entry: Entry, subject: Subject) -> Meant | None:
        call = call_of(subject)
        if call is None:
            return None
        if isinstance(entry, SourceRecord):
            found = self.records.get((entry.record_type, entry.source_record_id, call))
            if found is not None:
                return found
        return self.calls.get(call)


NOTHING_SETTLED = Settlement()
