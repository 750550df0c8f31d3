"""Scalars that refuse what can't be meant."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

from schema.codes import regions, uscc

USCC = NewType("USCC", str)
RegionCode = NewType("RegionCode", str)


def parse_uscc(value: object) -> USCC:
    """Normalise and check a code; raises ValueError saying what is wrong."""
    return _checked(_text("统一社会信用代码", value))


@lru_cache(maxsize=65_536)
def _checked(written: str) -> USCC:
    code = uscc.normalise(written)
    fault = uscc.fault_of(code)
    if fault:
        raise ValueError(f"统一社会信用代码 {code} 有误：{fault}")
    return USCC(code)


def parse_region(value: object) -> RegionCode:
    """Check a division code or prefix; raises ValueError for an unknown one."""
    code = _text("行政区划", value)
    if not regions.is_known(code):
        raise ValueError(
            f"没有行政区划 {code}：应为青海省内的 2、4 或 6 位代码 "
            "(unknown region; 2, 4 or 6 digits within 63)"
        )
    return RegionCode(code)


def parse_date(value: object) -> date:
    """Read a calendar date; raises ValueError for any other form."""
    text = _text("日期", value)
    try:
        if len(text) == 10:
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ValueError(f"日期 {text} 有误：应如 2016-10-20 (a date like 2016-10-20)")


def parse_datetime(value: object) -> datetime:
    """Read a point in time with its offset; raises ValueError for any other form."""
    text = _text("时间", value)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ValueError(
            f"时间 {text} 有误：应带时区，如 2016-10-20T09:00:00+08:00 "
            "(a time with offset is needed)"
        )
    return moment


def parse_decimal(value: object) -> Decimal:
    """Read an exact decimal, written as string or integer; raises ValueError."""
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    text = _text("数额", value)
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise ValueError(f'数额 {text} 有误：应如 "20000.50" (a decimal as a string)')
    return number


@lru_cache(maxsize=16_384)
def write_decimal(value: object) -> str:
    """Write a decimal without exponent and without needless zeros.

    Equal decimals are written alike, and amounts come again.
    """
    if not isinstance(value, Decimal):
        raise TypeError(f"not a decimal: {value!r}")
    text = str(value)
    if "E" in text:
        text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _text(what: str, value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{what}应为字符串 (a string is needed)")  # noqa: TRY004
    return value.strip()


def _write_iso(value: date) -> str:
    return value.isoformat()


SCALARS: Mapping[object, ScalarDefinition] = {
    date: strawberry.scalar(
        name="Date",
        description="日期（ISO 8601），如 2016-10-20",
        serialize=_write_iso,
        parse_value=parse_date,
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description="时间（RFC 3339），须带时区，如 2016-10-20T09:00:00+08:00",
        serialize=_write_iso,
        parse_value=parse_datetime,
    ),
    Decimal: strawberry.scalar(
        name="Decimal",
        description="精确小数，以字符串表示；除另有币种外以元为单位",
        serialize=write_decimal,
        parse_value=parse_decimal,
    ),
    USCC: strawberry.scalar(
        name="USCC",
        description="统一社会信用代码，18 位（GB 32100-2015）；校验位有误即为输入错误",
        serialize=str,
        parse_value=parse_uscc,
    ),
    RegionCode: strawberry.scalar(
        name="RegionCode",
        description="行政区划代码（GB/T 2260），六位；前缀 63、6301 包含其下全部",
        serialize=str,
        parse_value=parse_region,
    ),
}
