"""When an entry in the abnormal list is three years old, and who is warned."""

from datetime import date

import pytest

from schema.three_years import ThreeYearWarning, three_years_on, warning_of

TODAY = date(2016, 10, 20)
PASSED, APPROACHING = ThreeYearWarning.PASSED, ThreeYearWarning.APPROACHING


@pytest.mark.parametrize(
    ("listed", "removed", "day", "warning"),
    [
        (date(2013, 10, 15), None, date(2016, 10, 15), PASSED),
        (date(2013, 10, 20), None, date(2016, 10, 20), PASSED),
        (date(2013, 10, 21), None, date(2016, 10, 21), APPROACHING),
        (date(2013, 12, 19), None, date(2016, 12, 19), APPROACHING),
        (date(2013, 12, 20), None, date(2016, 12, 20), None),
        (date(2012, 2, 29), None, date(2015, 2, 28), PASSED),
        (date(2013, 7, 1), date(2016, 10, 1), date(2016, 7, 1), None),
        (date(2013, 10, 15), date(2016, 8, 1), None, None),
        (date(2018, 9, 1), None, None, None),
    ],
)
def test_three_years_on_the_abnormal_list(
    listed: date,
    removed: date | None,
    day: date | None,
    warning: ThreeYearWarning | None,
) -> None:
    assert three_years_on(listed, removed) == day
    assert warning_of(listed, removed, TODAY) is warning
