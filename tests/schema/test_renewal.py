"""Which licences were renewed before they ended."""

from datetime import date

import pytest

from schema.record_type import RecordType
from schema.records.licence import LicenceStatus
from schema.renewal import Renewals, term_of
from tests.schema.samples import TODAY, AnyRecord, Given, record

ENDING = date(2016, 11, 5)


def licence(**facts: Given) -> AnyRecord:
    return record(RecordType.LICENCE, **{"valid_to": ENDING, **facts})


def outlasted(old: AnyRecord, *others: AnyRecord) -> bool:
    return Renewals(TODAY, [old, *others]).outlast(term_of(old))


@pytest.mark.parametrize(
    ("facts", "renewed"),
    [
        ({"valid_to": date(2019, 11, 5)}, True),
        ({"valid_to": None, "indefinite": True}, True),
        ({"valid_to": ENDING}, False),
        ({"valid_to": date(2019, 11, 5), "status": LicenceStatus.REVOKED}, False),
        ({"valid_to": date(2019, 11, 5), "withdrawn_on": TODAY}, False),
        ({"valid_to": date(2019, 11, 5), "content": "辐射"}, False),
        ({"valid_to": date(2019, 11, 5), "certificate_name": "别的"}, False),
        ({"valid_to": date(2019, 11, 5), "by": "QH-SAW"}, False),
    ],
)
def test_the_same_licensed_for_longer(
    facts: dict[str, object], *, renewed: bool
) -> None:
    assert outlasted(licence(), licence(**facts)) is renewed


def test_what_is_no_licence_is_never_renewed() -> None:
    penalty = record(RecordType.PENALTY)
    assert term_of(penalty) is None
    assert not outlasted(penalty, licence())
