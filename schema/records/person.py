"""Tells natural persons' particulars from organisations', and masks them."""

from schema.codes import organisation_code, registration_number, uscc
from schema.codes.identity_documents import has_birthday, is_resident_id, mask
from schema.declaration import FieldDeclaration
from schema.records.respondent import RespondentKind
from schema.visibility import Visibility

NUMBERS = ("id_number", "certificate_number")
_PERSONAL_PAPERS = ("身份证", "护照", "通行证", "居留", "户口", "军官", "士兵", "警官")


def is_persons(holder: object, field: FieldDeclaration, value: object) -> bool:
    """Say whether a value of a field is about a natural person.

    `holder` is the record, or an object in one of its lists. A certificate number is
    an organisation's only if it has the form of one, and not of an identity number as
    well; in doubt it is a person's.
    """
    attribute = field.attribute
    if attribute == "respondent_address":
        return _is_to_person(holder)
    if attribute.endswith("_type"):
        number = getattr(holder, attribute.removesuffix("_type") + "_number", None)
        return _is_personal(str(value)) or not _is_organisations(str(number or ""))
    kind = getattr(holder, attribute.removesuffix("_number") + "_type", None)
    return (
        attribute.endswith("id_number")
        or _is_personal(str(kind))
        or not _is_organisations(str(value))
    )


def masked(holder: object, field: FieldDeclaration, value: object) -> object:
    """Mask a natural person's identity number; other values are left as they are."""
    if not isinstance(value, str) or not field.attribute.endswith(NUMBERS):
        return value
    personal = (
        is_resident_id(value)
        if field.visibility is Visibility.PUBLIC
        else is_persons(holder, field, value)
    )
    return mask(value) if personal else value


def _is_personal(paper: str) -> bool:
    return any(word in paper for word in _PERSONAL_PAPERS)


def _is_organisations(number: str) -> bool:
    code = uscc.normalise(number)
    return (
        (uscc.is_valid(code) and not has_birthday(code))
        or registration_number.is_valid(code)
        or organisation_code.is_valid(organisation_code.normalise(code))
    )


def _is_to_person(record: object) -> bool:
    kind = getattr(record, "respondent_kind", None)
    if kind is not None:
        return kind is RespondentKind.NATURAL_PERSON
    coded = getattr(record, "respondent_uscc", None)
    return coded is None and getattr(record, "respondent_id_number", None) is not None
