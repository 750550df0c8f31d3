from enum import Enum

from adapters.code_lists import load_code_lists, meanings
from schema.records import RECORDS

FOR_TEXT_FIELDS = {"currency", "judicial_assistance_status"}


def enums() -> dict[str, set[str]]:
    found: set[type[Enum]] = {
        field.enum
        for record in RECORDS.values()
        for field in record.fields.values()
        if field.enum is not None
    }
    return {enum.__name__: {member.name for member in enum} for enum in found}


def test_every_named_list_fits_a_field() -> None:
    known = enums()
    for name, codes in load_code_lists().items():
        fitting = [
            enum for enum, names in known.items() if set(meanings(codes)) <= names
        ]
        assert fitting or name in FOR_TEXT_FIELDS, name


def test_the_same_number_means_different_things_per_list() -> None:
    lists = load_code_lists()
    assert lists["abnormal_reason_CD71"]["3"] == "FALSE_INFORMATION"
    assert lists["abnormal_reason_CD77"]["3"] == "UNREACHABLE"
