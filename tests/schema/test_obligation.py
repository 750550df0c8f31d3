"""Who owes an annual report for 2015, due on 30 June 2016."""

from dataclasses import replace
from datetime import date

import pytest

from schema.obligation import files_report, years_due
from schema.registration import EnterpriseStatus
from tests.schema.samples import enterprise

GONE = EnterpriseStatus.DEREGISTERED


@pytest.mark.parametrize(
    ("status", "founded", "ended", "owes"),
    [
        (EnterpriseStatus.OPERATING, date(2015, 12, 31), None, True),
        (EnterpriseStatus.OPERATING, None, None, True),
        (EnterpriseStatus.OPERATING, date(2016, 1, 1), None, False),
        (EnterpriseStatus.SUSPENDED, date(2014, 1, 1), None, True),
        (EnterpriseStatus.REVOKED, date(2014, 1, 1), None, False),
        (EnterpriseStatus.REVOKED_DEREGISTERED, date(2014, 1, 1), None, False),
        (GONE, date(2014, 1, 1), date(2016, 6, 29), False),
        (GONE, date(2014, 1, 1), date(2016, 6, 30), True),
        (GONE, date(2014, 1, 1), None, False),
    ],
)
def test_who_owes_a_report(
    status: EnterpriseStatus, founded: date | None, ended: date | None, *, owes: bool
) -> None:
    one = replace(
        enterprise(), status=status, established_on=founded, deregistered_on=ended
    )
    assert files_report(one, 2015) is owes


@pytest.mark.parametrize(
    ("first", "last", "years"),
    [
        (date(2016, 1, 1), date(2016, 12, 31), [2015]),
        (date(2016, 6, 30), date(2016, 6, 30), [2015]),
        (date(2016, 7, 1), date(2016, 12, 31), []),
        (date(2014, 9, 1), None, [2014, 2015]),
        (None, date(2015, 1, 1), [2013]),
        (date(2017, 1, 1), date(2017, 12, 31), []),
    ],
)
def test_for_which_years_reports_fell_due_in_a_period(
    first: date | None, last: date | None, years: list[int]
) -> None:
    assert list(years_due(first, last, date(2016, 10, 20))) == years
