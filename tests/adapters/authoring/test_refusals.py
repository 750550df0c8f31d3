"""What can't be read ends in a sentence that says what to change where."""

import sqlite3
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from adapters.authoring import Access, CannotAuthor, Given
from schema.record_type import RecordType
from tests.adapters.authoring import strangers
from tests.adapters.authoring.plugging import write

pytestmark = pytest.mark.anyio


async def refused(source: str, access: Access | None = None) -> str:
    with pytest.raises(CannotAuthor) as raised:
        await write(source, access=access)
    return str(raised.value)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", "", "空文件"),
        ("a.csv", "企业名称,统一社会信用代码\n", "只有表头，没有数据"),
        ("a.csv", f"{strangers.code_of(1)},2016-01-01,5000\n" * 3, "没有找到表头"),
        ("a.csv", "编号,颜色\n甲,红\n乙,绿\n", "没有一列像统一社会信用代码"),
        ("a.json", "", "空文件"),
        ("a.json", "{", "not whole JSON"),
        ("a.json", '{"data": {"list": []}}', "没有记录列表"),
        ("a.graphql", "type Query {", "不是 GraphQL 模式"),
        ("a.graphql", "type Query { a: Int }", "没有返回列表的字段"),
        ("a.wsdl", "<x/>", "没有重复的记录"),
        ("a.xml", "<x", "XML"),
        ("a.zip", "PK", "请先解开"),
        ("a.doc", "x", "认不出是什么来源"),
    ],
)
async def test_a_file_that_says_nothing(
    tmp_path: Path, name: str, content: str, words: str
):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    told = await refused(str(path))
    assert words in told
    assert path.stem in told or words.startswith("没有返回")


async def test_a_path_that_leads_nowhere(tmp_path: Path):
    assert "打不开" in await refused(str(tmp_path / "none.csv"))
    assert "打不开" in await refused(str(tmp_path / "none.json"))


async def test_a_workbook_that_is_damaged(tmp_path: Path):
    whole = strangers.workbook(
        tmp_path / "a.xlsx", strangers.penalties(), strangers.CHINESE
    )
    cut = tmp_path / "b.xlsx"
    cut.write_bytes(whole.read_bytes()[:2_000])
    assert "b.xlsx: 工作簿不完整" in await refused(str(cut))
    other = tmp_path / "c.xlsx"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("readme.txt", "no workbook")
    assert "打不开这个工作簿" in await refused(str(other))


async def test_a_sheet_that_is_not_there(tmp_path: Path):
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    book.add_worksheet("一月")
    book.close()
    assert "没有找到表头" in await refused(str(tmp_path / "a.xlsx"))


async def test_a_table_that_is_not_there(tmp_path: Path):
    url = strangers.database(
        tmp_path / "x.db", "t_xzcf", strangers.penalties(), strangers.PINYIN
    )
    assert "没有表或视图 't_xzfc'，是不是 t_xzcf？" in await refused(f"{url}#t_xzfc")
    assert "请核对地址" in await refused(f"sqlite:///{tmp_path / 'none.db'}")
    assert "驱动" in await refused("nosuch://host/x")


async def test_a_database_without_rows(tmp_path: Path):
    with sqlite3.connect(tmp_path / "x.db") as connection:
        connection.execute("create table t (a text)")
    connection.close()
    assert "没有数据" in await refused(f"sqlite:///{tmp_path / 'x.db'}")


async def test_an_interface_that_refuses():
    facts = strangers.penalties()
    async with strangers.Interface(facts, secret="only-here").serving() as url:
        told = await refused(f"{url}/api/xzcf/list")
        assert "--auth" in told
        auth = {"kind": "header", "name": "X-Key", "token": "${QH_NEW_TOKEN}"}
        wrong = Access(auth=auth, token="another")
        assert "another" not in await refused(f"{url}/api/xzcf/list", wrong)
        assert "状态 404" in await refused(f"{url}/api/none")
    assert "无法连接" in await refused(f"{url}/api/xzcf/list")


async def test_a_body_that_is_no_json():
    async with strangers.Interface(strangers.penalties()).serving() as url:
        access = Access(method="POST", body="{codes")
        assert "--body 不是 JSON" in await refused(f"{url}/api/xzcf/list", access)


async def test_a_column_that_is_not_there(tmp_path: Path):
    path = strangers.csv_file(
        tmp_path / "处罚.csv", strangers.penalties(), strangers.PINYIN
    )
    with pytest.raises(CannotAuthor, match="没有列 'FKJEE'，是不是 FKJE"):
        await write(str(path), given=Given({"fine": "FKJEE"}))


async def test_two_systems_are_two_departments(tmp_path: Path):
    path = strangers.csv_file(
        tmp_path / "处罚.csv", strangers.penalties(), strangers.PINYIN
    )
    url = strangers.database(
        tmp_path / "x.db", "t_xk", strangers.licences(), strangers.MIXED
    )
    with pytest.raises(CannotAuthor, match="须是同一个系统"):
        await write(str(path), url, types=[RecordType.PENALTY, RecordType.LICENCE])
