from datetime import date, datetime

import pytest

from adapters.kinds.files.periods import SHANGHAI, as_of, period_of

WRITTEN = datetime(2016, 10, 3, 9, 30, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("行政许可_20161001.csv", "2016-10-01", "2016-10-01"),
        ("xk-2016-10-1.csv", "2016-10-01", "2016-10-01"),
        ("许可2016年10月1日.xlsx", "2016-10-01", "2016-10-01"),
        ("2016.9.30报送.xlsx", "2016-09-30", "2016-09-30"),
        ("XZXK_201609.csv", "2016-09-01", "2016-09-30"),
        ("许可2016年9月.xlsx", "2016-09-01", "2016-09-30"),
        ("a_2016-02.csv", "2016-02-01", "2016-02-29"),
        ("名单_2016年三季度.xlsx", "2016-07-01", "2016-09-30"),
        ("名单2016年第4季度.xlsx", "2016-10-01", "2016-12-31"),
        ("list_2016Q1.xlsx", "2016-01-01", "2016-03-31"),
        ("台账2016上半年.xlsx", "2016-01-01", "2016-06-30"),
        ("台账2016年下半年.xlsx", "2016-07-01", "2016-12-31"),
        ("qinghai_register_2015.csv", "2015-01-01", "2015-12-31"),
    ],
)
def test_the_period_is_read_from_the_name(name: str, first: str, last: str) -> None:
    expected = (date.fromisoformat(first), date.fromisoformat(last))
    assert period_of(name) == expected


@pytest.mark.parametrize(
    "name", ["最终版.xlsx", "许可(1).xlsx", "a_20161301.csv", "a120160901.csv"]
)
def test_a_name_without_period_leaves_the_time_of_writing(name: str) -> None:
    assert as_of(name, WRITTEN) == WRITTEN


def test_what_was_written_within_the_period_knows_no_more() -> None:
    assert as_of("许可2016年10月.xlsx", WRITTEN) == WRITTEN
    end = datetime(2016, 9, 30, 23, 59, 59, tzinfo=SHANGHAI)
    assert as_of("许可2016年9月.xlsx", WRITTEN) == end
