from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from adapters.contract import SetAside, SourceRecord
from adapters.digests import digest
from adapters.mapping import Mapper
from adapters.readers.dates import SHANGHAI
from schema.record_type import RecordType
from tests.adapters.declarations import HEAD, PENALTY, declare, penalty
from tests.adapters.fakes import AS_OF


def mapper(folder: Path, text: str = HEAD + PENALTY) -> Mapper:
    declaration = declare(folder, text)
    [section] = declaration.sections.values()
    return Mapper(section)


def read(mapper: Mapper, **columns: object) -> SourceRecord:
    record = mapper.map(penalty(**columns), "row 1", AS_OF)
    assert isinstance(record, SourceRecord), record
    return record


def refused(mapper: Mapper, **columns: object) -> tuple[str, ...]:
    aside = mapper.map(penalty(**columns), "row 1", AS_OF)
    assert isinstance(aside, SetAside)
    assert aside.position == "row 1"
    return aside.reasons


def test_a_row_becomes_a_record_of_our_types(tmp_path: Path) -> None:
    record = read(mapper(tmp_path))
    values = record.values
    assert record.record_type is RecordType.PENALTY
    assert values["decision_number"] == "青试罚〔2016〕7号"
    assert values["decided_on"] == date(2016, 7, 22)
    assert values["fine"] == Decimal(20_000)
    assert [category.name for category in values["categories"]] == ["WARNING", "FINE"]  # type: ignore[attr-defined]
    assert values["procedure"].name == "GENERAL"  # type: ignore[attr-defined]
    assert values.get("publish_until") is None
    assert values.get("evidence") is None
    assert record.as_of == AS_OF
    assert record.source_record_id == "青试罚〔2016〕7号/青海省试验厅"
    assert record.subjects[0].uscc == "91630000MA7QH00013" or record.subjects


def test_a_row_that_cannot_be_read_keeps_every_reason(tmp_path: Path) -> None:
    reasons = refused(
        mapper(tmp_path), CF_NR_FK="若干", CF_JDRQ="去年", CF_WSH=" ", CF_CFLB="1,8"
    )
    assert reasons == (
        "decisionNumber ← CF_WSH: 必填而为空",
        "categories ← CF_CFLB: 代码表中没有 '8'",
        "fine ← CF_NR_FK: 不是金额：'若干'",
        "decidedOn ← CF_JDRQ: 不是日期：'去年'",
    )


def test_a_reason_does_not_quote_what_not_everybody_may_see(tmp_path: Path) -> None:
    reasons = refused(mapper(tmp_path), CF_SY=["张三", "632801197001010018"])
    assert reasons == ("facts ← CF_SY: 不是文字",)


def test_a_renamed_column_is_told_from_an_empty_one(tmp_path: Path) -> None:
    row = penalty()
    row["CF_WENSHUHAO"] = row.pop("CF_WSH")
    aside = mapper(tmp_path).map(row, "row 1", AS_OF)
    assert isinstance(aside, SetAside)
    assert aside.reasons == ("decisionNumber ← CF_WSH: 必填，而来源没有这一列",)


def test_a_row_about_nobody_is_set_aside(tmp_path: Path) -> None:
    reasons = refused(mapper(tmp_path), CODE="无", CF_XDR_MC="")
    assert any("没有主体" in reason for reason in reasons)


def test_a_withdrawn_record_says_so(tmp_path: Path) -> None:
    values = read(mapper(tmp_path), CF_ZT="2").values
    assert values["withdrawn_on"] == date(2016, 10, 20)
    assert values["withdrawal_reason"] == "来源标为已撤销"
    assert read(mapper(tmp_path)).values.get("withdrawn_on") is None


def test_paths_reach_into_nested_answers(tmp_path: Path) -> None:
    text = PENALTY.replace('"CF_SY"', '"case.facts"')
    text = text.replace('"CF_YJ"', '"case.articles[0].name"')
    row = penalty(case={"facts": "未批先建", "articles": [{"name": "第三条"}]})
    record = mapper(tmp_path, HEAD + text).map(row, "row 1", AS_OF)
    assert isinstance(record, SourceRecord)
    assert record.values["facts"] == "未批先建"
    assert record.values["legal_basis"] == "第三条"


