"""Chinese working days: weekends swap with 调休."""

from datetime import date, timedelta
from typing import Protocol

import chinese_calendar


class Calendar(Protocol):
    """Knows which days are worked."""

    def is_working_day(self, day: date) -> bool:
        """Say whether a day is worked; raises LookupError for a year not known."""


class ChineseCalendar:
    """The State Council's calendar as published, one year at a time."""

    def is_working_day(self, day: date) -> bool:
        """Say whether a day is worked; raises LookupError for a year not known."""
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError as error:
            raise LookupError(f"no calendar of {day.year} yet") from error


def add_working_days(start: date, days: int, calendar: Calendar) -> date:
    """Give the day `days` working days after `start`."""
    day = start
    while days:
        day += timedelta(days=1)
        days -= calendar.is_working_day(day)
    return day


def working_days_between(start: date, end: date, calendar: Calendar) -> int:
    """Count the working days after `start` up to and including `end`."""
    count, day = 0, start
    while day < end:
        day += timedelta(days=1)
        count += calendar.is_working_day(day)
    return count
