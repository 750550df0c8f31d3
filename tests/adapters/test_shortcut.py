"""What generated code reads is what the careful way reads, for every declaration."""

import copy
import pickle
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from adapters.contract import Row, SourceRecord
from adapters.declaration import load
from adapters.digests import digest
from adapters.mapping import Mapper
from adapters.readers.dates import SHANGHAI
from adapters.registers.source import REGISTER_2015
from adapters.registry import DEPARTMENTS
from adapters.section import Section
from adapters.subjects import subject_columns
from tests.adapters.declarations import HEAD, PENALTY, declare, penalty
from tests.adapters.fakes import AS_OF

DECLARATIONS = [*sorted(DEPARTMENTS.glob("*.toml")), REGISTER_2015]

TEXTS = (
    *("甲" * 99, "甲" * 100, f"2016-07-22{' ' * 100}", f"{' ' * 100}2", "9" * 300),
    *("91630000MA7QH00013", " 91350100M000100y43 ", "110108000000016", "63000010"),
    *("青海某某有限公司", "甲公司;乙公司", " 无 ", "N/A", "", " ", "\u3000长期", "--"),
    *("2016/07/22", "2016-7-22", "20160722", "2099/12/31", "2099-12-31", "42573"),
    *("2014年6月至2017年6月", "2014年6月至长期", "2016-07-22T23:30:00Z", "去年"),
    *("2.50", "2.5", "1,000.50", "5000元", "120(万元)", "-3", "1e5", "12%", "若干"),
    *("1", "2", "1,2", "2,5", "0", "是", "true", "暂扣许可证", "吊销许可证", "2016年"),
)
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.decimals(allow_nan=False),
    st.dates(),
    st.datetimes(),
    st.text(max_size=6),
    st.sampled_from([[], {}, (), [None], ["1", "2"], [1, "甲"], {"name": "甲"}]),
    st.sampled_from([date(2016, 7, 22), datetime(2016, 7, 22, tzinfo=SHANGHAI)]),
    st.sampled_from(
        [1, True, 1.0, Decimal(1), Decimal("NaN"), "1", 0, False, 20160722, 1469116800]
    ),
)


def columns(section: Section) -> dict[str, tuple[str, ...]]:
    """Every column that is read, with the codes that may stand in it."""
    found: dict[str, tuple[str, ...]] = {}
    for rule in section.fields.values():
        for column in (*rule.columns, *rule.by_text):
            found[column] = found.get(column, ()) + tuple(rule.codes or ())
    for column in (*section.natural_key, *section.record_id, *section.withdrawn_when):
        found.setdefault(column, section.withdrawn_when.get(column, ()))
    for given_columns in subject_columns(section):
        found |= {column: found.get(column, ()) for column in given_columns}
    return found


@st.composite
def rows(draw: st.DrawFn, section: Section) -> Row:
    """A row with columns missing, clean, strange or of strange types."""
    row: dict[str, object] = {}
    for column, codes in columns(section).items():
        kind = draw(st.integers(0, 9))
        if kind == 0:
            continue
        value = draw(JUNK if kind == 1 else st.sampled_from((*codes, *TEXTS)))
        head, dot, rest = column.partition(".")
        if dot and kind != 2:
            inner = row.setdefault(head, {})
            if isinstance(inner, dict):
                inner[rest] = value
        else:
            row[column] = value
    return row


def same(mapper: Mapper, row: Row) -> bool:
    """Compare both ways; says whether the quick one read the row."""
    quick = mapper.quickly(row, AS_OF)
    careful = mapper.carefully(row, "row 1", AS_OF)
    assert repr(mapper.map(row, "row 1", AS_OF)) == repr(careful)
    if quick is None:
        return False
    assert isinstance(careful, SourceRecord), careful
    assert quick == careful
    assert repr(sorted(quick.values.items())) == repr(sorted(careful.values.items()))
    assert repr((quick.subjects, quick.identity)) == repr(
        (careful.subjects, careful.identity)
    )
    assert quick.digest == careful.digest == digest(row)
    return True


