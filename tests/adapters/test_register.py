from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.contract import Ask, EnterpriseKey, SetAside, SourceRecord
from adapters.errors import SourceContractBroken
from adapters.readers.dates import SHANGHAI
from adapters.registers import open_register
from schema.record_type import RecordType
from schema.registration import EnterpriseStatus

pytestmark = pytest.mark.anyio
HEADER = (
    "企业名称,统一社会信用代码,注册日期,企业类型,法人代表,注册资金,经营范围,所在省份,"
    "地区,注册地址"
)
ROW = "青海某某有限公司,{code},2015-01-04,{type},某某,{capital},商贸,青海,西宁,城东区"
CODE = "9163320031086922X7"


async def read(path: Path) -> tuple[Sequence[SourceRecord], Sequence[SetAside]]:
    source = open_register(path)
    records: list[SourceRecord] = []
    aside: list[SetAside] = []
    try:
        async for page in source.changes(RecordType.REGISTRATION, None):
            records += page.records
            aside += page.set_aside
    finally:
        await source.close()
    return records, aside


def register(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "register_2015.csv"
    path.write_text("".join(f"{row}\n" for row in (header, *rows)), encoding="utf-8")
    return path


def row(code: str = CODE, kind: str = "N/A", capital: str = "N/A") -> str:
    return ROW.format(code=code, type=kind, capital=capital)


@pytest.mark.parametrize(
    ("written", "capital", "currency"),
    [
        ("120(万元)", "1200000", "CNY"),
        ('"1,000万人民币"', "10000000", "CNY"),
        ("500万人民币元", "5000000", "CNY"),
        ("50(万)", "500000", "CNY"),
        ("30(万美元)", "300000", "USD"),
        ("N/A", None, None),
        ("", None, None),
    ],
)
async def test_capital_is_read_with_its_currency(
    tmp_path: Path, written: str, capital: str | None, currency: str | None
) -> None:
    [record], _ = await read(register(tmp_path, row(capital=written)))
    expected = None if capital is None else Decimal(capital)
    assert record.values["registered_capital"] == expected
    assert record.values["currency"] == currency


async def test_what_the_register_leaves_unsaid_comes_from_the_code(
    tmp_path: Path,
) -> None:
    path = register(tmp_path, row(), row("93632121MA752H0G14", "N/A"))
    [record], [aside] = await read(path)
    assert record.values["type"] == "有限责任公司"
    assert record.values.get("type_code") is None
    assert record.values["organisation_code"] == "31086922X"
    assert record.values["registration_authority_code"] == "633200"
    assert record.values["status"] is EnterpriseStatus.OPERATING
    assert record.as_of == datetime(2015, 12, 31, 23, 59, 59, tzinfo=SHANGHAI)
    assert record.source_record_id == CODE
    assert aside.position == "register_2015.csv line 3"
    assert "不是统一社会信用代码" in aside.reasons[0]


async def test_a_type_that_is_given_is_kept(tmp_path: Path) -> None:
    [record], _ = await read(register(tmp_path, row(kind="股份合作制")))
    assert record.values["type"] == "股份合作制"


async def test_a_register_that_is_not_one_is_refused(tmp_path: Path) -> None:
    path = register(tmp_path, row(), header=HEADER.replace("注册资金", "资本"))
    with pytest.raises(SourceContractBroken, match=r"第 1 行: 缺少列 注册资金"):
        await read(path)
    path.write_bytes(b"")
    with pytest.raises(SourceContractBroken, match="空文件"):
        await read(path)
    path.write_bytes(f"{HEADER}\n{row()}\n".encode().replace("某".encode(), b"\xff", 1))
    with pytest.raises(SourceContractBroken, match=r"_2015\.csv 第 2 行第 3 个字"):
        await read(path)
    path.write_bytes(f"{HEADER}\n{row()}\n".encode("gb18030"))
    with pytest.raises(SourceContractBroken, match=r"第 1 行第 1 个字: 不是 UTF-8"):
        await read(path)


async def test_the_real_register_is_read_whole(shared_data: Path) -> None:
    records, aside = await read(shared_data / "qinghai_register_2015.csv")
    assert len(records) == len({r.values["uscc"] for r in records}) == 8_362
    assert not aside
    given = [r.values["registered_capital"] for r in records]
    assert sum(capital is not None for capital in given) == 8_362 - 2_656
    assert Counter(r.values["currency"] for r in records) == {"CNY": 5_706, None: 2_656}
    types = Counter(str(r.values["type"]) for r in records)
    assert types["农民专业合作社"] == 1_753
    assert types["有限责任公司"] > 5_000
    founded = [r.values["established_on"] for r in records]
    assert {day.year for day in founded if isinstance(day, date)} == {2015}


async def test_the_real_register_answers_like_any_department(
    shared_data: Path,
) -> None:
    source = open_register(shared_data / "qinghai_register_2015.csv")
    key = EnterpriseKey(CODE, None, ("共和县蓝宗旅游开发有限公司",))
    fetched = await source.fetch(Ask(RecordType.REGISTRATION, (key,)))
    await source.close()
    [record] = fetched.records[CODE]
    assert record.values["name"] == "共和县蓝宗旅游开发有限公司"
    assert record.values["registered_capital"] == Decimal(1_200_000)
