from decimal import Decimal
from typing import Any

import pytest

from schema.publication import present
from schema.record_type import RecordType
from schema.records.annual_report import Investment, SocialInsurance
from schema.records.pledges import Mortgagee
from schema.records.record import WithheldReason
from schema.records.respondent import RespondentKind
from schema.redaction import MARK
from schema.visibility import Audience
from tests.schema.samples import (
    ORGANISATION,
    PERSON,
    TODAY,
    AnyRecord,
    enterprise,
    record,
)

MASKED = "632801********" + PERSON[-4:]


def shown(one: AnyRecord, audience: Audience = Audience.PUBLIC) -> AnyRecord:
    found = present(one, audience, TODAY)
    assert found is not None
    return found


def reasons(one: AnyRecord) -> dict[str, str]:
    return {each.field: each.reason.name for each in one.withheld}


def test_a_persons_number_is_null_for_the_public_and_masked_for_government() -> None:
    one = record(RecordType.PENALTY, respondent_id_number=PERSON)
    public, government = shown(one), shown(one, Audience.GOVERNMENT)
    assert public.respondent_id_number is None
    assert reasons(public) == {"respondentIdNumber": "NOT_PUBLISHED"}
    assert government.respondent_id_number == MASKED
    assert government.withheld == []
    assert one.respondent_id_number == PERSON


def test_an_organisations_number_is_shown_to_all() -> None:
    one = record(RecordType.SHAREHOLDER, certificate_number=ORGANISATION)
    for audience in Audience:
        assert shown(one, audience).certificate_number == ORGANISATION
        assert shown(one, audience).withheld == []


@pytest.mark.parametrize(
    ("certificate_type", "number"),
    [
        ("居民身份证", PERSON),
        ("护照", "E12345678"),
        (None, "63280119900101001"),
        ("外国人永久居留身份证", "632801400012344"),
    ],
)
def test_in_doubt_a_number_is_a_persons(
    certificate_type: str | None, number: str
) -> None:
    one = record(
        RecordType.SHAREHOLDER,
        certificate_type=certificate_type,
        certificate_number=number,
    )
    assert shown(one).certificate_number is None
    assert shown(one).certificate_type is None
    assert shown(one, Audience.GOVERNMENT).certificate_number != number


def test_numbers_within_lists_are_hidden_too() -> None:
    holders = [
        Mortgagee(name="张某", certificate_number=PERSON),
        Mortgagee(name="某银行", certificate_number=ORGANISATION),
    ]
    one = record(RecordType.CHATTEL_MORTGAGE, mortgagees=holders)
    numbers = [holder.certificate_number for holder in shown(one).mortgagees]
    assert numbers == [None, ORGANISATION]
    assert reasons(shown(one)) == {"mortgagees.certificateNumber": "NOT_PUBLISHED"}
    masked = shown(one, Audience.GOVERNMENT).mortgagees
    assert [holder.certificate_number for holder in masked] == [MASKED, ORGANISATION]
    assert holders[0].certificate_number == PERSON


def test_what_the_enterprise_chose_not_to_publish_is_null_and_says_so() -> None:
    one = record(
        RecordType.ANNUAL_REPORT,
        employees=12,
        women_employees=5,
        guarantees=["为某公司担保"],
        hidden=["employees", "guarantees", "totalAssets"],
    )
    public = shown(one)
    assert (public.employees, public.women_employees) == (None, 5)
    assert public.guarantees == []
    assert reasons(public) == {
        "employees": "ENTERPRISE_CHOSE",
        "guarantees": "ENTERPRISE_CHOSE",
    }
    assert shown(one, Audience.GOVERNMENT).employees == 12


@pytest.mark.parametrize("named", ["socialInsurance", "socialInsurance.paid"])
def test_amounts_of_social_insurance_can_be_hidden(named: str) -> None:
    paid = [SocialInsurance(kind="城镇职工基本养老", people=7, paid=Decimal(100))]
    one = record(RecordType.ANNUAL_REPORT, social_insurance=paid, hidden=[named])
    public = shown(one)
    assert (public.social_insurance[0].people, public.social_insurance[0].paid) == (
        7,
        None,
    )
    assert reasons(public) == {"socialInsurance.paid": "ENTERPRISE_CHOSE"}


def test_what_nobody_hides_is_the_very_same_record() -> None:
    one = record(
        RecordType.ANNUAL_REPORT, investments=[Investment(name="某公司")], hidden=[]
    )
    for audience in Audience:
        assert present(one, audience, TODAY) is one


def test_free_text_is_redacted_for_the_public_only() -> None:
    text = f"张某（身份证号{PERSON}）超标排放"
    one = record(RecordType.PENALTY, facts=text, evidence="现场照片")
    assert shown(one).facts == f"张某（身份证号{MARK}）超标排放"
    assert reasons(shown(one)) == {"facts": "REDACTED"}
    assert shown(one, Audience.GOVERNMENT).facts == text


def test_before_and_after_of_a_change_are_redacted() -> None:
    one = record(RecordType.CHANGE, before=f"张某 {PERSON}", after="李某")
    assert PERSON not in shown(one).before
    assert reasons(shown(one)) == {"before": "REDACTED"}


def test_the_court_shows_a_debtor_s_number_in_part() -> None:
    one = record(
        RecordType.JUDGMENT_DEFAULT,
        about=enterprise("92632122MA75LY984M"),
        id_number=PERSON,
    )
    assert shown(one).id_number == MASKED
    assert shown(one).withheld[0].reason is WithheldReason.REDACTED


@pytest.mark.parametrize(
    ("values", "public"),
    [
        ({"respondent_kind": RespondentKind.NATURAL_PERSON}, False),
        ({"respondent_kind": RespondentKind.LEGAL_PERSON}, True),
        ({"respondent_id_number": PERSON}, False),
        ({"respondent_id_number": PERSON, "respondent_uscc": ORGANISATION}, True),
        ({}, True),
    ],
)
def test_a_persons_home_is_hidden_and_a_place_of_business_shown(
    values: dict[str, Any], *, public: bool
) -> None:
    one = record(RecordType.PENALTY, respondent_address="西宁市五四大街1号", **values)
    assert (shown(one).respondent_address is not None) is public


def test_every_identity_number_of_key_persons_is_masked_for_government() -> None:
    one = record(RecordType.KEY_PERSON, certificate_number=PERSON)
    assert shown(one, Audience.GOVERNMENT).certificate_number == MASKED


def test_a_licence_s_number_is_no_person_s_unless_it_looks_so() -> None:
    plain = record(RecordType.LICENCE, certificate_number="青B-2015-0003")
    alike = record(RecordType.LICENCE, certificate_number=PERSON)
    for audience in Audience:
        assert shown(plain, audience).certificate_number == "青B-2015-0003"
    assert shown(alike, Audience.GOVERNMENT).certificate_number == MASKED
    assert shown(alike).certificate_number == MARK
