import io
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter

from adapters.errors import (
    DeclarationError,
    SourceContractBroken,
    SourceUnavailable,
)
from adapters.kinds.files.pages import PER_PAGE
from adapters.kinds.files.periods import SHANGHAI
from tests.adapters.kinds.drops import (
    HEADER,
    TYPE,
    drop,
    lines,
    read,
    row,
    said,
    transport,
    workbook,
)

pytestmark = pytest.mark.anyio
DELTA = 'pattern = "*.csv"\nmode = "delta"'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "QH-TST"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
async def test_the_encoding_is_found_out(folder: Path, encoding: str) -> None:
    text = lines(row(1, "守合同重信用")).encode(encoding)
    drop(folder, "a.csv", text)
    _, titles = await read(transport(folder))
    assert titles == ["守合同重信用"]


async def test_a_byte_that_is_no_text_is_named_with_its_place(folder: Path) -> None:
    text = lines(row(1), row(2)).encode().replace("2号".encode(), b"2\xff")
    drop(folder, "a.csv", text)
    with pytest.raises(
        SourceContractBroken, match=r"a\.csv 第 3 行第 \d+ 个字: 不是 UTF-8"
    ):
        await read(transport(folder))


async def test_another_encoding_than_declared_is_refused(folder: Path) -> None:
    drop(folder, "a.csv", lines(row(1)).encode("gb18030"))
    with pytest.raises(
        SourceContractBroken, match=r"a\.csv 第 1 行第 1 个字: 不是 UTF-8"
    ):
        await read(transport(folder, 'pattern = "*.csv"\nencoding = "utf-8"'))


async def test_a_missing_column_is_named_with_file_and_line(folder: Path) -> None:
    drop(folder, "a.csv", lines(row(1)).replace("荣誉", "荣誉称号"))
    words = r"a\.csv 第 1 行: 缺少列 荣誉.*表头是 代码、名称、荣誉称号、日期"
    with pytest.raises(SourceContractBroken, match=words):
        await read(transport(folder))


async def test_a_column_that_stands_twice_is_refused(folder: Path) -> None:
    drop(folder, "a.csv", lines(row(1)).replace("名称", "代码"))
    with pytest.raises(SourceContractBroken):
        await read(transport(folder))


@pytest.mark.parametrize(
    ("content", "words"),
    [("", "空文件"), (f"{HEADER}\r\n", "没有数据"), ("\r\n\r\n", "没有表头")],
)
async def test_an_empty_file_is_refused(folder: Path, content: str, words: str) -> None:
    drop(folder, "a.csv", content)
    with pytest.raises(SourceContractBroken, match=words):
        await read(transport(folder))


async def test_no_folder_and_no_file_do_not_mean_nothing_held(folder: Path) -> None:
    source = transport(folder)
    with pytest.raises(SourceUnavailable, match="打不开"):
        await source.check()
    drop(folder, "other.txt", "x")
    with pytest.raises(SourceUnavailable, match="没有"):
        await source.version(TYPE)
    await source.close()


async def test_broken_lines_are_set_aside_with_file_and_line(folder: Path) -> None:
    text = lines(row(1), "C2,青海,2号,先进,2016/3/1", '"C3,名,先进,2016/3/1', row(4))
    drop(folder, "a.csv", text)
    pages, titles = await read(transport(folder))
    assert titles == ["先进", "先进"]
    assert pages[0].positions == ["a.csv line 2", "a.csv line 5"]
    assert said(pages) == [
        "a.csv line 3: 有 5 栏，应为 4 栏（wrong number of columns）",
        "a.csv line 4: 引号没有闭合（a quote is not closed）",
    ]
    assert pages[0].unreadable[0].raw == {"line": "C2,青海,2号,先进,2016/3/1"}


async def test_quotes_may_hold_commas_quotes_and_lines(folder: Path) -> None:
    drop(folder, "a.csv", lines('C1,"甲,乙","先""进""\n单位",2016/3/1', row(2)))
    pages, titles = await read(transport(folder))
    assert titles == ['先"进"\n单位', "先进"]
    assert pages[0].positions[1] == "a.csv line 4"


async def test_a_full_file_replaces_older_ones(folder: Path) -> None:
    drop(folder, "b_20160901.csv", lines(row(1, "旧")))
    drop(folder, "a_20161001.csv", lines(row(1, "新")), "2016-10-01T08:30:00")
    pages, titles = await read(transport(folder))
    assert titles == ["新"]
    assert pages[0].as_of == datetime(2016, 10, 1, 8, 30, tzinfo=SHANGHAI)