EVERY_WORD = (
    PENALTY.replace(
        'key = "CODE"',
        'key = { uscc = ["CODE", "who.code"], name = "CF_XDR_MC" }\nkey_split = ";"',
    )
    .replace(
        'read = "codes", codes = { "1" = "WARNING", "2" = "FINE" }',
        'read = "codes:penalty_category_2018", by_text = ["CF_NR", "CF_SY"]',
    )
    .replace('violationType = { value = "其他" }', 'violationType = "who.what[0]"')
    .replace('"CF_SY"\n', '["CF_SY2", "CF_SY"]\n')
    .replace('"CF_YJ"', '{ from = "CF_YJ", default = "未载明" }')
    .replace('["CF_WSH", "CF_CFJG"]', '["CF_ZT"]')
)


def test_every_word_of_a_declaration_is_read_the_same(tmp_path: Path) -> None:
    for text in (PENALTY, EVERY_WORD, PENALTY.replace("natural_key", "unused")):
        compare(list(declare(tmp_path, HEAD + text).sections.values()))


@pytest.mark.parametrize("path", DECLARATIONS, ids=lambda path: path.stem)
def test_both_ways_read_the_same(path: Path) -> None:
    compare(list(load(path).sections.values()))


def compare(sections: list[Section]) -> None:
    mappers = {section.record_type: Mapper(section) for section in sections}

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.sampled_from(sections).flatmap(
            lambda section: st.tuples(st.just(section), rows(section))
        )
    )
    def check(case: tuple[Section, Row]) -> None:
        section, row = case
        same(mappers[section.record_type], row)

    check()


def clean(section: Section) -> Row:
    """A row that leaves nothing to be desired."""
    row: dict[str, object] = {}
    for column in columns(section):
        row[column] = "1"
    for rule in section.fields.values():
        readable = {
            "date": "2016-07-22",
            "region": "630100",
            "currency": "30万元",
            "interval_from": "2014年6月至2017年6月",
            "interval_to": "2014年6月至2017年6月",
            "objects": None,
            "code": next(iter(rule.codes or {"": ""})),
            "codes": next(iter(rule.codes or {"": ""})),
        }
        for column in rule.columns:
            row[column] = readable.get(rule.read, row[column])
    code, number, name = subject_columns(section)
    row |= dict.fromkeys(code, "91350100M000100Y43")
    row |= dict.fromkeys(number, "110108000000016")
    return row | dict.fromkeys(name, "青海某某有限公司")


@pytest.mark.parametrize("path", DECLARATIONS, ids=lambda path: path.stem)
def test_clean_rows_take_the_shortcut(path: Path) -> None:
    for section in load(path).sections.values():
        mapper, row = Mapper(section), clean(section)
        assert same(mapper, row), (section.record_type, mapper.map(row, "", AS_OF))


def test_rows_that_need_care_are_left_to_the_careful(tmp_path: Path) -> None:
    [section] = declare(tmp_path).sections.values()
    quickly = Mapper(section).quickly
    assert quickly(penalty(), AS_OF)
    assert quickly(penalty(CF_NR_FK=None, CF_XDR_GSZC=7), AS_OF)
    for columns_ in (
        {"CF_JDRQ": "去年"},
        {"CF_WSH": " N/A "},
        {"CF_CFLB": "8"},
        {"CODE": "", "CF_XDR_MC": None},
        {"CF_SY": ["未批先建"]},
        {"CF_ZT": "2"},
    ):
        assert quickly(penalty(**columns_), AS_OF) is None, columns_


def test_a_digest_is_made_when_it_is_wanted(tmp_path: Path) -> None:
    [section] = declare(tmp_path).sections.values()
    record = Mapper(section).map(penalty(), "row 1", AS_OF)
    assert isinstance(record, SourceRecord)
    for copied in (pickle.loads(pickle.dumps(record)), copy.copy(record)):
        assert copied == record
        assert copied.digest == record.digest == digest(penalty())
        assert copied == record
    told = SourceRecord(
        section.record_type, "1", (), {}, as_of=AS_OF, digest="told", raw={"A": 1}
    )
    assert told.digest == "told"
    assert "甲" not in repr(Mapper(section).map(penalty(CF_XDR_MC="甲"), "", AS_OF))
