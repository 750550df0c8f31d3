"""Reads whom a row says it is about."""

from collections.abc import Callable
from itertools import zip_longest

from adapters.contract import Row, Subject
from adapters.paths import first_of
from adapters.readers.credit_codes import tidy_code
from adapters.readers.texts import Unreadable, read_text
from adapters.section import KeyColumns, Section
from schema.codes import names, registration_number, uscc
from schema.record_type import RecordType

ReadSubjects = Callable[[Row], tuple[Subject, ...]]

_NAMED_BY_NAME = frozenset({RecordType.REGISTRATION, RecordType.JUDGMENT_DEFAULT})


def subject_reader(section: Section) -> ReadSubjects:
    """Make the reader of a section's subjects; none when nothing tells who it is."""
    code, number, name = map(first_of, subject_columns(section))
    if section.key.split is None:
        return lambda row: subjects_of(code(row), number(row), name(row))
    cut = _splitter(section.key)

    def read(row: Row) -> tuple[Subject, ...]:
        several = zip_longest(cut(code(row)), cut(number(row)), cut(name(row)))
        return tuple(subject for parts in several for subject in subjects_of(*parts))

    return read


def subject_columns(section: Section) -> tuple[tuple[str, ...], ...]:
    """Name the columns of code, number and name.

    What the key does not name is taken from the respondent's fields, so that a hand
    error in the code can be checked against the name.
    """
    key = section.key
    name_field = "name" if section.record_type in _NAMED_BY_NAME else "respondentName"
    return (
        key.uscc or _columns(section, "respondentUscc"),
        key.registration_number or _columns(section, "respondentRegistrationNumber"),
        key.name or _columns(section, name_field),
    )


def subjects_of(code: object, number: object, name: object) -> tuple[Subject, ...]:
    """Say whom code, number and name as written mean; nobody when all are empty."""
    written_name = _text(name)
    subject = _of_codes(_code(code), _code(number), written_name)
    told = subject.uscc or subject.registration_number or subject.written_code
    return (subject,) if told or written_name else ()


def _columns(section: Section, field: str) -> tuple[str, ...]:
    rule = section.fields.get(field)
    return rule.columns if rule else ()


def _splitter(key: KeyColumns) -> Callable[[object], list[object]]:
    def cut(value: object) -> list[object]:
        if isinstance(value, str) and key.split:
            return list(value.split(key.split))
        return list(value) if isinstance(value, list | tuple) else [value]

    return cut


def _of_codes(code: str | None, number: str | None, name: str | None) -> Subject:
    valid = registration = written = None
    for text in (code, number):
        if text is None:
            continue
        if valid is None and uscc.is_valid(text):
            valid = text
        elif registration is None and _is_registration_number(text):
            registration = text
        elif written is None:
            written = text
    return Subject(
        uscc=valid,
        registration_number=registration,
        name=None if name is None else names.normalise(name),
        written_code=written,
        written_name=name,
    )


def _is_registration_number(text: str) -> bool:
    """Numbers given before 2007 have 13 digits and no check."""
    return registration_number.is_valid(text) or registration_number.is_legacy(text)


def _code(value: object) -> str | None:
    try:
        return tidy_code(value)
    except Unreadable:
        return None


def _text(value: object) -> str | None:
    try:
        return read_text(value)
    except Unreadable:
        return None
