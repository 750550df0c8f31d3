from datetime import timedelta
from pathlib import Path

import pytest

from adapters.declaration import load
from adapters.errors import DeclarationError
from schema.record_type import RecordType
from tests.adapters.declarations import HEAD, PENALTY, declare


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(DeclarationError) as caught:
        declare(folder, text)
    return list(caught.value.faults)


def test_a_declaration_says_how_a_department_is_reached(tmp_path: Path) -> None:
    declaration = declare(tmp_path)
    assert declaration.department == "QH-TST"
    assert declaration.provides == (RecordType.PENALTY,)
    assert declaration.freshness == timedelta(hours=6)
    assert declaration.deadline == 1.5
    assert declaration.kind == "rest"
    assert declaration.connection["base_url"] == "${QH_TST_URL}"
    assert declaration.capabilities.batch == 2
    section = declaration.sections[RecordType.PENALTY]
    assert section.key.uscc == ("CODE",)
    assert section.options == {"request": {"path": "/penalties"}}
    assert section.natural_key == ("CF_WSH", "CF_CFJG")
    assert section.withdrawn_when == {"CF_ZT": ("2",)}


def test_all_faults_are_named_at_once_with_their_lines(tmp_path: Path) -> None:
    broken = PENALTY.replace('read = "wan_yuan"', 'read = "wanyuan"')
    broken = broken.replace("decidedOn =", "decideOn =")
    broken = broken.replace('"2" = "FINE"', '"2" = "FEIN"')
    assert faults(tmp_path, HEAD + broken) == [
        "QH-TST.toml:26: [PENALTY.fields] categories: "
        "PenaltyCategory 没有 'FEIN'，是不是 FINE？（unknown value）",
        "QH-TST.toml:31: [PENALTY.fields] fine: "
        "没有这种读取方法 'wanyuan'，是不是 wan_yuan？（unknown reader）",
        "QH-TST.toml:32: [PENALTY.fields] decideOn: "
        "PENALTY 没有这个字段，是不是 decidedOn？（unknown word）",
        "QH-TST.toml:22: [PENALTY.fields] "
        "缺少必填字段 decidedOn（required field missing）",
    ]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('kind = "rest"', 'kind = "rset"', "没有这种接口 'rset'，是不是"),
        ('kind = "rest"', "", "[connection] kind: 缺少"),
        ('token = "${QH_TST_TOKEN}"', 'token = "s3cret"', "auth: 密码、令牌不能写在"),
        ('"${QH_TST_URL}"', '"http://a:b@host/"', "base_url: 密码、令牌不能写在文件里"),
        ('name = "青海省试验厅"', 'name = "${NAME}"', "只能写在 [connection] 里"),
        ('batch = 2', "batch = 0", "batch: 不能是 0"),
        ('batch = 2', "bach = 2", "bach: 没有这个词，是不是 batch？"),
        ('key = "uscc"', 'key = "pinyin"', "没有这种主键 'pinyin'"),
        ('["PENALTY"]', '["PENALTIES"]', "没有这种记录 'PENALTIES'，是不是 PENALTY？"),
        ('["PENALTY"]', "[]", "provides: 必填"),
        ('"PT1.5S"', '"1.5s"', "deadline: 不是时长：'1.5s'"),
        ('department = "QH-TST"', "", "department: 必填"),
        ('key = "CODE"', "", "[PENALTY] key: 必填"),
        ('key = "CODE"', 'key = { ucsc = "CODE" }', "没有这种主键 'ucsc'"),
        ("natural_key = [", "natural_key = [1, ", "natural_key: 应为列名"),
        ('{ CF_ZT = "2" }', "2", "withdrawn_when: 应为"),
        ('"CF_NR_FK", read = "wan_yuan"', '"CF_NR_FK"', "fine: 金额要写明单位"),
        ('"CF_JDRQ", read = "date"', '"CF_JDRQ", read = "yuan"', "读不出 date"),
        ('{ value = "GENERAL" }', '{ value = "GENRAL" }', "不能作 enum"),
        ('{ value = "GENERAL" }', '{ from = "A", value = "SIMPLE" }', "要么 from"),
        ('facts = "CF_SY"', 'facts = { from = "CF_SY", raed = "text" }', "是不是 read"),
        ('facts = "CF_SY"', 'facts = "a.b[*"', "不是路径"),
        ('read = "codes", codes = { "1" = "WARNING", "2" = "FINE" }',
         'read = "codes:penalty_category_2081"', "是不是 penalty_category_2018？"),
        ('read = "codes", codes = { "1" = "WARNING", "2" = "FINE" }',
         'read = "codes:penalty_category_2018"', "by_text missing"),
        ("[PENALTY.quirks]", "[PENALTI]\n[PENALTY.quirks]", "[PENALTI] 没有这个表"),
    ],
)  # fmt: skip
def test_every_fault_has_its_words(
    tmp_path: Path, old: str, new: str, fault: str
) -> None:
    text = HEAD + PENALTY
    assert old in text
    found = faults(tmp_path, text.replace(old, new, 1))
    assert any(fault in words for words in found), found


def test_a_listed_record_type_needs_its_table(tmp_path: Path) -> None:
    [fault] = faults(tmp_path, HEAD)
    assert "在 provides 中列出，却没有这一节" in fault


def test_what_is_no_toml_says_where(tmp_path: Path) -> None:
    [fault] = faults(tmp_path, HEAD + "= 3")
    assert "不是合规的 TOML" in fault
    assert "QH-TST.toml:16:" in fault


def test_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "QH-GBK.toml"
    path.write_bytes("name = '青海'".encode("gbk"))
    with pytest.raises(DeclarationError, match="不是 UTF-8 编码"):
        load(path)


def test_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match="读不了"):
        load(tmp_path / "QH-NIL.toml")


def test_the_shared_code_lists_are_offered(tmp_path: Path) -> None:
    text = (HEAD + PENALTY).replace(
        'read = "codes", codes = { "1" = "WARNING", "2" = "FINE" }',
        'read = "codes:penalty_category_2018", by_text = ["CF_NR"]',
    )
    rule = declare(tmp_path, text).sections[RecordType.PENALTY].fields["categories"]
    assert rule.codes is not None
    assert rule.codes["2"] == "FINE"


def test_what_is_no_table_is_a_fault(tmp_path: Path) -> None:
    text = "capabilities = 1\nconnection = 2\n" + HEAD.split("[connection]")[0]
    found = faults(tmp_path, text + PENALTY)
    assert any("[capabilities] 应为一个表" in words for words in found)
    assert any("[connection] 缺少这个表" in words for words in found)


def test_unknown_words_of_the_source_are_named(tmp_path: Path) -> None:
    text = (HEAD + PENALTY).replace("freshness", "freshnes")
    assert faults(tmp_path, text) == [
        "QH-TST.toml:5: [source] freshnes: "
        "没有这个词，是不是 freshness？（unknown word）"
    ]


def test_a_list_of_addresses_may_hold_variables(tmp_path: Path) -> None:
    text = (HEAD + PENALTY).replace(
        "[capabilities]", 'mirrors = ["${QH_A}", "https://a:b@c/"]\n[capabilities]'
    )
    assert faults(tmp_path, text) == [
        "QH-TST.toml:13: [connection] mirrors: "
        "密码、令牌不能写在文件里，请写成 ${环境变量}（secret inline）"
    ]