def test_a_head_with_a_dot_is_a_head_first(tmp_path: Path) -> None:
    text = PENALTY.replace('"CF_SY"', '"事由No.1"')
    record = mapper(tmp_path, HEAD + text).map(
        penalty(**{"事由No.1": "甲"}), "row 1", AS_OF
    )
    assert isinstance(record, SourceRecord)
    assert record.values["facts"] == "甲"


def test_the_first_column_that_is_not_empty_wins(tmp_path: Path) -> None:
    text = PENALTY.replace('facts = "CF_SY"', 'facts = ["CF_SY2", "CF_SY"]')
    record = mapper(tmp_path, HEAD + text)
    assert read(record, CF_SY2=" ").values["facts"] == "未批先建"
    assert read(record, CF_SY2="另有").values["facts"] == "另有"


def test_a_code_with_two_meanings_is_told_apart_by_the_text(tmp_path: Path) -> None:
    text = PENALTY.replace(
        'read = "codes", codes = { "1" = "WARNING", "2" = "FINE" }',
        'read = "codes:penalty_category_2018", by_text = ["CF_NR", "CF_SY"]',
    )
    record = mapper(tmp_path, HEAD + text)
    names = [
        [c.name for c in read(record, CF_CFLB="2,5", CF_NR=words).values["categories"]]  # type: ignore[attr-defined]
        for words in ("吊销许可证", "暂扣许可证")
    ]
    assert names == [["FINE", "LICENCE_REVOKED"], ["FINE", "LICENCE_SUSPENDED"]]


def test_empty_columns_take_the_default(tmp_path: Path) -> None:
    text = PENALTY.replace(
        'violationType = { value = "其他" }',
        'violationType = { from = "CF_WFXW", default = "未分类" }',
    )
    record = mapper(tmp_path, HEAD + text)
    assert read(record).values["violation_type"] == "未分类"
    assert read(record, CF_WFXW="超标排放").values["violation_type"] == "超标排放"


def test_a_number_in_the_code_column_goes_where_it_belongs(tmp_path: Path) -> None:
    [subject] = read(mapper(tmp_path), CODE="110108000000016").subjects
    assert subject.uscc is None
    assert subject.registration_number == "110108000000016"
    assert subject.name == "青海某某有限公司"


def test_codes_are_tidied(tmp_path: Path) -> None:
    [subject] = read(mapper(tmp_path), CODE=" ９１３５０１００m000100y43 ").subjects
    assert subject.uscc == "91350100M000100Y43"


def test_an_invalid_code_stays_as_written(tmp_path: Path) -> None:
    [subject] = read(mapper(tmp_path), CODE="91350100M000100Y4Z").subjects
    assert subject.uscc is None
    assert subject.written_code == "91350100M000100Y4Z"


def test_one_row_may_name_several(tmp_path: Path) -> None:
    text = PENALTY.replace(
        'key = "CODE"',
        'key = { uscc = "CODE", name = "CF_XDR_MC" }\nkey_split = ";"',
    )
    record = read(
        mapper(tmp_path, HEAD + text),
        CODE="91350100M000100Y43;",
        CF_XDR_MC="甲公司;乙公司",
    )
    assert [(s.uscc, s.name) for s in record.subjects] == [
        ("91350100M000100Y43", "甲公司"),
        (None, "乙公司"),
    ]


def test_the_digest_knows_no_order_but_every_change() -> None:
    row = penalty(CF_JDRQ=datetime(2016, 7, 22, tzinfo=SHANGHAI), big=10**30)
    turned = dict(reversed(row.items()))
    assert digest(row) == digest(turned)
    assert digest(row) != digest(row | {"CF_ZT": "2"})
    assert len(digest({})) == 64


@given(
    st.dictionaries(
        st.sampled_from(["CODE", "CF_WSH", "CF_NR_FK", "CF_JDRQ", "CF_CFLB", "CF_SY"]),
        st.one_of(
            st.none(), st.text(), st.integers(), st.floats(), st.lists(st.text())
        ),
    )
)
def test_any_row_is_read_or_set_aside(
    tmp_path_factory: pytest.TempPathFactory, row: dict[str, object]
) -> None:
    folder = tmp_path_factory.getbasetemp()
    outcome = mapper(folder).map(penalty(**row), "row 1", AS_OF)
    assert isinstance(outcome, SourceRecord) or outcome.reasons


