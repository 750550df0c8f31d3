from datetime import date

import pytest
from hypothesis import given, strategies as st

from schema.codes.identity_documents import check_character
from schema.redaction import MARK, redact

ADMINISTRATIVE = "根据《水污染防治法》第七十四条，处以罚款20000元（大写：贰万元整）。"


@st.composite
def resident_ids(draw: st.DrawFn) -> str:
    born = draw(st.dates(date(1930, 1, 1), date(2015, 12, 31)))
    place = draw(st.sampled_from(["630102", "632801", "110101", "440301"]))
    number = f"{place}{born:%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return number + check_character(number)


@st.composite
def cards(draw: st.DrawFn) -> str:
    number = "62" + "".join(
        map(str, draw(st.lists(st.integers(0, 9), min_size=13, max_size=16)))
    )
    doubled = [int(d) * 2 - 9 * (int(d) > 4) for d in number[-1::-2]]
    return number + str(-(sum(doubled) + sum(map(int, number[-2::-2]))) % 10)


words = st.text(
    alphabet="当事人于六月在青海省经营，未取得许可。《法》第条", max_size=40
)


@given(words, resident_ids(), words)
def test_every_identity_number_goes(before: str, number: str, after: str) -> None:
    text, count = redact(f"{before}{number}{after}")
    assert number not in text
    assert count >= 1


@given(words, resident_ids(), words)
def test_full_width_hides_nothing(before: str, number: str, after: str) -> None:
    wide = number.translate({ord(str(d)): chr(0xFF10 + d) for d in range(10)})
    assert wide not in redact(f"{before}{wide}{after}")[0]


@given(words, cards(), words)
def test_every_bank_card_goes(before: str, number: str, after: str) -> None:
    assert number not in redact(f"{before}{number}{after}")[0]


@given(words, st.integers(3, 9), st.integers(0, 999_999_999), words)
def test_every_mobile_number_goes(
    before: str, second: int, rest: int, after: str
) -> None:
    number = f"1{second}{rest:09d}"
    assert number not in redact(f"{before}{number}{after}")[0]
    assert number not in redact(f"{before}+86 {number}{after}")[0]


@given(st.text())
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    once, _ = redact(text)
    assert redact(once) == (once, 0)


@given(st.text(alphabet="0123456789 -，。住市号路人省X+86", max_size=120))
def test_redacting_dense_numbers_twice_changes_nothing_more(text: str) -> None:
    once, _ = redact(text)
    assert redact(once) == (once, 0)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("张某，住青海省西宁市城中区饮马街20号，", f"张某，住{MARK}，"),
        ("家庭住址：西宁市五四大街1号。", f"家庭住址：{MARK}。"),
        ("李某现居住在共和县恰卜恰镇东路", f"李某现居住在{MARK}"),
        ("身份证号632801199001010019", f"身份证号{MARK}"),
        ("电话138 9700 0000、", f"电话{MARK}、"),
    ],
)
def test_what_is_hidden(written: str, shown: str) -> None:
    assert redact(written) == (shown, 1)


@pytest.mark.parametrize(
    "text",
    [
        ADMINISTRATIVE,
        "住所变更为西宁市城东区八一路1号",
        "经营住宿、餐饮服务的场所位于西宁市",
        "统一社会信用代码913201057806881329号",
        "统一社会信用代码91632801310978477P",
        "注册号632801400012344",
        "青环罚〔2016〕12号，限于20161020前履行",
    ],
)
def test_what_belongs_to_the_case_stays(text: str) -> None:
    assert redact(text) == (text, 0)
