"""When a file's content was true, told by its name."""

import calendar
import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

_YEAR = r"(?<!\d)(?P<year>20\d{2})"
_DAY = re.compile(
    _YEAR + r"(?:(?P<m1>\d{2})(?P<d1>\d{2})"
    r"|[-_.年](?P<m2>\d{1,2})[-_.月](?P<d2>\d{1,2}))(?!\d)"
)
_QUARTER = re.compile(
    _YEAR + r"年?[-_]?(?:第?(?P<word>[一二三四1-4])季|[Qq](?P<q>[1-4]))"
)
_HALF = re.compile(_YEAR + r"年?[-_]?(?P<half>[上下])半年")
_MONTH = re.compile(_YEAR + r"(?:(?P<m1>\d{2})|[-_.年](?P<m2>\d{1,2}))(?!\d)")
_ONLY_YEAR = re.compile(_YEAR + r"(?!\d)")
_NUMERALS = {"一": 1, "二": 2, "三": 3, "四": 4}


def as_of(name: str, written: datetime) -> datetime:
    """Give the moment up to which a file tells.

    A day, month, quarter, half or year in its name is believed to its end, or to
    when the file was written if that falls within; without one, `written` is it.
    """
    period = period_of(name)
    if period is None:
        return written
    first, last = period
    start = datetime(first.year, first.month, first.day, tzinfo=SHANGHAI)
    end = datetime(last.year, last.month, last.day, tzinfo=SHANGHAI)
    end += timedelta(days=1, seconds=-1)
    return written if start <= written < end else end


def period_of(name: str) -> tuple[date, date] | None:
    """Read the first and last day that a file name speaks of."""
    try:
        return _day(name) or _months(name)
    except ValueError:
        return None


def _day(name: str) -> tuple[date, date] | None:
    if not (found := _DAY.search(name)):
        return None
    month, day = found["m1"] or found["m2"], found["d1"] or found["d2"]
    one = date(int(found["year"]), int(month), int(day))
    return one, one


def _months(name: str) -> tuple[date, date] | None:
    if found := _QUARTER.search(name):
        number = _NUMERALS.get(found["word"] or "") or int(found["q"] or found["word"])
        return _span(found, number * 3 - 2, number * 3)
    if found := _HALF.search(name):
        return _span(found, 1, 6) if found["half"] == "上" else _span(found, 7, 12)
    if found := _MONTH.search(name):
        month = int(found["m1"] or found["m2"])
        return _span(found, month, month)
    found = _ONLY_YEAR.search(name)
    return _span(found, 1, 12) if found else None


def _span(found: re.Match[str], first: int, last: int) -> tuple[date, date]:
    year = int(found["year"])
    end = calendar.monthrange(year, last)[1] if 1 <= last <= 12 else 0
    return date(year, first, 1), date(year, last, end)