LICENCE = """
[LICENCE]
key = "CODE"
[LICENCE.fields]
documentNumber = "XK_WSH"
category = { from = "XK_XKLB", read = "code:licence_category", otherwise = "OTHER" }
content = "XK_NR"
decidedOn = { from = "XK_JDRQ", read = "date" }
validFrom = { from = "XK_YXQZ", read = "date" }
validTo = { from = "XK_YXQZI", read = "date", indefinite = ["2099/12/31"] }
authority = "XK_XKJG"
status = { from = "XK_ZT", read = "code:licence_status_2018" }
"""


def licence(end: object) -> dict[str, object]:
    return {
        "CODE": "91350100M000100Y43",
        "XK_WSH": "1",
        "XK_XKLB": "77",
        "XK_NR": "内容",
        "XK_JDRQ": "2016-01-01",
        "XK_YXQZ": "2016-01-01",
        "XK_YXQZI": end,
        "XK_XKJG": "厅",
        "XK_ZT": 1,
    }


def test_a_licence_without_end_says_so(tmp_path: Path) -> None:
    text = HEAD.replace("PENALTY", "LICENCE") + LICENCE
    licences = mapper(tmp_path, text)
    forever = licences.map(licence("2099-12-31"), "row 1", AS_OF)
    ending = licences.map(licence("2017-12-31"), "row 2", AS_OF)
    assert isinstance(forever, SourceRecord)
    assert isinstance(ending, SourceRecord)
    assert forever.values["valid_to"] is None
    assert forever.values["indefinite"] is True
    assert ending.values["indefinite"] is False
    assert ending.values["category"].name == "OTHER"  # type: ignore[attr-defined]


def test_composed_rules_keep_their_reasons_too(tmp_path: Path) -> None:
    text = PENALTY.replace('facts = "CF_SY"', 'facts = ["CF_SY", "CF_SY2"]')
    text = text.replace('"CF_JDRQ", read', '["CF_JDRQ", "CF_JDRQ2"], read')
    aside = mapper(tmp_path, HEAD + text).map(
        penalty(CF_SY=None, CF_JDRQ2="去年", CF_JDRQ=""), "row 1", AS_OF
    )
    assert isinstance(aside, SetAside)
    assert aside.reasons == (
        "facts ← CF_SY、CF_SY2: 必填而为空",
        "decidedOn ← CF_JDRQ、CF_JDRQ2: 不是日期：'去年'",
    )


def test_the_department_may_give_the_withdrawal_itself(tmp_path: Path) -> None:
    text = PENALTY.replace(
        "[PENALTY.quirks]",
        'withdrawnOn = { from = "CXRQ", read = "date" }\n'
        'withdrawalReason = "CXYY"\n[PENALTY.quirks]',
    )
    values = read(
        mapper(tmp_path, HEAD + text), CF_ZT="2", CXRQ="2016.8.1", CXYY="复议撤销"
    ).values
    assert values["withdrawn_on"] == date(2016, 8, 1)
    assert values["withdrawal_reason"] == "复议撤销"


def test_a_licence_of_text_validity(tmp_path: Path) -> None:
    fields = LICENCE.replace(
        '"XK_YXQZ", read = "date"', '"YXQ", read = "interval_from"'
    )
    fields = fields.replace(
        '"XK_YXQZI", read = "date", indefinite = ["2099/12/31"]',
        '"YXQ", read = "interval_to"',
    )
    read_licence = mapper(tmp_path, HEAD.replace("PENALTY", "LICENCE") + fields).map
    forever = read_licence(licence("") | {"YXQ": "2014年6月至长期"}, "row 1", AS_OF)
    ending = read_licence(licence("") | {"YXQ": "2014年6月至2017年6月"}, "row 1", AS_OF)
    assert isinstance(forever, SourceRecord)
    assert isinstance(ending, SourceRecord)
    assert (forever.values["valid_to"], forever.values["indefinite"]) == (None, True)
    assert ending.values["valid_to"] == date(2017, 6, 30)
    assert ending.values["valid_from"] == date(2014, 6, 1)
    assert ending.values["indefinite"] is False


@pytest.mark.parametrize("strange", [Decimal("sNaN"), [], {}, object()])
def test_no_value_however_strange_ends_the_reading(
    tmp_path: Path, strange: object
) -> None:
    reasons = refused(mapper(tmp_path), CF_JDRQ=strange)
    assert any("decidedOn" in reason or "CF_JDRQ" in reason for reason in reasons)
