"""Hides secrets and persons in what is shown."""

import re
from collections.abc import Iterable
from functools import cache

from schema.codes import identity_documents
from schema.declaration import FieldDeclaration
from schema.record_type import RecordType
from schema.records import RECORDS
from schema.visibility import Visibility

HIDDEN = "***"
_DIGITS = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
_PERSONS = re.compile(r"legal_?rep|person|id_number|pledg(?:or|ee)$|assignee$")
_PERSONS_TOO = frozenset(
    {Visibility.GOVERNMENT, Visibility.ORGANISATIONS, Visibility.REDACTED}
)
_WRITTEN = frozenset({"text", "text_list", "object_list"})
_BY_NAME = frozenset(
    {RecordType.KEY_PERSON, RecordType.SHAREHOLDER, RecordType.JUDGMENT_DEFAULT}
)
"""Record types whose `name` is a person's, or may be."""
_SHORTEST = 6
"""Characters; a shorter text is no secret, and stands everywhere."""


@cache
def personal(record_type: RecordType) -> frozenset[str]:
    """Name the fields that tell something of a natural person, or may."""
    fields = RECORDS[record_type].fields
    found = {one.name for one in fields.values() if _is_personal(one)}
    return frozenset(found | ({"name"} & fields.keys() & _named(record_type)))


def plain_reason(reason: str, record_type: RecordType) -> str:
    """Leave out the value that a reason quotes, where it may be a person's."""
    if reason.split(" ", maxsplit=1)[0] in personal(record_type):
        reason = re.sub(r"['\"].*", HIDDEN, reason, flags=re.DOTALL)
    return without_numbers(reason)


def without_numbers(text: str) -> str:
    """Mask identity numbers of natural persons wherever they stand."""

    def hide(found: re.Match[str]) -> str:
        number = found[0]
        known = identity_documents.is_resident_id(number)
        return identity_documents.mask(number) if known else number

    return _DIGITS.sub(hide, text)


def without_secrets(text: str, secrets: Iterable[str]) -> str:
    """Hide secrets wherever they stand."""
    for secret in secrets:
        if len(secret) >= _SHORTEST:
            text = text.replace(secret, HIDDEN)
    return text


def _named(record_type: RecordType) -> frozenset[str]:
    return frozenset({"name"} if record_type in _BY_NAME else ())


def _is_personal(declared: FieldDeclaration) -> bool:
    if declared.visibility in _PERSONS_TOO and declared.kind in _WRITTEN:
        return True
    inner = any(map(_is_personal, declared.inner.values()))
    return inner or bool(_PERSONS.search(declared.attribute))