async def test_delta_files_add_up_and_count_once(folder: Path) -> None:
    for name in ("a_20160901.csv", "a_20160901(1).csv"):
        drop(folder, name, lines(row(1, "一")))
    drop(folder, "a_20161001.csv", lines(row(2, "二")))
    _, titles = await read(transport(folder, DELTA))
    assert titles == ["一", "二"]


@pytest.mark.parametrize("mode", ["full", "delta"])
async def test_a_file_cut_short_leaves_the_one_before_valid(
    folder: Path, mode: str
) -> None:
    drop(folder, "a_20160901.csv", lines(row(1, "旧")))
    whole = lines(row(1, "新"), row(2)).encode()
    drop(folder, "a_20161001.csv", whole[:-8])
    section = f'pattern = "*.csv"\nmode = "{mode}"'
    pages, titles = await read(transport(folder, section))
    assert titles == ["旧"]
    assert {page.as_of for page in pages} == {
        datetime(2016, 9, 1, 23, 59, 59, tzinfo=SHANGHAI)
    }
    assert said(pages) == [
        "a_20161001.csv: 最后一行没有换行，可能不完整（ends in the middle of a line）"
    ]
    drop(folder, "a_20161001.csv", whole)
    _, titles = await read(transport(folder, section))
    assert titles[-2:] == ["新", "先进"]


async def test_a_file_cut_short_and_none_before_is_refused(folder: Path) -> None:
    drop(folder, "a.csv", lines(row(1, "先进" * 9))[:-15].encode("gb18030"))
    with pytest.raises(SourceContractBroken, match="最后一"):
        await read(transport(folder))


async def test_a_full_file_of_half_the_size_is_doubted(folder: Path) -> None:
    drop(folder, "a_20160901.csv", lines(*(row(n, "旧") for n in range(9))))
    drop(folder, "a_20161001.csv", lines(row(1, "新")))
    pages, titles = await read(transport(folder))
    assert set(titles) == {"旧"}
    assert "小一半以上" in said(pages)[0]
    _, titles = await read(transport(folder, 'pattern = "*.csv"\nshrinks = true'))
    assert titles == ["新"]


def with_merged_cells() -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.merge_range("A1:B1", "主体")
        page.write_row("A2", ["代码", "名 称"])
        page.merge_range("C1:C2", "荣誉")
        page.merge_range("D1:D2", "日期")
        page.merge_range("A3:A4", "C1")
        page.merge_range("B3:B4", "甲公司")
        page.write_row("C3", ["先进", 42430])
        page.write_row("C4", ["优秀", 42431.5])
        page.write("A5", "表格说明：共 2 条")
    return content.getvalue()


async def test_two_header_rows_merged_cells_and_a_closing_row(folder: Path) -> None:
    drop(folder, "a.xlsx", with_merged_cells())
    words = 'pattern = "*.xlsx"\nheader = [1, 2]\nfooter = "表格说明"'
    source = transport(folder, words, grouped=True)
    pages, _ = await read(source)
    assert pages[0].rows == [
        {"主体/代码": "C1", "主体/名称": "甲公司", "荣誉": "先进", "日期": 42430},
        {"主体/代码": "C1", "主体/名称": "甲公司", "荣誉": "优秀", "日期": 42431.5},
    ]
    assert pages[0].positions == ["a.xlsx line 3", "a.xlsx line 4"]


async def test_a_workbook_without_its_closing_row_is_cut_short(folder: Path) -> None:
    drop(folder, "a.xlsx", workbook(HEADER.split(","), row(1).split(",")))
    section = 'pattern = "*.xlsx"\nfooter = "合计"'
    with pytest.raises(SourceContractBroken, match="没有结尾的「合计」"):
        await read(transport(folder, section))
    closed = workbook(HEADER.split(","), row(1).split(","), ["合计：1"], ["备注"])
    drop(folder, "a.xlsx", closed)
    _, titles = await read(transport(folder, section))
    assert titles == ["先进"]


