import contextlib
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given, strategies as st

from adapters.readers.dates import (
    SHANGHAI,
    date_reader,
    is_indefinite,
    read_date,
    read_datetime,
)
from adapters.readers.intervals import (
    has_no_end,
    read_interval_from,
    read_interval_to,
)
from adapters.readers.texts import Unreadable

DAY = date(2016, 7, 22)


@pytest.mark.parametrize(
    "written",
    [
        "2016-07-22",
        "2016/7/22",
        "2016/07/22",
        " 2016-7-22 ",
        "20160722",
        20160722,
        "2016.7.22",
        "2016年7月22日",
        "2016年07月22",
        "2016-07-22 13:05:00",
        "2016-07-22T13:05:00.123",
        "2016/7/22 9:05",
        "2016年7月22日 13时05分00秒",
        "2016-07-22 00:00:00.0",
        "2016-07-21T16:00:00Z",
        "2016-07-22T00:00:00+08:00",
        "2016-07-21T16:00:00+0000",
        1469116800000,
        "1469116800000",
        1469116800,
        1469116800.5,
        42573,
        42573.5,
        "42573",
        DAY,
        datetime(2016, 7, 22, 23, 59),  # noqa: DTZ001 - as calamine gives it
        datetime(2016, 7, 21, 17, 0, tzinfo=timezone(timedelta(0))),
    ],
)
def test_every_way_of_writing_a_day_is_read(written: object) -> None:
    assert read_date(written) == DAY


@pytest.mark.parametrize("written", [None, "", " ", "N/A", "无", "null", "/", "-"])
def test_what_says_nothing_is_nothing(written: object) -> None:
    assert read_date(written) is None


@pytest.mark.parametrize(
    "written",
    [
        *("去年", "2016-13-01", "2016-02-30", "2016", "201607", "16-7-22", "1" * 400),
        *("2016-07-22 25:00", "1816-07-22", "9999-12-31", "2016-07-22 noon"),
        *(0, 2016, True, [1], float("nan"), 10**30),
    ],
)
def test_what_is_no_day_is_refused_in_words(written: object) -> None:
    with pytest.raises(Unreadable, match=r"^不是日期："):
        read_date(written)


def test_a_day_before_1970_in_milliseconds() -> None:
    assert read_date(-126144000000) == date(1966, 1, 2)


def test_the_first_weeks_of_1970_are_refused_rather_than_misread() -> None:
    with pytest.raises(Unreadable):
        read_date(300_000_000)


@given(st.dates(date(1927, 6, 1), date(2199, 12, 31)))
def test_a_day_survives_each_form(day: date) -> None:
    midnight = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
    assert read_date(day.isoformat()) == day
    assert read_date(f"{day.year}年{day.month}月{day.day}日") == day
    assert read_date(day.strftime("%Y%m%d")) == day
    assert read_date((day - date(1899, 12, 30)).days) == day
    assert read_date(midnight.isoformat()) == day


@given(st.dates(date(1974, 1, 1), date(2090, 12, 31)), st.integers(0, 86_399))
def test_a_moment_survives_as_milliseconds(day: date, second: int) -> None:
    moment = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
    moment += timedelta(seconds=second)
    assert read_date(int(moment.timestamp() * 1000)) == moment.date()


@given(st.one_of(st.text(), st.integers(), st.floats(), st.binary()))
def test_anything_is_read_or_refused(written: object) -> None:
    with contextlib.suppress(Unreadable):
        assert read_date(written) is None or isinstance(read_date(written), date)


def test_a_moment_keeps_its_time_in_shanghai() -> None:
    moment = read_datetime("2016-07-22 13:05:06")
    assert moment == datetime(2016, 7, 22, 13, 5, 6, tzinfo=SHANGHAI)


def test_declared_days_mean_no_end() -> None:
    read = date_reader(("2099/12/31", "长期"))
    for written in ("2099/12/31", "2099-12-31", "20991231", "长期", 73050):
        assert read(written) is None
    assert read("2017-01-01") == date(2017, 1, 1)
    assert is_indefinite("20991231", ("2099/12/31",))
    assert is_indefinite("长期", ("长期",))
    assert not is_indefinite(None, ("2099/12/31",))
    assert not is_indefinite("去年", ("2099/12/31",))


def test_without_a_declaration_the_last_day_is_a_day() -> None:
    assert read_date("2099/12/31") == date(2099, 12, 31)


@pytest.mark.parametrize(
    ("written", "start", "end"),
    [
        ("2014年6月至2017年6月", date(2014, 6, 1), date(2017, 6, 30)),
        ("自2014年6月1日起至2017年5月31日止", date(2014, 6, 1), date(2017, 5, 31)),
        ("2014.6.1-2017.5.31", date(2014, 6, 1), date(2017, 5, 31)),
        ("2014-06-01-2017-05-31", date(2014, 6, 1), date(2017, 5, 31)),
        ("2014-06-01 - 2017-05-31", date(2014, 6, 1), date(2017, 5, 31)),
        ("2014-06-01至2017-05-31", date(2014, 6, 1), date(2017, 5, 31)),
        ("2014/6/1~2016/2", date(2014, 6, 1), date(2016, 2, 29)),
        ("2014年6月至长期", date(2014, 6, 1), None),
        ("无", None, None),
    ],
)
def test_intervals(written: str, start: date | None, end: date | None) -> None:
    assert read_interval_from(written) == start
    assert read_interval_to(written) == end


def test_an_interval_without_end_says_so() -> None:
    assert has_no_end("2014年6月至长期")
    assert has_no_end("长期")
    assert not has_no_end("2014年6月至2017年6月")
    assert not has_no_end(None)


@pytest.mark.parametrize(
    "written", ["三年", "2014年13月至2017年6月", "2014年6月", "至"]
)
def test_what_is_no_interval_is_refused(written: str) -> None:
    with pytest.raises(Unreadable, match="不是起止时间"):
        read_interval_from(written)
