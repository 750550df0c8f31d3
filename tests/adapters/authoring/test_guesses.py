"""What heads and values are taken for."""

import pytest
from hypothesis import given, settings, strategies

from adapters.authoring.codes import coded
from adapters.authoring.contents import Content, date_forms, open_ends
from adapters.authoring.headers import match
from adapters.authoring.standards import standard_of
from adapters.authoring.terms import read_terms
from adapters.authoring.units import unit_of
from adapters.code_lists import load_code_lists
from mock_departments.columns import columns, fields_of
from schema.record_type import RecordType
from schema.records import RECORDS

STYLES = ("sgs2018", "sgs2015", "pinyin", "chinese", "english")
TERMS, LISTS = read_terms(), load_code_lists()
KINDS = (RecordType.PENALTY, RecordType.LICENCE, RecordType.COMMENDATION)


def content(*values: object) -> Content:
    return Content(values, len(values))


def likeliest(kind: RecordType, column: str) -> str:
    names = TERMS.fields[kind]
    return max(names, key=lambda one: match(column, names[one]).score)


@pytest.mark.parametrize(
    ("kind", "column", "field"),
    [
        (RecordType.PENALTY, "fkje", "fine"),
        (RecordType.PENALTY, "F_FKJE", "fine"),
        (RecordType.PENALTY, "fakuanjine", "fine"),
        (RecordType.PENALTY, "罚款金额（万元）", "fine"),
        (RecordType.PENALTY, "处罚信息/罚款金额", "fine"),
        (RecordType.PENALTY, "CF_NR_FK", "fine"),
        (RecordType.PENALTY, "fineAmount", "fine"),
        (RecordType.PENALTY, "*处罚决定日期", "decidedOn"),
        (RecordType.PENALTY, "CF_JDRQ", "decidedOn"),
        (RecordType.PENALTY, "penalty.decisionDate", "decidedOn"),
        (RecordType.PENALTY, "作出处罚决定的机关", "authority"),
        (RecordType.LICENCE, "XK_YXQZI", "validTo"),
        (RecordType.LICENCE, "XK_JZQ", "validTo"),
        (RecordType.LICENCE, "valid_to", "validTo"),
        (RecordType.LICENCE, "有效期截止日", "validTo"),
        (RecordType.LICENCE, "fzrq", "decidedOn"),
        (RecordType.TAX_CREDIT, "nsxydj", "grade"),
        (RecordType.REGISTRATION, "ENTNAME", "name"),
        (RecordType.REGISTRATION, "注册资金(万元)", "registeredCapital"),
    ],
)
def test_heads(kind: RecordType, column: str, field: str):
    assert likeliest(kind, column) == field


@pytest.mark.parametrize(
    "style", ["sgs2018", "sgs2015", "pinyin", "chinese", "english"]
)
@pytest.mark.parametrize("kind", KINDS)
def test_heads_in_use_are_known(style: str, kind: RecordType):
    """Nearly all heads of each style lead to the field that they hold."""
    known = columns(style, kind.value)
    own = [name for name in fields_of(kind.value) if name in RECORDS[kind].fields]
    found = [name for name in own if name in known]
    right = [name for name in found if likeliest(kind, known[name]) == name]
    assert len(right) >= 0.85 * len(found), set(found) - set(right)


@settings(max_examples=40)
@given(strategies.text(max_size=20))
def test_any_head_can_be_compared(head: str):
    for names in TERMS.fields[RecordType.PENALTY].values():
        assert 0 <= match(head, names).score <= 1


@settings(max_examples=40)
@given(strategies.lists(strategies.text(max_size=20) | strategies.integers()))
def test_any_values_can_be_looked_at(values: list[object]):
    seen = content(*values)
    shares = (seen.date, seen.money, seen.uscc, seen.period, seen.id_card, seen.person)
    assert all(0 <= share <= 1 for share in shares)
    date_forms(seen)
    open_ends(seen)
    unit_of("fine", "", seen)


def test_dates_without_end():
    seen = content("2016/7/22", "2099/12/31", "9999-12-31", "长期", 73050, 42573)
    assert open_ends(seen) == ("2099/12/31", "9999-12-31", "长期", "2099-12-31")
    assert seen.date == 1


@pytest.mark.parametrize(
    ("column", "values", "read", "sure"),
    [
        ("罚款（万元）", ["5000"], "wan_yuan", True),
        ("罚款金额(元)", ["2"], "yuan", True),
        ("fkje", ["5000", "20000.00"], "yuan", True),
        ("fkje", ["0.5", "2"], "wan_yuan", False),
        ("fkje", ["600", "800"], "yuan", False),
        ("fkje", ["5000元", "2万元"], "wan_yuan", True),
        ("CF_NR_FK", ["2.000000"], "wan_yuan", True),
    ],
)
def test_units(column: str, values: list[str], read: str, sure: object):
    unit = unit_of(column, "", content(*values))
    assert (unit.read, unit.sure) == (read, sure)


@pytest.mark.parametrize(
    ("heads", "standard"),
    [
        (columns("sgs2018", "LICENCE").values(), "2018"),
        (columns("sgs2015", "PENALTY").values(), "2015"),
        (columns("pinyin", "PENALTY").values(), ""),
    ],
)
def test_standards(heads: list[str], standard: str):
    assert standard_of(heads) == standard


def test_a_number_that_lists_disagree_about_is_doubted():
    field = RECORDS[RecordType.LICENCE].fields["status"]
    seen = content("1", "1", "2")
    unsure = coded(field, seen, LISTS)
    assert unsure.words["read"] == "code:licence_status_2018"
    assert any("含义不同" in doubt for doubt in unsure.doubts)
    told = coded(field, seen, LISTS, "2015")
    assert (told.words["read"], told.doubts) == ("code:sgs_status_2015", ())


def test_words_of_no_list_are_read_by_likeness():
    field = RECORDS[RecordType.PENALTY].fields["categories"]
    made = coded(field, content("警告处分；罚款", "通报", "罚款；甲乙丙丁"), LISTS)
    assert made.words["codes"] == {
        "警告处分": "WARNING",
        "罚款": "FINE",
        "通报": "CRITICISM",
    }
    assert made.words["split"] == "；"
    assert made.words["otherwise"] == "OTHER"
    assert any("甲乙丙丁" in doubt for doubt in made.doubts)
