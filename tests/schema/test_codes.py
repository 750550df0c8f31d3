import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from schema.codes import enterprise_types, identity_documents, industries, regions
from schema.codes.names import normalise
from schema.codes.regions import RegionSource, derive
from schema.codes.working_days import (
    ChineseCalendar,
    add_working_days,
    working_days_between,
)

CALENDAR = ChineseCalendar()


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2016, 9, 23), 7, date(2016, 10, 9)),
        (date(2016, 9, 23), 20, date(2016, 10, 26)),
        (date(2016, 6, 30), 10, date(2016, 7, 14)),
        (date(2016, 2, 1), 7, date(2016, 2, 15)),
        (date(2026, 2, 10), 7, date(2026, 2, 26)),
    ],
)
def test_holidays_and_worked_weekends_count(start: date, days: int, end: date) -> None:
    assert add_working_days(start, days, CALENDAR) == end
    assert working_days_between(start, end, CALENDAR) == days


def test_a_year_without_calendar_is_said_to_be_unknown() -> None:
    with pytest.raises(LookupError, match="2090"):
        CALENDAR.is_working_day(date(2090, 1, 1))


@pytest.mark.parametrize(
    ("address", "code", "found", "source"),
    [
        ("共和县倒淌河镇", "632521", "632521", RegionSource.ADDRESS),
        ("青海省格尔木市八一东路46号", "630102", "632801", RegionSource.ADDRESS),
        ("青海省海西州大柴旦行委", None, "632857", RegionSource.ADDRESS),
        ("湟中县鲁沙尔镇", None, "630106", RegionSource.ADDRESS),
        ("河南蒙古族自治县优干宁镇", None, "632324", RegionSource.ADDRESS),
        ("八一路3号", "632121", "630203", RegionSource.HISTORY),
        ("花土沟镇", "632826", "632803", RegionSource.ADDRESS),
        ("", "632826", "632803", RegionSource.HISTORY),
        ("海东工业园区", "632100", "630200", RegionSource.PREFECTURE),
        ("某路1号", "611103", "630000", RegionSource.PROVINCE),
        (None, None, "630000", RegionSource.PROVINCE),
    ],
)
def test_a_division_is_found_from_address_then_code(
    address: str | None, code: str | None, found: str, source: RegionSource
) -> None:
    assert derive(address, code) == (found, source)


@given(st.text(max_size=30), st.none() | st.text("0123456789", max_size=6))
def test_any_address_gives_a_division_of_today(address: str, code: str | None) -> None:
    assert derive(address, code)[0] in regions.divisions()


def test_the_real_register_agrees_with_its_own_prefectures(shared_data: Path) -> None:
    prefectures = {
        one.name[:2]: one.code[:4]
        for one in regions.divisions().values()
        if one.level == "prefecture"
    }
    with (shared_data / "qinghai_register_2015.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    exact = agreeing = 0
    for row in rows:
        code, source = derive(row["注册地址"], row["统一社会信用代码"][2:8])
        expected = prefectures.get(row["地区"][:2], "63")
        agreeing += code.startswith(expected)
        exact += source in {RegionSource.ADDRESS, RegionSource.HISTORY}
    assert agreeing >= len(rows) * 0.999
    assert exact >= len(rows) * 0.99


def test_former_divisions_lead_to_todays() -> None:
    assert set(regions.history().values()) <= set(regions.divisions())
    assert regions.full_name("632801") == "青海省海西蒙古族藏族自治州格尔木市"


@pytest.mark.parametrize("prefix", ["63", "6301", "630102", "630000", "632800"])
def test_a_known_prefix_selects_divisions(prefix: str) -> None:
    assert regions.is_known(prefix)


@pytest.mark.parametrize("prefix", ["", "6", "630", "6399", "630199", "44", "６３"])
def test_an_unknown_prefix_selects_nothing(prefix: str) -> None:
    assert not regions.is_known(prefix)


@pytest.mark.parametrize(
    ("code", "section", "name"),
    [
        ("5292", "F", "零售业"),
        ("0610", "B", "煤炭开采和洗选业"),
        ("62", "H", "餐饮业"),
        ("0000", None, None),
        ("98", None, None),
        ("", None, None),
    ],
)
def test_a_class_is_in_a_section(
    code: str, section: str | None, name: str | None
) -> None:
    assert industries.section_of(code) == section
    assert industries.name_of(code) == name


def test_97_divisions_fill_20_sections() -> None:
    sections = {one.section for one in industries.divisions().values()}
    assert list(industries.divisions()) == [f"{n:02d}" for n in range(1, 98)]
    assert sections == set(industries.SECTIONS)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("青海 三江（集团）有限责任公司", "青海三江(集团)有限公司"),
        ("ＡＢＣ〔中国〕有限公司 ", "abc(中国)有限公司"),
        ("青海\t湖【旅游】", "青海湖(旅游)"),
    ],
)
def test_ways_of_writing_a_name_are_equal(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@given(st.text())
def test_normalising_twice_is_normalising_once(name: str) -> None:
    assert normalise(normalise(name)) == normalise(name)


@given(st.text("0123456789", min_size=17, max_size=17))
def test_an_identity_number_has_one_check_character(first17: str) -> None:
    valid = [c for c in "0123456789X" if identity_documents.is_resident_id(first17 + c)]
    assert valid == [identity_documents.check_character(first17)]


@given(st.text(max_size=30))
def test_a_mask_keeps_ten_characters_at_the_most(number: str) -> None:
    masked = identity_documents.mask(number)
    assert len(masked) == len(number)
    hidden = sum(a == "*" for a in masked)
    assert hidden >= len(number) - 10
    assert len(number) > 10 or hidden == len(number)


def test_a_mask_looks_as_the_rule_says() -> None:
    assert identity_documents.mask("632801199001010017") == "632801********0017"


def test_a_missing_type_is_guessed_coarsely() -> None:
    assert len(enterprise_types.all_types()) == 153
    guess = enterprise_types.coarse_type
    assert guess("92630102MA752RPR9J", "某某面馆") == "个体工商户"
    assert guess("93630102MA752RPR9J", "某某农民专业合作社") == "农民专业合作社"
    assert guess("91630102MA752RPR9J", "青海某有限责任公司格尔木分公司") == "分公司"
    assert guess("91630102MA752RPR9J", "西宁某中心（有限合伙）") == "有限合伙企业"
    assert guess("91630102MA752RPR9J", "某某工厂") == "其他企业"
