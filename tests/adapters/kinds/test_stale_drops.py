"""Drops that changed overnight or still grow: the last good data goes on."""

import os
import time
from datetime import datetime
from pathlib import Path

import pytest

from adapters.contract import Ask, EnterpriseKey, Fetched
from adapters.declaration import load
from adapters.errors import SourceContractBroken, SourceUnavailable
from adapters.kinds.files.periods import SHANGHAI
from adapters.source import DeclaredAdapter
from tests.adapters.kinds.drops import TYPE, drop, lines, read, transport

pytestmark = pytest.mark.anyio
CODE = "91630000MA7QH0001B"
FIRST, SECOND, THIRD = (f"a_201610{day}.csv" for day in ("01", "02", "03"))


def content(title: str, *, header: str = "荣誉") -> str:
    return lines(f"{CODE},青海某公司,{title},2016/3/1").replace("荣誉", header, 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "QH-TST"


def adapter(folder: Path, mode: str = "full") -> DeclaredAdapter:
    reading = transport(folder, f'pattern = "*.csv"\nmode = "{mode}"')
    return DeclaredAdapter(load(folder.parent / "QH-TST.toml"), reading)


async def ask(source: DeclaredAdapter) -> tuple[Fetched, list[str]]:
    fetched = await source.fetch(Ask(TYPE, (EnterpriseKey(CODE),)))
    return fetched, [str(one.values["title"]) for one in fetched.records[CODE]]


@pytest.mark.parametrize("mode", ["full", "delta"])
async def test_a_header_that_changed_overnight_leaves_the_last_good_data(
    folder: Path, mode: str
) -> None:
    drop(folder, FIRST, content("旧"))
    source = adapter(folder, mode)
    fetched, titles = await ask(source)
    assert (fetched.stale, titles) == (None, ["旧"])
    path = drop(folder, SECOND, content("新", header="奖项"))
    for _ in range(2):
        fetched, titles = await ask(source)
        assert titles == ["旧"]
        assert fetched.stale is not None
        assert "a_20161002.csv 第 1 行: 缺少列 荣誉" in fetched.stale.reason
        assert fetched.as_of == datetime(2016, 10, 1, 23, 59, 59, tzinfo=SHANGHAI)
    path.unlink()
    drop(folder, THIRD, content("新"))
    fetched, titles = await ask(source)
    assert (fetched.stale, titles[-1]) == (None, "新")
    await source.close()


async def test_after_a_restart_the_file_before_is_the_last_good(folder: Path) -> None:
    drop(folder, FIRST, content("旧"))
    drop(folder, SECOND, content("新", header="奖项"))
    source = adapter(folder)
    fetched, titles = await ask(source)
    assert titles == ["旧"]
    assert fetched.stale is not None
    await source.close()


async def test_stale_data_are_no_listing(folder: Path) -> None:
    drop(folder, FIRST, content("旧"))
    drop(folder, SECOND, content("新", header="奖项"))
    source = adapter(folder)
    with pytest.raises(SourceContractBroken, match="缺少列 荣誉"):
        _ = [page async for page in source.changes(TYPE, None)]
    with pytest.raises(SourceContractBroken, match="缺少列 荣誉"):
        _ = [keys async for keys in source.keys(TYPE)]
    await source.close()


async def test_without_any_good_data_the_refusal_is_told(folder: Path) -> None:
    drop(folder, FIRST, content("新", header="奖项"))
    source = adapter(folder)
    for _ in range(2):
        with pytest.raises(SourceContractBroken, match="缺少列 荣誉"):
            await ask(source)
    await source.close()


async def test_what_lies_there_only_just_is_left_for_the_next_look(
    folder: Path,
) -> None:
    waiting = "settle = 600"
    drop(folder, FIRST, content("旧"), "2016-10-01T08:00:00")
    path = drop(folder, SECOND, content("新"))
    reading = transport(folder, connection=waiting)
    before = await reading.version(TYPE)
    _, titles = await read(reading)
    assert titles == ["旧"]
    an_hour_ago = time.time() - 3_600
    os.utime(path, (an_hour_ago, an_hour_ago))
    reading = transport(folder, connection=waiting)
    assert await reading.version(TYPE) != before
    _, titles = await read(reading)
    assert titles == ["新"]


async def test_an_only_file_that_is_still_written_is_not_read(folder: Path) -> None:
    drop(folder, FIRST, content("新"))
    with pytest.raises(SourceUnavailable, match="仍在写入"):
        await read(transport(folder, connection="settle = 600"))


async def test_a_clock_that_goes_ahead_keeps_nothing_back(folder: Path) -> None:
    path = drop(folder, FIRST, content("新"))
    ahead = time.time() + 86_400
    os.utime(path, (ahead, ahead))
    _, titles = await read(transport(folder))
    assert titles == ["新"]
