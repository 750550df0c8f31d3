from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pytest

from adapters.contract import SetAside, SourceRecord
from adapters.errors import DeclarationError
from adapters.mapping import Mapper
from adapters.paths import all_of, fault_of, getter, text_of
from adapters.readers.credit_codes import read_region, read_required_uscc, read_uscc
from adapters.readers.registers import read_enterprise_type
from adapters.readers.texts import Unreadable
from schema.records.inspection import InspectionKind
from tests.adapters.declarations import HEAD, declare
from tests.adapters.fakes import AS_OF

VALID = "91350100M000100Y43"

MORTGAGE = """
[CHATTEL_MORTGAGE]
key = "uniscid"
[CHATTEL_MORTGAGE.fields]
registrationNumber = "morRegCNo"
registeredOn = { from = "regiDate", read = "date" }
authority = "regOrg_CN"
claimAmount = { from = "amount", read = "wan_yuan", default = "0" }
status = { from = "type", read = "code:pledge_status" }
mortgagees = { from = "dyqr", read = "objects", fields = { name = "mc", certificateNumber = "zjhm" } }
collateral = { from = ["dyw", "dyw2"], read = "objects", fields = { name = "guaName", ownership = { value = "自有" } } }
"""  # noqa: E501 - an inline table has to stand on one line


def mapper(folder: Path, fields: str = MORTGAGE) -> Mapper:
    text = HEAD.replace("PENALTY", "CHATTEL_MORTGAGE") + fields
    [section] = declare(folder, text).sections.values()
    return Mapper(section)


def listed(record: SourceRecord, name: str) -> list[Any]:
    return list(cast("list[Any]", record.values[name]))


def mortgage(**columns: object) -> dict[str, object]:
    row: dict[str, object] = {
        "uniscid": VALID,
        "morRegCNo": "青动抵7号",
        "regiDate": 1469116800000,
        "regOrg_CN": "青海省工商行政管理局",
        "type": "1",
        "dyqr": [{"mc": "青海银行", "zjhm": 7}, {"mc": "张三"}],
        "dyw": {"guaName": "挖掘机"},
        "dyw2": [{"guaName": "吊车"}, None],
    }
    return row | columns


def test_nested_lists_become_the_declared_objects(tmp_path: Path) -> None:
    record = mapper(tmp_path).map(mortgage(), "row 1", AS_OF)
    assert isinstance(record, SourceRecord)
    first, second = listed(record, "mortgagees")
    assert (first.name, first.certificate_number) == ("青海银行", "7")
    assert (second.name, second.certificate_number) == ("张三", None)
    assert [item.name for item in listed(record, "collateral")] == ["挖掘机", "吊车"]
    assert record.values["claim_amount"] == Decimal(0)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("青海银行", "不是列表"),
        ([{"mc": " "}], "name: 必填而为空"),
        ([{"mc": []}], "name: 不是文字"),
    ],
)
def test_a_bad_nested_list_says_where(
    tmp_path: Path, given: object, reason: str
) -> None:
    aside = mapper(tmp_path).map(mortgage(dyqr=given), "row 1", AS_OF)
    assert isinstance(aside, SetAside)
    assert aside.reasons[0].startswith("mortgagees ← dyqr: ")
    assert reason in aside.reasons[0]


def test_an_empty_nested_list_is_nothing(tmp_path: Path) -> None:
    record = mapper(tmp_path).map(mortgage(dyqr="", dyw=None, dyw2=[]), "row 1", AS_OF)
    assert isinstance(record, SourceRecord)
    assert not record.values["mortgagees"]
    assert not record.values["collateral"]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('{ name = "mc", certif', '{ nam = "mc", certif', "没有这个字段 'nam'"),
        ('{ name = "mc", certif', "{ certif", "缺少必填字段 name"),
        ('"objects", fields', '"objects", feilds', "是不是 fields"),
        (
            '"amount", read = "wan_yuan"',
            '"a", read = "yuan", fields = {}',
            "只用于 obj",
        ),
        ('"morRegCNo"', '{ from = "a", read = "code" }', "要给出代码表"),
        ('default = "0"', 'default = "zero"', "不能作 decimal"),
        ('"code:pledge_status"', '"code:pledge_state"', "是不是 pledge_status"),
        ("[CHATTEL_MORTGAGE.fields]", "fields = 3\n[x]", "fields: 应为一个表"),
    ],
)
def test_faults_of_nested_lists_have_their_words(
    tmp_path: Path, old: str, new: str, fault: str
) -> None:
    assert old in MORTGAGE
    with pytest.raises(DeclarationError) as caught:
        mapper(tmp_path, MORTGAGE.replace(old, new, 1))
    assert fault in str(caught.value)


REPORT_LISTS = """
[INSPECTION]
key = "code"
[INSPECTION.fields]
kind = { value = "RANDOM" }
authority = "who"
inspectedOn = { from = "day", read = "date" }
results = { from = ["r1", "r2"], read = "codes:inspection_result_old", split = "," }
inspectors = { from = "names", read = "text_list", split = "、" }
"""


def test_lists_are_joined_over_columns(tmp_path: Path) -> None:
    text = HEAD.replace("PENALTY", "INSPECTION") + REPORT_LISTS
    [section] = declare(tmp_path, text).sections.values()
    row = {"code": VALID, "who": "厅", "day": "20160722", "names": "张三、李四、"}
    read = Mapper(section)
    record = read.map(row | {"r1": "1,3", "r2": 3}, "row 1", AS_OF)
    assert isinstance(record, SourceRecord)
    names = [result.name for result in listed(record, "results")]
    assert names == ["NORMAL", "NOT_REPORTED"]
    assert record.values["inspectors"] == ("张三", "李四")
    assert record.values["kind"] is InspectionKind.RANDOM
    empty = read.map(row | {"r1": "", "r2": None}, "row 1", AS_OF)
    assert isinstance(empty, SetAside)
    assert empty.reasons == ("results ← r1、r2: 必填而为空",)


def test_codes_of_enterprises_and_regions() -> None:
    assert read_uscc(f" {VALID.lower()} ") == VALID
    assert read_uscc("91350100M000100Y4Z") is None
    assert read_uscc("0" * 18) is None
    assert read_required_uscc(VALID) == VALID
    assert read_required_uscc("/") is None
    with pytest.raises(Unreadable, match="不是统一社会信用代码"):
        read_required_uscc("110108000000016")
    assert read_region("632521001000") == "632521"
    assert read_region(630102) == "630102"
    assert read_region("") is None
    with pytest.raises(Unreadable, match="不是行政区划代码"):
        read_region("西宁")


def test_paths() -> None:
    row = {"a": {"b": [{"c": 1}, {"c": 2}]}, "x": "1", "y": ["2"], "z": 3}
    assert getter("a.b[1].c")(row) == 2
    assert getter("a.b")(row) == [{"c": 1}, {"c": 2}]
    assert getter("x.y")(row) is None
    assert all_of(("x", "y", "z"))(row) == ["1", "2", 3]
    assert text_of(("x", "none", "z"))(row) == "1\n3"
    assert fault_of("a.b") is None
    assert fault_of("a[*].b") is None
    assert fault_of("a[") is not None


@pytest.mark.parametrize("values", [[], [None, None], ["1", "2", "3", "4"]])
def test_a_type_is_read_of_three_columns(values: list[object]) -> None:
    with pytest.raises(Unreadable, match="three columns"):
        read_enterprise_type(values)
