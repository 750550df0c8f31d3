"""What follows from what a department gave, and is made for who asks."""

from datetime import date, datetime
from typing import Any

import pytest

from adapters.contract import SourceRecord, Subject
from gateway.directory import Directory
from gateway.loading.told import Telling, build_record, record_id
from schema.departments import SourceOutcome
from schema.enterprise import Enterprise
from schema.instances import instance
from schema.record_type import RecordType
from schema.records.licence import Licence
from schema.records.penalty import Penalty, PenaltyCategory
from schema.records.record import CreditRecord
from schema.visibility import Audience

CODE = "91630000710450863C"
NOW = datetime.fromisoformat("2016-10-20T09:00:00+08:00")
EARLIER = datetime.fromisoformat("2016-10-19T09:00:00+08:00")
RAW = {"CF_WSH": "青环罚〔2016〕7号"}
FINED: dict[str, object] = {
    "decision_number": "青环罚〔2016〕7号",
    "decided_on": date(2016, 3, 1),
    "categories": [PenaltyCategory.FINE],
    "publish_until": None,
}


def told(record_type: RecordType, values: dict[str, object]) -> Any:
    department = Directory({}).department("QH-EPD", Audience.GOVERNMENT)
    read = SourceRecord(
        record_type, "青环罚〔2016〕7号", (Subject(uscc=CODE),), values, EARLIER, RAW
    )
    who = instance(Enterprise, {"uscc": CODE, "name": "某公司"})
    return build_record(read, Telling(department, SourceOutcome.LIVE, NOW), who)


def test_a_record_is_of_its_type_and_knows_where_it_came_from() -> None:
    penalty: CreditRecord = told(RecordType.PENALTY, FINED)
    assert isinstance(penalty, Penalty)
    assert penalty.id == record_id("QH-EPD", "PENALTY", "青环罚〔2016〕7号")
    assert penalty.record_type is RecordType.PENALTY
    assert penalty.headline == "行政处罚 青环罚〔2016〕7号"
    assert penalty.occurred_on == date(2016, 3, 1)
    assert penalty.enterprise.uscc == CODE
    came = penalty.provenance
    assert (came.department.code, came.source_record_id) == (
        "QH-EPD",
        penalty.decision_number,
    )
    assert (came.as_of, came.fetched_at) == (EARLIER, NOW)
    assert came.outcome is SourceOutcome.LIVE
    assert len(came.digest) == 64


@pytest.mark.parametrize(
    ("given", "until"),
    [(None, date(2021, 3, 1)), (date(2016, 9, 1), date(2016, 9, 1))],
)
def test_a_penalty_has_a_day_by_rule_where_its_source_gives_none(
    given: date | None, until: date
) -> None:
    assert (
        told(RecordType.PENALTY, {**FINED, "publish_until": given}).publish_until
        == until
    )


@pytest.mark.parametrize("values", [{}, {"indefinite": None}])
def test_what_may_not_be_null_is_empty_or_false(values: dict[str, object]) -> None:
    licence = told(RecordType.LICENCE, values)
    assert isinstance(licence, Licence)
    assert licence.indefinite is False
    assert list(licence.withheld) == []
    assert licence.valid_to is None
    assert licence.headline == "行政许可"
