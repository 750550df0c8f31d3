"""The third year on the abnormal list, after which the serious list follows.

企业信息公示暂行条例 article 17; 严重违法失信企业名单管理暂行办法 article 8.
"""

from datetime import date, timedelta
from enum import Enum

from schema.code_list import code_list

YEARS = 3
REMINDED = timedelta(days=60)
"""How long before its end enterprises are reminded."""
NO_LONGER_FROM = date(2021, 9, 1)
"""Since this day it is the violation that counts, not how long it was listed."""


@code_list(
    "列入经营异常名录将满或已满3年的提示",
    APPROACHING="60日内届满3年",
    PASSED="已届满3年仍未移出",
)
class ThreeYearWarning(Enum):
    """How near an entry is to the serious-violation list."""

    APPROACHING = "APPROACHING"
    PASSED = "PASSED"


def three_years_on(listed_on: date, removed_on: date | None) -> date | None:
    """Give the day on which an entry is three years old; None if it does not count."""
    year = listed_on.year + YEARS
    leap_day = (listed_on.month, listed_on.day) == (2, 29)
    day = date(year, 2, 28) if leap_day else listed_on.replace(year=year)
    removed = removed_on is not None and removed_on < day
    return None if removed or day >= NO_LONGER_FROM else day


def warning_of(
    listed_on: date, removed_on: date | None, today: date
) -> ThreeYearWarning | None:
    """Say whether an entry in force is, or is about to be, three years old."""
    day = three_years_on(listed_on, removed_on)
    if day is None or (removed_on is not None and removed_on <= today):
        return None
    if today >= day:
        return ThreeYearWarning.PASSED
    return ThreeYearWarning.APPROACHING if today >= day - REMINDED else None
