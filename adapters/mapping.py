"""Maps a department's rows to records: wholly, or not at all and with every reason."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from adapters.contract import Row, SetAside, SourceRecord, Subject, Unreadable as NoRow
from adapters.digests import digest
from adapters.field_rule import FieldRule
from adapters.paths import first_of, getter, is_path
from adapters.readers.compiled import ReadRow, only_column, row_reader
from adapters.readers.dates import SHANGHAI
from adapters.readers.texts import Unreadable, said
from adapters.section import Section
from adapters.shortcut import shortcut
from adapters.subjects import subject_reader
from adapters.validity import no_end
from schema.declaration import FieldDeclaration
from schema.visibility import Visibility

_WITHDRAWN = "来源标为已撤销"


@dataclass(frozen=True, slots=True)
class _Field:
    """One field, ready to be read."""

    attribute: str
    required: bool
    label: str
    """For reasons: `decidedOn ← CF_JDRQ`."""
    head: str | None
    """The only column, where it is one of the row's own."""
    read: ReadRow
    hidden: bool
    """Whether not everybody may see its values: reasons don't quote them."""


class Mapper:
    """The compiled form of one section; keeps nothing of a row."""

    def __init__(self, section: Section) -> None:
        """Compile the section's rules."""
        declared = section.declared.fields
        self._record_type = section.record_type
        self._fields = [
            _field(rule, declared[rule.name]) for rule in section.fields.values()
        ]
        self._subjects = subject_reader(section)
        self._identity = tuple(map(getter, section.record_id or section.natural_key))
        self._natural_key = tuple(map(getter, section.natural_key))
        self._withdrawn_when = tuple(
            (getter(column), frozenset(values))
            for column, values in section.withdrawn_when.items()
        )
        self._no_end = no_end(section)
        self.quickly = shortcut(section)
        """Reads a row in which nothing needs care; None for any other."""

    def map(self, row: Row, position: str, as_of: datetime) -> SourceRecord | SetAside:
        """Read a row that stood at `position`; the department said so `as_of`."""
        return self.quickly(row, as_of) or self.carefully(row, position, as_of)

    def carefully(
        self, row: Row, position: str, as_of: datetime
    ) -> SourceRecord | SetAside:
        """Read any row; this is what a row means, `quickly` may only say the same."""
        values: dict[str, object] = {}
        reasons = list(self._read(row, values))
        subjects = self._subjects(row)
        if not subjects:
            reasons.append("没有主体：代码、注册号、名称都为空")
        if reasons:
            return SetAside(self._record_type, position, tuple(reasons), subjects, row)
        if self._no_end is not None:
            end = first_of(self._no_end.columns)(row)
            no_day = values.get("valid_to") is None
            values["indefinite"] = no_day and self._no_end.test(end)
        self._withdraw(row, values, as_of)
        number, sameness = self._number(row), self._sameness(row)
        fingerprint = "" if number and sameness else digest(row)
        return SourceRecord(
            record_type=self._record_type,
            source_record_id=number or fingerprint[:16],
            subjects=subjects,
            values=values,
            as_of=as_of,
            raw=row,
            identity=sameness or (fingerprint,),
            digest=fingerprint,
        )

    def set_aside(self, piece: NoRow, subjects: tuple[Subject, ...]) -> SetAside:
        """Keep a piece that is not even a row."""
        reasons = (piece.reason,)
        return SetAside(self._record_type, piece.position, reasons, subjects, piece.raw)

    def subjects(self, row: Row) -> tuple[Subject, ...]:
        """Read only whom a row is about."""
        return self._subjects(row)

    def _read(self, row: Row, values: dict[str, object]) -> Iterator[str]:
        """Fill in the values; yields what is wrong with the others."""
        for field in self._fields:
            try:
                value = field.read(row)
            except Unreadable as reason:
                words = str(reason)
                shown = words.partition("：")[0] if field.hidden else words
                yield f"{field.label}: {shown}"
                continue
            except (ArithmeticError, TypeError, ValueError) as fault:
                yield f"{field.label}: 无法读取（{type(fault).__name__}）"
                continue
            if value is None and field.required:
                known = field.head is None or field.head in row
                what = "必填而为空" if known else "必填，而来源没有这一列"
                yield f"{field.label}: {what}"
            values[field.attribute] = value

    def _sameness(self, row: Row) -> tuple[object, ...]:
        parts = tuple(said(get(row)) for get in self._natural_key)
        return parts if any(parts) else ()

    def _number(self, row: Row) -> str:
        parts = [said(get(row)) for get in self._identity]
        return "/".join(parts) if all(parts) else ""

    def _withdraw(self, row: Row, values: dict[str, object], as_of: datetime) -> None:
        if not any(said(get(row)) in words for get, words in self._withdrawn_when):
            return
        if values.get("withdrawn_on") is None:
            values["withdrawn_on"] = as_of.astimezone(SHANGHAI).date()
        if values.get("withdrawal_reason") is None:
            values["withdrawal_reason"] = _WITHDRAWN


def _field(rule: FieldRule, declared: FieldDeclaration) -> _Field:
    column = only_column(rule)
    return _Field(
        declared.attribute,
        declared.required,
        f"{rule.name} ← {'、'.join(rule.columns) or '常数'}",
        None if column is None or is_path(column) else column,
        row_reader(rule, declared),
        declared.visibility is not Visibility.PUBLIC,
    )
