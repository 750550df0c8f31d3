"""Whole numbers, plain decimals, percentages, yes and no."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from adapters.readers.texts import Unreadable, read_text, shown

_PLAIN = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?")
_LONGEST = 40
_YES = frozenset({"1", "是", "Y", "y", "true", "True", "TRUE", "有", "yes"})
_NO = frozenset({"0", "否", "N", "n", "false", "False", "FALSE", "不是", "no", "2"})


def read_decimal(value: object) -> Decimal | None:
    """Read a number exactly; a JSON float is taken as it was written."""
    if isinstance(value, Decimal):
        return _finite(value, value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _finite(Decimal(str(value)), value)
    text = None if isinstance(value, bool) else read_text(value)
    if text is None:
        if isinstance(value, bool):
            raise Unreadable(f"不是数：{value!r}")
        return None
    number = plain(text)
    if number is None:
        raise Unreadable(f"不是数：{shown(value)}")
    return number


def plain(text: str) -> Decimal | None:
    """Read digits with or without thousands' commas, full width or half."""
    digits = unicodedata.normalize("NFKC", text).strip()
    if len(digits) > _LONGEST or not _PLAIN.fullmatch(digits):
        return None
    try:
        return Decimal(digits.replace(",", ""))
    except InvalidOperation:  # pragma: no cover - the pattern lets only numbers in
        return None


def read_percent(value: object) -> Decimal | None:
    """Read «51%» or 51 as 51."""
    if isinstance(value, str):
        return read_decimal(value.strip().removesuffix("%").removesuffix("％"))
    return read_decimal(value)


def read_integer(value: object) -> int | None:
    """Read a whole number; «2016年», «12人» and 2016.0 count as such."""
    if isinstance(value, str):
        value = value.strip().removesuffix("年").removesuffix("年度").removesuffix("人")
    try:
        number = read_decimal(value)
    except Unreadable:
        number = Decimal("0.5")
    if number is None:
        return None
    if number != number.to_integral_value():
        raise Unreadable(f"不是整数：{shown(value)}")
    return int(number)


def read_boolean(value: object) -> bool | None:
    """Read yes and no in Chinese, English and digits."""
    if isinstance(value, bool):
        return value
    text = read_text(value)
    if text is None:
        return None
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise Unreadable(f"不是是否：{shown(value)}")


def _finite(number: Decimal, value: object) -> Decimal:
    if not number.is_finite() or number.adjusted() > _LONGEST:
        raise Unreadable(f"不是数：{shown(value)}")
    return number
