"""Reading: what was committed, once for all who ask, and never for too long."""

import asyncio
import copy
import shutil
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from adapters.errors import SourceUnavailable
from gateway.core import Core, open_core
from gateway.core.crosswalk import Crosswalk
from gateway.core.database import open_reads
from gateway.core.keys import Keys
from gateway.core.reading import Reads, in_postgresql, in_sqlite
from gateway.core.sqlite_reads import FEW, SQLiteReads
from schema.filters import EnterpriseFilter, EnterpriseOrder
from schema.record_type import RecordType
from schema.scalars import USCC
from tests.gateway.core.fakes import NOW, FakeAdapter, code, enterprise, report

pytestmark = pytest.mark.anyio
MANY = FEW + 20
COUNTING = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :last) "
    "SELECT count(*) FROM n"
)
ENDLESS = 10**12


def quiet(_stage: str, _done: float) -> None:
    pass


def held(number: int, word: str = "甲") -> list[Any]:
    return [enterprise(n, f"{word}{n}有限公司") for n in range(number)]


@pytest.fixture
async def reads(core: Core) -> AsyncIterator[Reads]:
    """A second reader of the core's database."""
    opened = await open_reads(core.engine)
    yield opened
    await opened.close()


@pytest.fixture
async def hurried(tmp_path: Path) -> AsyncIterator[SQLiteReads]:
    """A reader whose queries may take a fifth of a second."""
    path = tmp_path / "core.sqlite"
    await (await open_core(f"sqlite:///{path}", "key")).close()
    opened = SQLiteReads(path, seconds=0.2)
    yield opened
    await opened.close()


class Counted:
    """Counts the queries that reach a reader."""

    def __init__(self, reads: Reads) -> None:
        self.reads, self.queries = reads, 0
        self.like, self.trigrams = reads.like, reads.trigrams

    async def rows(
        self, query: str, values: Mapping[str, object], keys: int | None = None
    ) -> Sequence[Sequence[Any]]:
        self.queries += 1
        return await self.reads.rows(query, values, keys)

    async def close(self) -> None:
        """Close nothing."""


def test_a_query_is_the_same_for_any_number_of_keys() -> None:
    query = "SELECT a FROM t WHERE a IN :keys AND (b = :v0 OR c IN :keys) LIMIT :v1"
    assert in_sqlite(query) == (
        "SELECT a FROM t WHERE a IN (SELECT value FROM json_each(:keys)) AND "
        "(b = :v0 OR c IN (SELECT value FROM json_each(:keys))) LIMIT :v1"
    )
    assert in_postgresql(query) == (
        "SELECT a FROM t WHERE a = ANY($1) AND (b = $2 OR c = ANY($1)) LIMIT $3",
        ["keys", "v0", "v1"],
    )


async def test_few_and_many_are_read_alike_right_after_a_sync(core: Core) -> None:
    for word in ("甲", "乙"):
        await core.sync(FakeAdapter(held(MANY, word), size=50), quiet)
        for asked in (1, FEW, MANY):
            codes = [code(n) for n in range(asked)]
            found = await core.by_uscc(codes)
            assert [found[one].name for one in codes] == [
                f"{word}{n}有限公司" for n in range(asked)
            ]
            where = EnterpriseFilter(uscc_in=[USCC(one) for one in codes])
            page = await core.find(where, [EnterpriseOrder.USCC], asked, None)
            assert [one.uscc for one in page.items] == sorted(codes)
            assert (page.total, page.has_next) == (asked, False)
            assert len(await core.keys_of(codes)) == asked


async def test_the_freshness_is_right_after_a_sync(core: Core) -> None:
    assert await core.freshness() == {}
    await core.sync(FakeAdapter(held(2)), quiet)
    assert await core.freshness() == {RecordType.REGISTRATION: NOW}
    await core.sync(FakeAdapter([*held(2), report(1, 2015)]), quiet)
    assert set(await core.freshness()) == {
        RecordType.REGISTRATION,
        RecordType.ANNUAL_REPORT,
    }


async def test_another_gateways_sync_is_seen(core: Core, url: str) -> None:
    assert await core.freshness() == {}
    other = await open_core(url, "key")
    await other.sync(FakeAdapter(held(1)), quiet)
    await other.close()
    assert await core.freshness() == {RecordType.REGISTRATION: NOW}
    assert (await core.by_uscc([code(0)]))[code(0)].name == "甲0有限公司"


async def test_keys_that_are_asked_for_at_the_same_time_are_read_once(
    core: Core, reads: Reads
) -> None:
    await core.sync(FakeAdapter(held(5)), quiet)
    counted = Counted(reads)
    crosswalk = Crosswalk(counted)
    sets = ([code(0), code(1)], [code(1), code(99)], [code(4)])
    answers = await asyncio.gather(*(crosswalk.keys_of(one) for one in sets))
    assert [list(answer) for answer in answers] == [
        [code(0), code(1)],
        [code(1)],
        [code(4)],
    ]
    assert counted.queries == 2  # whether the core changed, and the keys
    assert list(await crosswalk.keys_of([code(4), code(0)])) == [code(4), code(0)]
    assert counted.queries == 3


