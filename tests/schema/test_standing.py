"""Records as of an earlier day."""

import dataclasses
from datetime import date
from typing import Any

import pytest

from schema.record_type import RecordType
from schema.records.pledges import EquityPledge, PledgeStatus
from schema.standing import as_it_stood
from tests.schema import samples

BEFORE, DAY, AFTER = date(2016, 6, 1), date(2016, 6, 30), date(2016, 8, 15)


@pytest.mark.parametrize("occurred", [BEFORE, DAY, None])
def test_what_had_happened_or_has_no_day_is_there(occurred: date | None):
    penalty = samples.record(RecordType.PENALTY)
    penalty = dataclasses.replace(penalty, occurred_on=occurred)
    assert as_it_stood(penalty, DAY) is penalty


def test_what_came_later_is_not_there_yet():
    penalty = samples.record(RecordType.PENALTY)
    assert as_it_stood(dataclasses.replace(penalty, occurred_on=AFTER), DAY) is None


@pytest.mark.parametrize("removed", [BEFORE, DAY])
def test_what_had_ended_by_then_had_ended(removed: date):
    listing = samples.record(
        RecordType.ABNORMAL_LISTING, removed_on=removed, removal_reason="补报"
    )
    assert as_it_stood(listing, DAY) is listing


@pytest.mark.parametrize(
    ("record_type", "end", "words"),
    [
        (RecordType.ABNORMAL_LISTING, "removed_on", ("removal_reason", "removed_by")),
        (RecordType.SERIOUS_VIOLATION, "removed_on", ("removal_reason", "removed_by")),
        (RecordType.PENALTY, "withdrawn_on", ("withdrawal_reason",)),
        (RecordType.EQUITY_PLEDGE, "cancelled_on", ("cancel_reason",)),
        (RecordType.JUDGMENT_DEFAULT, "deleted_on", ()),
    ],
)
def test_an_end_that_came_later_is_taken_back(
    record_type: RecordType, end: str, words: tuple[str, ...]
):
    facts: dict[str, Any] = {end: AFTER, **dict.fromkeys(words, "后来说的")}
    ended = dataclasses.replace(samples.record(record_type), **facts)
    then = as_it_stood(ended, DAY)
    assert then is not None
    assert [getattr(then, name) for name in (end, *words)] == [None] * (1 + len(words))
    assert getattr(ended, end) == AFTER


def test_a_pledge_that_was_cancelled_later_was_valid():
    pledge = samples.record(
        RecordType.EQUITY_PLEDGE, cancelled_on=AFTER, status=PledgeStatus.INVALID
    )
    then = as_it_stood(pledge, DAY)
    assert isinstance(then, EquityPledge)
    assert then.status is PledgeStatus.VALID
