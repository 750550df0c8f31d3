"""Validity written as a text: «2014年6月至2017年6月»."""

import calendar
import re
from datetime import date

from adapters.readers.dates import read_date
from adapters.readers.texts import Unreadable, read_text, shown

_BETWEEN = re.compile(r"\s*(?:至|到|~|～|—+|–|-{2,}|\s-\s|起至)\s*")
_MONTH = re.compile(r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*月?")
_NO_END = frozenset({"长期", "永久", "今", "无固定期限", "长期有效"})


def read_interval_from(value: object) -> date | None:
    """Read where the interval starts; a month starts on its first day."""
    ends = _ends(value)
    if ends is None:
        return None
    return _day(ends[0], value, last=False)


def read_interval_to(value: object) -> date | None:
    """Read where it ends; a month ends on its last day; «长期» has no end."""
    ends = _ends(value)
    if ends is None or ends[1] in _NO_END:
        return None
    return _day(ends[1], value, last=True)


def has_no_end(value: object) -> bool:
    """Whether the text says that the interval never ends."""
    text = read_text(value)
    return text is not None and (text in _NO_END or _split(text)[-1] in _NO_END)


def _ends(value: object) -> tuple[str, str] | None:
    text = read_text(value)
    if text is None:
        return None
    parts = _split(text)
    if len(parts) != 2:
        raise Unreadable(f"不是起止时间：{shown(value)}")
    return parts[0], parts[1]


def _split(text: str) -> list[str]:
    trimmed = text.removeprefix("自").removeprefix("从").removesuffix("止")
    parts = _BETWEEN.split(trimmed)
    if len(parts) == 1:
        parts = _at_middle_hyphen(trimmed)
    return [part.removesuffix("起").strip() for part in parts]


def _at_middle_hyphen(text: str) -> list[str]:
    """Split «2014.6.1-2017.5.31» and «2014-06-01-2017-05-31»."""
    pieces = text.split("-")
    half = len(pieces) // 2
    if len(pieces) % 2:
        return [text]
    return ["-".join(pieces[:half]), "-".join(pieces[half:])]


def _day(text: str, value: object, *, last: bool) -> date:
    month = _MONTH.fullmatch(text)
    try:
        if month is None:
            day = read_date(text)
        else:
            year, number = int(month["year"]), int(month["month"])
            day = date(
                year, number, calendar.monthrange(year, number)[1] if last else 1
            )
    except (ValueError, calendar.IllegalMonthError):
        day = None
    if day is None:
        raise Unreadable(f"不是起止时间：{shown(value)}")
    return day
