import contextlib
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from adapters.readers.money import money_reader, read_currency
from adapters.readers.numbers import (
    read_boolean,
    read_decimal,
    read_integer,
    read_percent,
)
from adapters.readers.texts import Unreadable, parts_of, read_text

wan_yuan, yuan = money_reader(10_000), money_reader(1)


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("2", 20_000),
        (2, 20_000),
        ("2.000000", 20_000),
        (0.1, 1_000),
        ("0.000001", "0.01"),
        ("120(万元)", 1_200_000),
        ("120（万元）", 1_200_000),
        ("1,000万人民币", 10_000_000),
        ("30(万美元)", 300_000),
        ("30万人民币元", 300_000),
        ("5000元", 5_000),
        ("１２０万元", 1_200_000),
        ("1.5亿元", 150_000_000),
        ("¥5,000.50元", "5000.50"),
        ("50万元整", 500_000),
        (Decimal("1.234567"), "12345.67"),
        ("-3", -30_000),
    ],
)
def test_amounts_of_ten_thousand_become_yuan(written: object, amount: object) -> None:
    assert wan_yuan(written) == Decimal(str(amount))


def test_an_amount_in_yuan_stays_and_a_unit_in_it_is_believed() -> None:
    assert yuan("5000") == 5000
    assert yuan("0.5万元") == 5000
    assert yuan(12.34) == Decimal("12.34")


@pytest.mark.parametrize("written", [None, "", "N/A", "无", "/", "-", "null"])
def test_no_amount_is_nothing(written: object) -> None:
    assert wan_yuan(written) is None
    assert read_currency(written) is None
    assert read_decimal(written) is None


@pytest.mark.parametrize(
    "written",
    [
        *(
            "若干",
            "约5万元",
            "5-10万元",
            "1,00",
            "5万箱",
            "1e5",
            "万元",
            "9" * 50,
            "..",
        ),
        *(float("inf"), Decimal("NaN"), True, [5], {"a": 1}),
    ],
)
def test_what_is_no_amount_is_refused_in_words(written: object) -> None:
    with pytest.raises(Unreadable, match=r"^不是金额："):
        wan_yuan(written)


@given(st.decimals("-1e12", "1e12", places=6))
def test_ten_thousand_is_exact(number: Decimal) -> None:
    assert wan_yuan(f"{number:f}") == number * 10_000
    assert wan_yuan(f"{number:f}(万元)") == number * 10_000


@given(st.floats(-1e12, 1e12))
def test_a_float_counts_as_it_was_written(number: float) -> None:
    assert yuan(number) == Decimal(str(number))


@given(st.one_of(st.text(), st.integers(), st.floats(), st.binary()))
def test_anything_is_read_or_refused(written: object) -> None:
    for read in (wan_yuan, read_currency, read_decimal, read_integer, read_boolean):
        with contextlib.suppress(Unreadable):
            read(written)


@pytest.mark.parametrize(
    ("written", "currency"),
    [
        ("30(万美元)", "USD"),
        ("1,000万人民币", "CNY"),
        ("120(万元)", "CNY"),
        ("156", "CNY"),
        (840, "USD"),
        ("HKD", "HKD"),
        ("港元", "HKD"),
        ("500", "CNY"),
        ("万元", "CNY"),
    ],
)
def test_currencies(written: object, currency: str) -> None:
    assert read_currency(written) == currency


@pytest.mark.parametrize("written", ["贝壳", "人民币或美元"])
def test_what_is_no_currency_is_refused(written: str) -> None:
    with pytest.raises(Unreadable, match="不是币种"):
        read_currency(written)


def test_plain_numbers() -> None:
    assert read_decimal("1,234.50") == Decimal("1234.50")
    assert read_percent("51%") == 51
    assert read_percent(51.5) == Decimal("51.5")
    assert read_integer("2016年") == 2016
    assert read_integer("2016年度") == 2016
    assert read_integer(2016.0) == 2016
    assert read_integer("12人") == 12
    assert read_integer(None) is None
    for written in ("2016.5", "many", True):
        with pytest.raises(Unreadable, match="不是整数"):
            read_integer(written)


def test_yes_and_no() -> None:
    assert [read_boolean(w) for w in (True, "是", "1", 1, "Y")] == [True] * 5
    assert [read_boolean(w) for w in (False, "否", "0", 0, "N")] == [False] * 5
    assert read_boolean("") is None
    with pytest.raises(Unreadable, match="不是是否"):
        read_boolean("也许")


def test_text_is_only_trimmed() -> None:
    assert read_text("  青环罚〔２０１６〕７号　") == "青环罚〔２０１６〕７号"
    assert read_text(12.0) == "12"
    assert read_text(7) == "7"
    with pytest.raises(Unreadable, match="不是文字"):
        read_text({"a": 1})


def test_lists_are_taken_apart() -> None:
    assert parts_of("1,3, ,5", ",") == ["1", "3", "5"]
    assert parts_of(["甲", "无", " 乙 "], None) == ["甲", "乙"]
    assert parts_of(None, ",") == []
