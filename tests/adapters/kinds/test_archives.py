"""Drops that come as a ZIP, whole, broken or made to hurt."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from adapters.errors import DeclarationError, SourceContractBroken
from adapters.kinds.files.archive import MOST_MEMBERS, members
from adapters.kinds.files.drop import Unfinished
from tests.adapters.kinds.drops import drop, lines, read, row, said, transport, workbook

pytestmark = pytest.mark.anyio
ZIP = 'pattern = "*.zip"'


def packed(files: Mapping[str, bytes | str], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", how) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "QH-TST"


async def test_all_tables_of_an_archive_add_up(folder: Path) -> None:
    sheet = workbook(["代码", "名称", "荣誉", "日期"], ["C3", "丙", "三", 42573])
    files = {
        "2016/甲.csv": lines(row(1, "一")).encode("gb18030"),
        "2016/乙.csv": lines(row(2, "二")).encode("utf-8-sig"),
        "丙.xlsx": sheet,
        "说明.pdf": b"%PDF",
    }
    drop(folder, "荣誉_20161001.zip", packed(files))
    pages, titles = await read(transport(folder, ZIP))
    assert sorted(titles) == ["一", "三", "二"]
    assert pages[0].positions[0] == "荣誉_20161001.zip/2016/乙.csv line 2"


async def test_the_members_meant_can_be_named(folder: Path) -> None:
    files = {
        "xk.csv": "其他",
        "ry_1.csv": lines(row(1, "一")),
        "ry_2.csv": lines(row(2)),
    }
    drop(folder, "a.zip", packed(files))
    _, titles = await read(transport(folder, ZIP + '\nmember = "ry_*.csv"'))
    assert titles == ["一", "先进"]


async def test_names_in_gbk_are_read(folder: Path) -> None:
    name = "荣誉.csv"
    raw = packed({"AAAA.csv": lines(row(1, "一"))})
    drop(folder, "a.zip", raw.replace(b"AAAA.csv", name.encode("gbk")))
    _, titles = await read(transport(folder, ZIP + '\nmember = "荣誉*.csv"'))
    assert titles == ["一"]


async def test_a_broken_line_in_a_member_is_told_with_its_place(folder: Path) -> None:
    drop(folder, "a.zip", packed({"b.csv": lines(row(1), "C2,短", row(3))}))
    pages, titles = await read(transport(folder, ZIP))
    assert len(titles) == 2
    assert said(pages) == [
        "a.zip/b.csv line 3: 有 2 栏，应为 4 栏（wrong number of columns）"
    ]


def _encrypted(data: bytes) -> bytes:
    """Mark the only member as encrypted, in both of its headers."""
    changed = bytearray(data)
    changed[6] |= 1
    changed[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(changed)


WHOLE = packed({"a.csv": lines(row(1)) * 20}, zipfile.ZIP_STORED)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (WHOLE[:-30], "没有结尾"),
        (b"no archive", "没有结尾"),
        (WHOLE.replace("先进".encode(), "落后".encode()), "已损坏"),
        (_encrypted(WHOLE), "有密码"),
        (packed({"a.pdf": b""}), "只有 a.pdf"),
        (packed({"a.csv": b"0" * 3_000_000}), "解压后超过"),
        (packed({f"{n}.csv": b"0" * 300_000 for n in range(9)}), "解压后超过"),
        (packed({f"{n}.csv": b"" for n in range(MOST_MEMBERS + 1)}), "文件（too many"),
        (packed({"a.csv": lines(row(1)).replace("荣誉", "奖项")}), "缺少列 荣誉"),
    ],
)
async def test_what_cannot_be_unpacked_is_told(
    folder: Path, data: bytes, words: str
) -> None:
    drop(folder, "a.zip", data)
    with pytest.raises(SourceContractBroken, match=words) as caught:
        await read(transport(folder, ZIP, "max_bytes = 1_000_000"))
    assert str(caught.value).startswith("a.zip")


def test_a_size_that_lies_is_found_out() -> None:
    honest = packed({"a.csv": b"0" * 100_000})
    small = (1000).to_bytes(4, "little")
    lying = honest.replace((100_000).to_bytes(4, "little"), small)
    with pytest.raises(SourceContractBroken):
        list(members(lying, "a.zip", ["*.csv"], 50_000))


_NAMES = st.text("ab青_", min_size=1, max_size=5).map("{}.csv".format)


@given(st.dictionaries(_NAMES, st.binary(max_size=50), min_size=1, max_size=4))
def test_what_was_packed_is_unpacked(files: dict[str, bytes]) -> None:
    assert dict(members(packed(files), "a.zip", ["*.csv"], 10_000)) == files


@given(st.binary(max_size=200), st.integers(0, len(WHOLE)))
def test_any_bytes_are_read_or_refused(noise: bytes, place: int) -> None:
    for data in (noise, WHOLE[:place] + noise + WHOLE[place + len(noise) :]):
        try:
            list(members(data, "a.zip", ["*.csv"], 10_000))
        except (SourceContractBroken, Unfinished):
            continue


@pytest.mark.parametrize("member", ['"*.zip"', '"a/*.csv"', '"*"'])
def test_members_are_tables(folder: Path, member: str) -> None:
    with pytest.raises(DeclarationError, match="member: 应以"):
        transport(folder, f"{ZIP}\nmember = {member}")
