from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from schema.scalars import (
    parse_date,
    parse_datetime,
    parse_decimal,
    parse_region,
    parse_uscc,
    write_decimal,
)


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_a_decimal_comes_back_as_it_went(number: Decimal) -> None:
    text = write_decimal(number)
    assert parse_decimal(text) == number
    assert "E" not in text


@pytest.mark.parametrize(
    ("number", "text"),
    [("20000.000000", "20000"), ("2E+4", "20000"), ("0.50", "0.5"), ("100", "100")],
)
def test_a_decimal_is_written_plainly(number: str, text: str) -> None:
    assert write_decimal(Decimal(number)) == text


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1,000", "", 1.5, True, None])
def test_what_is_no_exact_decimal_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="数额"):
        parse_decimal(value)


@given(st.dates())
def test_a_date_comes_back_as_it_went(day: date) -> None:
    assert parse_date(day.isoformat()) == day


@pytest.mark.parametrize("value", ["2016-13-01", "20161020", "2016-1-1", 20161020])
def test_what_is_no_date_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="日期"):
        parse_date(value)


def test_a_time_needs_its_offset() -> None:
    moment = datetime(2016, 6, 30, 15, 59, 59, tzinfo=UTC)
    assert parse_datetime("2016-06-30T23:59:59+08:00") == moment
    assert parse_datetime("2016-06-30T15:59:59Z") == moment
    with pytest.raises(ValueError, match="时区"):
        parse_datetime("2016-06-30T23:59:59")
    with pytest.raises(ValueError, match="时区"):
        parse_datetime("yesterday")


def test_a_code_is_normalised_and_checked() -> None:
    assert parse_uscc(" 91440300708461136t ") == "91440300708461136T"
    with pytest.raises(ValueError, match="校验位应为 T，实为 X"):
        parse_uscc("91440300708461136X")
    with pytest.raises(ValueError, match="字符串"):
        parse_uscc(91440300708461136)


def test_a_region_must_be_known() -> None:
    assert parse_region("6301") == "6301"
    with pytest.raises(ValueError, match="没有行政区划 4403"):
        parse_region("4403")