async def test_a_workbook_without_its_end_leaves_the_one_before_valid(
    folder: Path,
) -> None:
    whole = workbook(HEADER.split(","), row(1).split(","))
    drop(folder, "a201609.xlsx", whole)
    drop(folder, "a201610.xlsx", whole[: len(whole) * 2 // 3])
    pages, titles = await read(transport(folder, 'pattern = "*.xlsx"'))
    assert titles == ["先进"]
    assert "没有结尾" in said(pages)[0]


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
async def test_rubbish_is_refused(folder: Path, name: str) -> None:
    drop(folder, name, "<html><body>系统维护中</body></html>")
    with pytest.raises(SourceContractBroken, match=name):
        await read(transport(folder, f'pattern = "{name}"'))


async def test_a_sheet_that_is_not_there_is_named(folder: Path) -> None:
    drop(folder, "a.xlsx", workbook(["x"], sheet="许可"))
    section = 'pattern = "*.xlsx"\nsheet = "处罚"'
    with pytest.raises(SourceContractBroken, match="没有工作表 '处罚'，只有 许可"):
        await read(transport(folder, section))


async def test_bounds_are_kept(folder: Path) -> None:
    drop(folder, "a.csv", lines(*(row(n) for n in range(9))))
    with pytest.raises(SourceContractBroken, match="超过 100 字节"):
        await read(transport(folder, connection="max_bytes = 100"))
    with pytest.raises(SourceContractBroken, match="超过 4 行"):
        await read(transport(folder, connection="max_rows = 4"))


async def test_a_sheet_that_would_not_fit_into_memory_is_refused(folder: Path) -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write("A1", "代码")
        page.write("XFD9000", "x")
    drop(folder, "a.xlsx", content.getvalue())
    with pytest.raises(SourceContractBroken, match="9,000 行 × 16,384 列"):
        await read(transport(folder, 'pattern = "*.xlsx"'))


async def test_the_version_changes_with_the_files(folder: Path) -> None:
    source = transport(folder)
    drop(folder, "a.csv", lines(row(1)), "2016-10-01T08:00:00")
    first = await source.version(TYPE)
    assert await source.version(TYPE) == first
    drop(folder, "a.csv", lines(row(2)), "2016-10-01T08:00:01")
    second = await source.version(TYPE)
    drop(folder, ".b.csv", "half")
    drop(folder, "~$b.csv", "half")
    assert await source.version(TYPE) == second != first
    await source.close()


async def test_reading_goes_on_after_a_page(folder: Path) -> None:
    for day in (1, 2):
        text = lines(*(row(n, f"{day}-{n}") for n in range(PER_PAGE + 3)))
        drop(folder, f"a_2016100{day}.csv", text)
    pages, titles = await read(transport(folder, DELTA))
    assert [len(page.rows) for page in pages] == [PER_PAGE, 3, PER_PAGE, 3]
    assert [page.cursor is None for page in pages] == [False, False, False, True]
    _, rest = await read(transport(folder, DELTA), pages[0].cursor)
    assert rest == titles[PER_PAGE:]
    _, rest = await read(transport(folder, DELTA), pages[2].cursor)
    assert rest == titles[-3:]
    _, rest = await read(transport(folder, DELTA), "gone.csv:1:2#3")
    assert rest == titles


async def test_rows_are_found_by_key(folder: Path) -> None:
    drop(folder, "a.csv", lines(row(1, "甲"), row(2, "乙"), row(3, "丙")))
    source = transport(folder)
    found = await source.ask(TYPE, ["C1", "C3"])
    assert [one["荣誉"] for one in found.rows] == ["甲", "丙"]
    assert found.positions == ["a.csv line 2", "a.csv line 4"]
    await source.close()


async def test_unknown_and_wrong_words_are_all_named(tmp_path: Path) -> None:
    section = 'pattern = "../*.pdf"\nheader = 0\ndelimiter = ";;"'
    with pytest.raises(DeclarationError) as caught:
        transport(tmp_path, section)
    assert [fault.split(": ")[1] for fault in caught.value.faults] == [
        "[COMMENDATION] pattern",
        "[COMMENDATION] header",
        "[COMMENDATION] delimiter",
    ]
    with pytest.raises(DeclarationError, match=r"patern.*是不是 pattern？"):
        transport(tmp_path, 'patern = "*.csv"')


async def test_an_older_delta_file_that_is_not_whole_is_refused(folder: Path) -> None:
    drop(folder, "a_20160901.csv", lines(row(1))[:-2])
    drop(folder, "a_20161001.csv", lines(row(2)))
    with pytest.raises(SourceContractBroken, match=r"a_20160901\.csv: 最后一行"):
        await read(transport(folder, DELTA))