async def test_keys_are_those_of_the_last_sync(core: Core, reads: Reads) -> None:
    crosswalk = Crosswalk(reads)
    assert await crosswalk.keys_of([code(0)]) == {}
    for word in ("甲", "乙"):
        await core.sync(FakeAdapter(held(5, word)), quiet)
        (key,) = (await crosswalk.keys_of([code(0)])).values()
        assert key.names == (f"{word}0有限公司",)


async def test_keys_follow_a_sync_that_is_under_way(core: Core, reads: Reads) -> None:
    crosswalk = Crosswalk(reads)
    await core.sync(FakeAdapter(held(5)), quiet)
    assert len(await crosswalk.keys_of([code(0), code(4)])) == 2
    with pytest.raises(SourceUnavailable):
        await core.sync(FakeAdapter(held(5, "乙"), fails_at=1), quiet)
    found = await crosswalk.keys_of([code(0), code(4)])
    assert [key.names for key in found.values()] == [
        ("乙0有限公司",),
        ("甲4有限公司",),
    ]


async def test_only_so_many_keys_are_kept(core: Core, reads: Reads) -> None:
    await core.sync(FakeAdapter(held(5)), quiet)
    counted = Counted(reads)
    keys = Keys(counted, most=3)
    every = [code(n) for n in range(5)]
    for _ in range(2):
        assert set(await keys.of(every)) == set(every)
    assert counted.queries == 4
    last = [code(n) for n in (4, 0, 1)]
    assert list(await keys.of(last)) == last
    assert counted.queries == 5


async def test_who_leaves_takes_no_keys_from_others(core: Core, reads: Reads) -> None:
    await core.sync(FakeAdapter(held(2)), quiet)
    crosswalk = Crosswalk(reads)
    leaves = asyncio.create_task(crosswalk.keys_of([code(0)]))
    stays = asyncio.create_task(crosswalk.keys_of([code(0), code(1)]))
    await asyncio.sleep(0)
    leaves.cancel()
    assert list(await stays) == [code(0), code(1)]
    assert leaves.cancelled()


async def test_a_file_is_never_changed_by_readers(hurried: SQLiteReads) -> None:
    for keys in (1, None):
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            await hurried.rows("DELETE FROM registration", {}, keys)


async def test_a_look_up_that_takes_long_is_answered_nevertheless(
    hurried: SQLiteReads,
) -> None:
    patient = SQLiteReads(hurried._path)
    assert await patient.rows(COUNTING, {"last": 400_000}, 1) == [(400_000,)]
    await patient.close()


async def test_a_query_that_takes_too_long_is_broken_off(hurried: SQLiteReads) -> None:
    for _ in range(6):
        with pytest.raises(TimeoutError):
            await hurried.rows(COUNTING, {"last": ENDLESS})
    assert await hurried.rows(COUNTING, {"last": 5}) == [(5,)]


async def test_a_query_whose_caller_leaves_is_broken_off(core: Core) -> None:
    reads = await open_reads(core.engine)
    asking = [
        asyncio.create_task(reads.rows(COUNTING, {"last": ENDLESS})) for _ in range(10)
    ]
    await asyncio.sleep(0.1)
    for one in asking:
        one.cancel()
    begun = monotonic()
    assert (await reads.rows(COUNTING, {"last": 5}))[0][0] == 5
    await reads.close()
    assert monotonic() - begun < 5


async def test_a_locked_database_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "core.sqlite"
    writer = sqlite3.connect(path, isolation_level=None)
    writer.executescript("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
    reads = SQLiteReads(path)
    writer.execute("BEGIN EXCLUSIVE")
    asking = asyncio.create_task(reads.rows("SELECT a FROM t", {}, 1))
    await asyncio.sleep(0.1)
    assert not asking.done()
    writer.execute("COMMIT")
    assert await asking == [(1,)]
    await reads.close()
    writer.close()


async def test_a_database_that_was_replaced_is_read_and_filled_anew(
    tmp_path: Path,
) -> None:
    path, rebuilt = tmp_path / "core.sqlite", tmp_path / "rebuilt.sqlite"
    for place, word in ((path, "甲"), (rebuilt, "乙")):
        core = await open_core(f"sqlite:///{place}", "key")
        await core.sync(FakeAdapter(held(MANY, word), size=50), quiet)
        await core.close()
    core = await open_core(f"sqlite:///{path}", "key")
    every = [code(n) for n in range(MANY)]
    for asked in (every[:1], every):
        assert (await core.by_uscc(asked))[code(0)].name == "甲0有限公司"
    shutil.move(rebuilt, path)
    for asked in (every[:1], every):
        assert (await core.by_uscc(asked))[code(0)].name == "乙0有限公司"
    await core.sync(FakeAdapter(held(1, "丙")), quiet)
    assert (await core.by_uscc(every[:1]))[code(0)].name == "丙0有限公司"
    await core.close()


async def test_a_registration_is_whole_when_it_is_asked(core: Core) -> None:
    await core.sync(FakeAdapter([enterprise(1, address="西宁市")]), quiet)
    one = (await core.by_uscc([code(1)]))[code(1)]
    assert copy.copy(one).name == one.name == "青海测试1有限公司"
    assert (one.address, copy.copy(one).address) == ("西宁市", "西宁市")
    assert not hasattr(one, "no_such_fact")
    with pytest.raises(AttributeError):
        one.name = "乙"  # type: ignore[misc]
