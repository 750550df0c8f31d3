"""Opening the database: by several at once, of another version, of another kind."""

import asyncio
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.core import Core, CoreUnusable, open_core
from gateway.migrations import upgrade

pytestmark = pytest.mark.anyio
OPEN = """
import asyncio, sys
from gateway.core import open_core

async def main():
    core = await open_core(sys.argv[1], "key")
    await core.close()

asyncio.run(main())
"""


async def opened(url: str) -> tuple[int | None, bytes]:
    """Open it in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", OPEN, url), stderr=asyncio.subprocess.PIPE
    )
    _, words = await process.communicate()
    return process.returncode, words


async def drop_all(connection: AsyncConnection) -> None:
    """Leave an empty database."""
    names = await connection.run_sync(lambda sync: sync.dialect.get_table_names(sync))
    for name in names:
        if not name.startswith("search_"):
            await connection.execute(text(f"DROP TABLE {name}"))


async def test_several_may_open_an_empty_database_at_once(core: Core, url: str) -> None:
    async with core.engine.begin() as connection:
        await drop_all(connection)
    answers = await asyncio.gather(*(opened(url) for _ in range(4)))
    assert [code for code, _ in answers] == [0] * 4, answers
    assert not (await core.state()).ready


async def test_annual_reports_of_an_older_version_are_kept(
    core: Core, url: str
) -> None:
    async with core.engine.begin() as connection:
        await drop_all(connection)
        await connection.run_sync(upgrade, "0001")
        await connection.execute(
            text(
                "INSERT INTO annual_report VALUES ('A', '7', :facts, 'd', :as_of, 1), "
                "('A', '8', '{}', 'e', :as_of, 1)"
            ),
            {
                "facts": '{"year":2015,"postal_address":"西宁","total_tax":"0.10"}',
                "as_of": "2016-10-20T08:00:00+08:00",
            },
        )
    newer = await open_core(url, "key")
    found = await newer.annual_reports(["A"])
    await newer.close()
    assert [(one.source_record_id, one.digest) for one in found["A"]] == [
        ("8", "e"),
        ("7", "d"),
    ]
    assert found["A"][1].values == {
        "year": 2015,
        "postal_address": "西宁",
        "total_tax": Decimal("0.10"),
    }


async def test_a_newer_database_is_refused_and_left_alone(core: Core, url: str) -> None:
    async with core.engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '999'"))
    with pytest.raises(CoreUnusable, match="newer version"):
        await open_core(url, "key")
    async with core.engine.connect() as connection:
        versions = await connection.execute(text("SELECT * FROM alembic_version"))
        assert versions.scalars().all() == ["999"]


async def test_what_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "core.sqlite"
    path.write_bytes(b"not a database at all" * 500)
    with pytest.raises(CoreUnusable, match="nothing was changed"):
        await open_core(f"sqlite:///{path}", "key")
    assert path.read_bytes() == b"not a database at all" * 500
