from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from schema.force import amount_of, expires_on, in_force, report_year
from schema.record_type import RecordType
from schema.records.licence import LicenceStatus
from schema.records.penalty import PenaltyReview
from schema.records.pledges import PledgeStatus
from tests.schema.samples import TODAY, record

YESTERDAY, TOMORROW = date(2016, 10, 19), date(2016, 10, 21)


@pytest.mark.parametrize(
    ("kind", "values", "holds"),
    [
        ("LICENCE", {}, True),
        ("LICENCE", {"valid_to": TODAY}, True),
        ("LICENCE", {"valid_to": YESTERDAY}, False),
        ("LICENCE", {"valid_from": TOMORROW}, False),
        ("LICENCE", {"status": LicenceStatus.REVOKED}, False),
        ("LICENCE", {"status": LicenceStatus.OBJECTED}, True),
        ("LICENCE", {"withdrawn_on": YESTERDAY}, False),
        ("PENALTY", {}, True),
        ("PENALTY", {"effective_until": YESTERDAY}, False),
        ("PENALTY", {"publish_until": YESTERDAY}, False),
        ("PENALTY", {"decided_on": date(2011, 10, 1)}, False),
        ("PENALTY", {"review": PenaltyReview.REVOKED}, False),
        ("PENALTY", {"withdrawn_on": TODAY}, False),
        ("ABNORMAL_LISTING", {}, True),
        ("ABNORMAL_LISTING", {"removed_on": TODAY}, False),
        ("ABNORMAL_LISTING", {"removed_on": TOMORROW}, True),
        ("JUDICIAL_ASSISTANCE", {"frozen_to": TODAY}, True),
        ("JUDICIAL_ASSISTANCE", {"frozen_to": YESTERDAY}, False),
        ("JUDICIAL_ASSISTANCE", {"status": "EXTENDED"}, True),
        ("JUDICIAL_ASSISTANCE", {"status": "LIFTED"}, False),
        ("CHATTEL_MORTGAGE", {}, True),
        ("CHATTEL_MORTGAGE", {"status": PledgeStatus.INVALID}, False),
        ("JUDGMENT_DEFAULT", {}, True),
        ("JUDGMENT_DEFAULT", {"deleted_on": TODAY}, False),
        ("KEY_PERSON", {"appointed_to": YESTERDAY}, False),
        ("CHANGE", {}, True),
    ],
)
def test_a_record_is_in_force(
    kind: str, values: dict[str, Any], *, holds: bool
) -> None:
    assert in_force(record(RecordType[kind], **values), TODAY) is holds


def test_each_type_says_when_it_ends_and_what_it_is_about() -> None:
    licence = record(RecordType.LICENCE, valid_to=TODAY)
    penalty = record(RecordType.PENALTY, fine=Decimal(20_000))
    change = record(RecordType.CHANGE)
    assert expires_on(licence) == TODAY
    assert expires_on(penalty) == date(2021, 3, 1)
    assert expires_on(change) is None
    assert amount_of(penalty) == Decimal(20_000)
    assert amount_of(change) is None


def test_reports_and_listings_know_their_year() -> None:
    assert report_year(record(RecordType.ANNUAL_REPORT)) == 2015
    assert report_year(record(RecordType.ABNORMAL_LISTING, report_year=2014)) == 2014
    assert report_year(record(RecordType.CHANGE)) is None
