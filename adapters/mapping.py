"""Maps a department's rows to records: wholly, or not at all and with every reason."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from adapters.contract import Row, SetAside, SourceRecord, Subject, Unreadable as NoRow
from adapters.digests import digest
from adapters.field_rule import FieldRule
from adapters.paths import Get, first_of, getter, is_path
from adapters.readers.compiled import ReadRow, plain_column, row_reader, value_reader
from adapters.readers.dates import SHANGHAI, is_indefinite
from adapters.readers.intervals import has_no_end
from adapters.readers.texts import Reader, Unreadable
from adapters.section import Section
from adapters.subjects import subject_reader
from schema.declaration import FieldDeclaration
from schema.records import RECORDS

_WITHDRAWN = "来源标为已撤销"


@dataclass(frozen=True, slots=True)
class _Field:
    """One field, ready to be read."""

    attribute: str
    required: bool
    label: str
    """For reasons: `decidedOn ← CF_JDRQ`."""
    read: ReadRow


class Mapper:
    """The compiled form of one section; keeps nothing between rows."""

    def __init__(self, section: Section) -> None:
        """Compile the section's rules."""
        declared = RECORDS[section.record_type].fields
        self._record_type = section.record_type
        self._simple: list[tuple[str, str, Reader, bool, str]] = []
        self._composed: list[_Field] = []
        for rule in section.fields.values():
            self._add(rule, declared[rule.name])
        self._absent = dict.fromkeys(
            field.attribute
            for name, field in declared.items()
            if name not in section.fields
        )
        self._subjects = subject_reader(section)
        self._identity = _identity(section)
        self._natural_key = tuple(map(getter, section.natural_key))
        self._withdrawn_when = tuple(
            (getter(column), frozenset(values))
            for column, values in section.withdrawn_when.items()
        )
        self._no_end = _no_end(section)

    def map(self, row: Row, position: str, as_of: datetime) -> SourceRecord | SetAside:
        """Read a row that stood at `position`; the department said so `as_of`."""
        values, reasons = self._read(row)
        subjects = self._subjects(row)
        if not subjects:
            reasons.append("没有主体：代码、注册号、名称都为空")
        if reasons:
            return SetAside(self._record_type, position, tuple(reasons), subjects, row)
        if self._no_end is not None:
            values["indefinite"] = values["valid_to"] is None and self._no_end(row)
        if self._withdrawn_when:
            self._withdraw(row, values, as_of)
        fingerprint = digest(row)
        return SourceRecord(
            record_type=self._record_type,
            source_record_id=self._number(row) or fingerprint[:16],
            subjects=subjects,
            values=values,
            digest=fingerprint,
            as_of=as_of,
            raw=row,
            identity=self._sameness(row) or (fingerprint,),
        )

    def set_aside(self, piece: NoRow, subjects: tuple[Subject, ...]) -> SetAside:
        """Keep a piece that is not even a row."""
        reasons = (piece.reason,)
        return SetAside(self._record_type, piece.position, reasons, subjects, piece.raw)

    def subjects(self, row: Row) -> tuple[Subject, ...]:
        """Read only whom a row is about."""
        return self._subjects(row)

    def _add(self, rule: FieldRule, declared: FieldDeclaration) -> None:
        column = plain_column(rule)
        label = f"{rule.name} ← {'、'.join(rule.columns) or '常数'}"
        attribute, required = declared.attribute, declared.required
        if column is not None and not is_path(column):
            reader = value_reader(rule, declared)
            self._simple.append((attribute, column, reader, required, label))
        else:
            read = row_reader(rule, declared)
            self._composed.append(_Field(attribute, required, label, read))

    def _read(self, row: Row) -> tuple[dict[str, object], list[str]]:
        values: dict[str, object] = dict(self._absent)
        reasons: list[str] = []
        for attribute, column, read, required, label in self._simple:
            try:
                value = read(row.get(column))
            except Unreadable as reason:
                reasons.append(f"{label}: {reason}")
                continue
            if value is None and required:
                reasons.append(_missing(label, row, column))
            values[attribute] = value
        for field in self._composed:
            try:
                value = field.read(row)
            except Unreadable as reason:
                reasons.append(f"{field.label}: {reason}")
                continue
            if value is None and field.required:
                reasons.append(f"{field.label}: 必填而为空")
            values[field.attribute] = value
        return values, reasons

    def _sameness(self, row: Row) -> tuple[object, ...]:
        parts = tuple(_said(get(row)) for get in self._natural_key)
        return parts if any(parts) else ()

    def _number(self, row: Row) -> str | None:
        parts = [_said(get(row)) for get in self._identity]
        return "/".join(parts) if all(parts) else None

    def _withdraw(self, row: Row, values: dict[str, object], as_of: datetime) -> None:
        if not any(_said(get(row)) in said for get, said in self._withdrawn_when):
            return
        if values.get("withdrawn_on") is None:
            values["withdrawn_on"] = as_of.astimezone(SHANGHAI).date()
        if values.get("withdrawal_reason") is None:
            values["withdrawal_reason"] = _WITHDRAWN


def _identity(section: Section) -> tuple[Get, ...]:
    return tuple(map(getter, section.record_id or section.natural_key))


def _no_end(section: Section) -> Callable[[Row], bool] | None:
    """Make the test for «no end» where a type has `indefinite` and no column for it."""
    declared = RECORDS[section.record_type].fields
    rule = section.fields.get("validTo")
    if "indefinite" not in declared or "indefinite" in section.fields:
        return None
    if rule is None:
        return lambda _row: False
    get = first_of(rule.columns)
    if rule.read == "interval_to":
        return lambda row: has_no_end(get(row))
    return lambda row: is_indefinite(get(row), rule.indefinite)


def _missing(label: str, row: Row, column: str) -> str:
    known = column in row
    return f"{label}: 必填而为空" if known else f"{label}: 必填，而来源没有这一列"


def _said(value: object) -> str:
    return "" if value is None else str(value).strip()
