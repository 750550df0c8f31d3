"""Where nothing was found within the period, a zero stands and not a gap."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from gateway.counting import Frame, framed
from schema.filters import RecordDimension
from schema.record_type import RecordType
from schema.records import RECORDS
from schema.statistics import StatisticsGroup

DEPARTMENT, MONTH, YEAR, REGION = (
    RecordDimension.DEPARTMENT,
    RecordDimension.MONTH,
    RecordDimension.YEAR,
    RecordDimension.REGION,
)
WHOLE_YEAR = (date(2016, 1, 1), date(2016, 12, 31))


def group(*keys: str) -> StatisticsGroup:
    return StatisticsGroup(keys=list(keys), count=2, sums={"fine": Decimal(7)})


def counts(
    groups: Sequence[StatisticsGroup],
    group_by: Sequence[RecordDimension],
    period: tuple[date | None, date | None] = (None, None),
    heard: Sequence[str] = (),
) -> dict[tuple[str, ...], int]:
    frame = Frame(
        RECORDS[RecordType.PENALTY], group_by, period, heard, date(2016, 3, 20)
    )
    return {tuple(g.keys): g.count for g in framed(groups, frame)}


def test_every_month_until_today_of_everybody_heard() -> None:
    found = counts([group("A", "2016-02")], [DEPARTMENT, MONTH], WHOLE_YEAR, "AB")
    assert found == {
        **{(code, f"2016-0{n}"): 0 for code in "AB" for n in (1, 2, 3)},
        ("A", "2016-02"): 2,
    }


def test_an_open_period_reaches_from_the_first_to_the_last_found() -> None:
    groups = [group("2014-11"), group("2015-02")]
    assert list(counts(groups, [MONTH])) == [
        ("2014-11",),
        ("2014-12",),
        ("2015-01",),
        ("2015-02",),
    ]
    assert list(counts([group("2012"), group("2014")], [YEAR])) == [
        ("2012",),
        ("2013",),
        ("2014",),
    ]


def test_a_month_keeps_its_year() -> None:
    found = counts([], [YEAR, MONTH], (date(2015, 12, 5), date(2016, 1, 2)), "A")
    assert found == {("2015", "2015-12"): 0, ("2016", "2016-01"): 0}


def test_only_what_is_there_of_other_dimensions() -> None:
    groups = [group("630100", "2016-01"), group("", "2016-03")]
    found = counts(groups, [REGION, MONTH], WHOLE_YEAR, "AB")
    assert set(found) == {
        (region, f"2016-0{n}") for region in ("630100", "") for n in (1, 2, 3)
    }


def test_without_a_calendar_nothing_is_added() -> None:
    assert counts([group("A")], [DEPARTMENT], WHOLE_YEAR, "AB") == {("A",): 2}
    assert counts([], [MONTH]) == {}


def test_a_period_of_ages_is_not_filled() -> None:
    ages = (date(1, 1, 1), date(2016, 12, 31))
    assert counts([group("2016-01")], [MONTH], ages, "A") == {("2016-01",): 2}


def test_the_sum_of_nothing_is_nought() -> None:
    frame = Frame(
        RECORDS[RecordType.PENALTY], [MONTH], WHOLE_YEAR, "A", date(2016, 1, 20)
    )
    [empty] = framed([], frame)
    assert empty.sums["fine"] == Decimal(0)
