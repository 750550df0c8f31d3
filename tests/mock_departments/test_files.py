"""What the file departments leave, whole and with every fault, against the truth."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import Path

import pytest

from adapters.contract import Ask, EnterpriseKey, SetAside, SourceRecord
from adapters.errors import SourceContractBroken, SourceError, SourceUnavailable
from adapters.readers.dates import SHANGHAI
from adapters.registry import DEPARTMENTS, load_all
from adapters.source import DeclaredAdapter
from mock_departments.files import CODES, start
from mock_departments.world.model import CLOCK, TrueRecord
from mock_departments.world.reader import StoredWorld
from schema.record_type import RecordType
from tests.world import running

pytestmark = pytest.mark.anyio
LICENCE, PENALTY = RecordType.LICENCE, RecordType.PENALTY
NUMBER = {
    LICENCE: ("documentNumber", "document_number"),
    PENALTY: ("decisionNumber", "decision_number"),
    RecordType.COMMENDATION: ("documentNumber", "document_number"),
}


@asynccontextmanager
async def department(
    code: str, world: StoredWorld, folder: Path, profile: str = "healthy"
) -> AsyncIterator[DeclaredAdapter]:
    async with running(world, folder, code) as host:
        await host.misbehave(code, profile)
        adapter = load_all(DEPARTMENTS, host.environment).adapters[code]
        assert isinstance(adapter, DeclaredAdapter)
        try:
            yield adapter
        finally:
            await adapter.close()


async def everything(
    adapter: DeclaredAdapter, record_type: RecordType
) -> tuple[list[SourceRecord], list[SetAside]]:
    records: list[SourceRecord] = []
    aside: list[SetAside] = []
    async for page in adapter.changes(record_type, None):
        records += page.records
        aside += page.set_aside
    return records, aside


def numbers(records: list[SourceRecord], record_type: RecordType) -> list[str]:
    return sorted(str(r.values[NUMBER[record_type][1]]) for r in records)


def true_numbers(truths: list[TrueRecord], record_type: RecordType) -> list[str]:
    return sorted(str(t.facts[NUMBER[record_type][0]]) for t in truths)


@pytest.mark.parametrize("code", CODES)
async def test_everything_left_is_read_or_set_aside(
    code: str, world: StoredWorld, tmp_path: Path
) -> None:
    async with department(code, world, tmp_path) as adapter:
        for record_type in adapter.record_types:
            truths = list(world.records(code, record_type.value))
            records, aside = await everything(adapter, record_type)
            assert len(records) + len(aside) == len(truths)
            assert all("栏" in entry.reasons[0] for entry in aside)
            if not aside:
                assert numbers(records, record_type) == true_numbers(
                    truths, record_type
                )
            freshness = adapter.declaration.freshness
            assert CLOCK - freshness <= max(r.as_of for r in records) <= CLOCK


class Wetter(StoredWorld):
    """The same world with more licences to take water."""

    def records(self, department: str, record_type: str) -> Sequence[TrueRecord]:
        [model, *_] = super().records(department, record_type)
        return [
            replace(
                model,
                usccs=(who.uscc,),
                written={"uscc": who.uscc, "name": who.name},
                facts={**model.facts, "documentNumber": f"水许〔2016〕{number}号"},
            )
            for number, who in enumerate(islice(self.enterprises(), 100))
        ]


async def test_unquoted_commas_set_a_line_aside_and_its_owner_hears(
    world_file: Path, keys: dict[str, EnterpriseKey], tmp_path: Path
) -> None:
    wetter = Wetter(world_file)
    async with department("QH-WAT", wetter, tmp_path) as adapter:
        records, aside = await everything(adapter, LICENCE)
        owners = [
            truth.usccs[0]
            for place, truth in enumerate(wetter.records("QH-WAT", "LICENCE"))
            if place % 40 == 7
        ]
        assert [one.subjects[0].uscc for one in aside] == owners
        assert len(records) == 100 - len(owners) == 97
        assert aside[0].position == "XZXK_201609.csv line 9"
        assert "应为 17 栏" in aside[0].reasons[0]
        asked = Ask(LICENCE, tuple(list(keys.values())[:100]))
        fetched = await adapter.fetch(asked)
        assert set(fetched.unsure) == set(owners)


async def test_codes_typed_by_hand_are_understood(
    world: StoredWorld, keys: dict[str, EnterpriseKey], tmp_path: Path
) -> None:
    async with department("QH-GRA", world, tmp_path) as adapter:
        for truth in world.records("QH-GRA", "LICENCE"):
            [uscc] = truth.usccs
            fetched = await adapter.fetch(Ask(LICENCE, (keys[uscc],)))
            found = {r.values["document_number"] for r in fetched.records[uscc]}
            assert truth.facts["documentNumber"] in found


@pytest.mark.parametrize("code", CODES)
async def test_a_file_cut_short_changes_nothing(
    code: str, world: StoredWorld, tmp_path: Path
) -> None:
    async with department(code, world, tmp_path) as before:
        whole = {t: await everything(before, t) for t in before.record_types}
    async with department(code, world, tmp_path, "partial_file") as adapter:
        for record_type, (records, aside) in whole.items():
            again, more = await everything(adapter, record_type)
            assert numbers(again, record_type) == numbers(records, record_type)
            assert len(more) == len(aside) + 1
            assert max(r.as_of for r in again) == max(r.as_of for r in records)


@pytest.mark.parametrize("code", ["QH-CAD", "QH-AGR", "QH-MET", "QH-EDU"])
async def test_the_same_file_twice_counts_once(
    code: str, world: StoredWorld, tmp_path: Path
) -> None:
    async with department(code, world, tmp_path, "replay") as adapter:
        records, _ = await everything(adapter, LICENCE)
        truths = list(world.records(code, "LICENCE"))
        assert numbers(records, LICENCE) == true_numbers(truths, LICENCE)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("profile", ["schema_drift", "garbage", "truncated"])
async def test_what_is_not_as_declared_is_refused(
    code: str, profile: str, world: StoredWorld, tmp_path: Path
) -> None:
    async with department(code, world, tmp_path, profile) as adapter:
        for record_type in adapter.record_types:
            with pytest.raises(SourceContractBroken):
                await everything(adapter, record_type)


@pytest.mark.parametrize("code", CODES)
async def test_a_folder_moved_away_is_no_empty_answer(
    code: str, world: StoredWorld, tmp_path: Path
) -> None:
    async with running(world, tmp_path, code) as host:
        adapter = load_all(DEPARTMENTS, host.environment).adapters[code]
        await adapter.check()
        await host.misbehave(code, "down")
        with pytest.raises(SourceUnavailable):
            await adapter.check()
        await host.misbehave(code, "healthy")
        await adapter.check()
        await adapter.close()


@pytest.mark.parametrize("code", ["QH-EDU", "QH-HU", "QH-STD"])
async def test_an_old_drop_says_so(
    code: str, world: StoredWorld, tmp_path: Path
) -> None:
    async with department(code, world, tmp_path, "stale") as adapter:
        for record_type in adapter.record_types:
            records, _ = await everything(adapter, record_type)
            assert all(r.as_of < CLOCK - adapter.declaration.freshness for r in records)


@pytest.mark.parametrize("code", ["QH-WAT", "QH-FSO", "QH-STD"])
async def test_bad_rows_are_set_aside_with_the_reason(
    code: str, world: StoredWorld, tmp_path: Path
) -> None:
    async with department(code, world, tmp_path, "bad_rows") as adapter:
        [record_type, *_] = sorted(adapter.record_types, key=lambda r: r.value)
        _, aside = await everything(adapter, record_type)
        assert len(aside) >= 1
        assert any("不是日期" in reason for one in aside for reason in one.reasons)


@pytest.mark.parametrize("code", ["QH-FOR", "QH-WAT", "QH-MET"])
async def test_another_encoding_is_read_all_the_same(
    code: str, world: StoredWorld, tmp_path: Path
) -> None:
    async with department(code, world, tmp_path, "gbk") as adapter:
        records, aside = await everything(adapter, LICENCE)
        assert len(records) + len(aside) == len(world.records(code, "LICENCE"))
        assert all("\ufffd" not in str(r.values["content"]) for r in records)


async def test_files_of_this_world_are_left_where_they_are(
    world: StoredWorld, tmp_path: Path
) -> None:
    await start("QH-CAD", world, tmp_path)
    [first, *_] = sorted((tmp_path / "QH-CAD").iterdir())
    assert first.name == "行政许可_20161014.csv"
    left = datetime.fromtimestamp(first.stat().st_mtime, SHANGHAI)
    assert left == datetime(2016, 10, 14, 17, 30, tzinfo=SHANGHAI)
    inode = first.stat().st_ino
    service = await start("QH-CAD", world, tmp_path)
    assert first.stat().st_ino == inode
    await service.misbehave("garbage")
    await start("QH-CAD", world, tmp_path)
    assert first.read_bytes().startswith("行政相对人名称".encode("gb18030"))
    with pytest.raises(ValueError, match="QH-CAD 不能模拟 hang"):
        await service.misbehave("hang")


async def test_a_department_goes_on_while_its_files_change(
    world: StoredWorld, keys: dict[str, EnterpriseKey], tmp_path: Path
) -> None:
    """Every answer is the whole truth or an error, never a part."""
    truth = next(
        t for t in world.records("QH-HU", "LICENCE") if len(t.usccs) == 1 and not t.dirt
    )
    [uscc] = truth.usccs
    async with running(world, tmp_path, "QH-HU") as host:
        adapter = load_all(DEPARTMENTS, host.environment).adapters["QH-HU"]

        async def change() -> None:
            for profile in ("replay", "partial_file", "down", "healthy", "stale"):
                await host.misbehave("QH-HU", profile)

        changing = asyncio.create_task(change())
        answers = 0
        while not changing.done() or not answers:
            try:
                fetched = await adapter.fetch(Ask(LICENCE, (keys[uscc],)))
            except SourceError:
                await asyncio.sleep(0)
                continue
            answers += 1
            found = {r.values["document_number"] for r in fetched.records[uscc]}
            assert truth.facts["documentNumber"] in found
        await changing
        await adapter.close()
