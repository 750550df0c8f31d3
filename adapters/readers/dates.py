"""Dates and times in every form that departments use; without zone: Asia/Shanghai."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from adapters.readers.texts import Reader, Unreadable, read_text, shown

SHANGHAI = ZoneInfo("Asia/Shanghai")

_EXCEL_EPOCH = datetime(1899, 12, 30, tzinfo=SHANGHAI)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PARTS = re.compile(
    r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?"
    r"(?:[T\s]*(?P<time>\d{1,2}[:时]\d{1,2}.*))?"
)
_TIME = re.compile(
    r"(?P<hour>\d{1,2})[:时](?P<minute>\d{1,2})(?:[:分](?P<second>\d{1,2})?)?秒?"
    r"(?:\.(?P<fraction>\d{1,9}))?\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?"
)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_EARLIEST, _LATEST = 1900, 2199


def read_date(value: object) -> date | None:
    """Read a date; of a moment with a zone, the day it was in Shanghai."""
    moment = _moment(value, "不是日期")
    return None if moment is None else moment.date()


def read_datetime(value: object) -> datetime | None:
    """Read a moment; a bare date is its midnight in Shanghai."""
    return _moment(value, "不是时间")


@lru_cache(maxsize=256)
def date_reader(indefinite: tuple[str, ...]) -> Reader:
    """Make a reader of dates that knows which values mean «no end» 长期."""
    if not indefinite:
        return read_date
    words = frozenset(indefinite)
    days = frozenset(_days(indefinite))

    def read(value: object) -> date | None:
        if isinstance(value, str) and value.strip() in words:
            return None
        day = read_date(value)
        return None if day in days else day

    return read


def is_indefinite(value: object, indefinite: tuple[str, ...]) -> bool:
    """Whether a value is one of those that mean «no end»."""
    text = read_text(value)
    if text is None:
        return False
    if text in indefinite:
        return True
    try:
        return read_date(value) in _days(indefinite)
    except Unreadable:
        return False


@lru_cache(maxsize=256)
def _days(indefinite: tuple[str, ...]) -> frozenset[date]:
    days = []
    for word in indefinite:
        try:
            day = read_date(word)
        except Unreadable:
            continue
        if day is not None:
            days.append(day)
    return frozenset(days)


def _moment(value: object, complaint: str) -> datetime | None:
    if isinstance(value, str):
        value = read_text(value)
    if value is None:
        return None
    moment = _read(value)
    if moment is None or not _EARLIEST <= moment.year <= _LATEST:
        raise Unreadable(f"{complaint}：{shown(value)}")
    return moment


def _read(value: object) -> datetime | None:
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, str):
        return _of_text(value)
    if isinstance(value, datetime):
        return _in_shanghai(value)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=SHANGHAI)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _of_number(float(value)) if abs(value) < 1e15 else None
    return None


def _of_text(text: str) -> datetime | None:
    if parts := _PARTS.fullmatch(text):
        return _of_parts(parts)
    if len(text) <= 20 and _NUMBER.fullmatch(text):
        return _of_number(float(text))
    return None


def _of_parts(parts: re.Match[str]) -> datetime | None:
    year, month, day = int(parts["year"]), int(parts["month"]), int(parts["day"])
    try:
        midnight = datetime(year, month, day, tzinfo=SHANGHAI)
    except ValueError:
        return None
    return midnight if parts["time"] is None else _at_time(midnight, parts["time"])


def _at_time(midnight: datetime, text: str) -> datetime | None:
    time = _TIME.fullmatch(text.strip())
    if time is None:
        return None
    fraction = (time["fraction"] or "").ljust(6, "0")[:6]
    try:
        moment = midnight.replace(
            hour=int(time["hour"]),
            minute=int(time["minute"]),
            second=int(time["second"] or 0),
            microsecond=int(fraction),
        )
        zone = time["zone"]
        if zone is None:
            return moment
        offset = datetime.strptime(zone, "%z").tzinfo
        return moment.replace(tzinfo=offset).astimezone(SHANGHAI)
    except (ValueError, OverflowError):
        return None


def _of_number(number: float) -> datetime | None:
    """Tell 20160722, epoch seconds and milliseconds and Excel's serials apart by size.

    Milliseconds of 1970's first weeks would look like seconds and are refused.
    """
    if 19_000_101 <= number <= 21_991_231 and number.is_integer():
        return _of_digits(int(number))
    if 10_000 <= number < 110_000:
        return _EXCEL_EPOCH + timedelta(days=number)
    if 400_000_000 <= number < 4_200_000_000:
        return _since_epoch(number)
    if 10_000_000_000 <= abs(number) < 7_300_000_000_000 or number < -86_400_000:
        return _since_epoch(number / 1000)
    return None


def _of_digits(number: int) -> datetime | None:
    try:
        return datetime(
            number // 10_000, number // 100 % 100, number % 100, tzinfo=SHANGHAI
        )
    except ValueError:
        return None


def _since_epoch(seconds: float) -> datetime | None:
    try:
        return (_EPOCH + timedelta(seconds=seconds)).astimezone(SHANGHAI)
    except OverflowError:
        return None


def _in_shanghai(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        return moment.replace(tzinfo=SHANGHAI)
    return moment.astimezone(SHANGHAI)
