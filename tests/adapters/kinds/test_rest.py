"""The REST kind against departments that answer well, strangely, or not at all."""

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.contract import Adapter, Ask, EnterpriseKey, Fetched, SourceRecord
from adapters.errors import (
    SourceBusy,
    SourceContractBroken,
    SourceDenied,
    SourceError,
    SourceTimedOut,
    SourceUnavailable,
)
from mock_departments.rest import CODES
from mock_departments.world.model import CLOCK, TrueRecord
from mock_departments.world.reader import StoredWorld
from schema.record_type import RecordType
from schema.records import RECORDS
from tests.adapters.kinds.truth import as_true
from tests.rest_departments import (
    BY_CODE,
    Change,
    Edit,
    speaking,
    with_pages_of,
)

pytestmark = pytest.mark.anyio

PAGED = ["QH-DRC", "QH-IIT", "QH-LRD", "QH-CUL", "QH-FDA", "QH-HN", "QH-YS"]
BROKEN: Mapping[str, type[SourceError]] = {
    "down": SourceUnavailable,
    "errors": SourceUnavailable,
    "maintenance": SourceUnavailable,
    "hang": SourceTimedOut,
    "slow": SourceTimedOut,
    "garbage": SourceContractBroken,
    "truncated": SourceContractBroken,
    "soap_ok_fault": SourceContractBroken,
    "oversized": SourceContractBroken,
    "rate_limited": SourceBusy,
    "token_expiry": SourceDenied,
}


class Questioner:
    """Asks one department about those whom its records are about."""

    def __init__(self, world: StoredWorld, keys: Mapping[str, EnterpriseKey]) -> None:
        self._world = world
        self._keys = keys

    def truths(self, code: str, record_type: RecordType) -> list[TrueRecord]:
        return list(self._world.records(code, record_type.value))

    def ask(self, code: str, record_type: RecordType) -> Ask:
        about = {u for t in self.truths(code, record_type) for u in t.usccs}
        return Ask(record_type, tuple(self._keys[uscc] for uscc in sorted(about)))


@pytest.fixture(scope="module")
def questioner(world: StoredWorld, keys: Mapping[str, EnterpriseKey]) -> Questioner:
    return Questioner(world, keys)


def with_deadline(seconds: str) -> Edit:
    return lambda text: text.replace('"PT2S"', f'"PT{seconds}S"')


def with_pages_declared(rows: int) -> Edit:
    return lambda text: re.sub(r"per = \d+", f"per = {rows}", text)


@pytest.mark.parametrize("code", CODES)
async def test_every_mapped_field_is_what_is_true(
    code: str, world: StoredWorld, questioner: Questioner, tmp_path: Path
) -> None:
    async with speaking(world, tmp_path, code) as (_, adapter):
        for record_type in adapter.record_types:
            fetched = await adapter.fetch(questioner.ask(code, record_type))
            assert not fetched.failed
            assert not fetched.unsure
            assert fetched.as_of == CLOCK - timedelta(hours=2)
            for truth in questioner.truths(code, record_type):
                for uscc in truth.usccs:
                    assert_told(truth, fetched.records[uscc])


def assert_told(truth: TrueRecord, told: object) -> None:
    """The truth's record is among those told, every field that is written alike."""
    assert isinstance(told, tuple)
    wrong = [sorted(differences(truth, record)) for record in told]
    assert [] in wrong, (truth, wrong)


def differences(truth: TrueRecord, record: SourceRecord) -> set[str]:
    declared = RECORDS[record.record_type].fields
    expected = as_true(truth, BY_CODE[truth.department].style.columns)
    return {
        f"{name}: {record.values[declared[name].attribute]!r} is not {value!r}"
        for name, value in expected.items()
        if record.values[declared[name].attribute] != value
    }


async def test_validity_in_words_is_read_to_the_month(
    world: StoredWorld, questioner: Questioner, tmp_path: Path
) -> None:
    fetched = await played("QH-LRD", "healthy", world, questioner, tmp_path)
    read = {
        str(record.values["document_number"]): [
            None if (day := record.values[name]) is None else f"{day:%Y-%m}"
            for name in ("valid_from", "valid_to")
        ]
        for records in fetched.records.values()
        for record in records
    }
    for truth in questioner.truths("QH-LRD", RecordType.LICENCE):
        begin, end = truth.facts["validFrom"], truth.facts["validTo"]
        expected = [str(begin)[:7], str(end)[:7] if end else None]
        assert read[str(truth.facts["documentNumber"])] == expected


@pytest.mark.parametrize("code", PAGED)
async def test_pages_give_all_rows_once(
    code: str, world: StoredWorld, questioner: Questioner, tmp_path: Path
) -> None:
    found = await listed(
        code, world, tmp_path, with_pages_of(2), with_pages_declared(2)
    )
    assert found == len(questioner.truths(code, RecordType.LICENCE))


@pytest.mark.parametrize("code", ["QH-DRC", "QH-FDA", "QH-HB"])
async def test_shorter_pages_than_declared_lose_nothing(
    code: str, world: StoredWorld, questioner: Questioner, tmp_path: Path
) -> None:
    found = await listed(code, world, tmp_path, with_pages_of(2), lambda text: text)
    assert found == len(questioner.truths(code, RecordType.LICENCE))


async def listed(
    code: str, world: StoredWorld, directory: Path, change: Change, edit: Edit
) -> int:
    async with speaking(world, directory, code, change, edit=edit) as (_, adapter):
        pages = [page async for page in adapter.changes(RecordType.LICENCE, None)]
    records = [record for page in pages for record in page.records]
    assert all(page.cursor for page in pages[:-1])
    assert len({record.source_record_id for record in records}) == len(records)
    return len(records)


async def test_a_listing_goes_on_from_a_cursor_after_a_restart(
    world: StoredWorld, questioner: Questioner, tmp_path: Path
) -> None:
    def small(text: str) -> str:
        return text.replace('kind = "link"', 'kind = "link", per = 1')

    everything = len(questioner.truths("QH-IPO", RecordType.IP_PLEDGE))
    ahead = "/ip/api/pledges?page=1"
    department = speaking(world, tmp_path, "QH-IPO", with_pages_of(1), small)
    async with department as (_, adapter):
        pages = [p async for p in adapter.changes(RecordType.IP_PLEDGE, ahead)]
    assert sum(len(page.records) for page in pages) == everything


@pytest.mark.parametrize("code", ["QH-EPD", "QH-SAW"])
async def test_changes_are_told_from_a_cursor_on(
    code: str, world: StoredWorld, tmp_path: Path
) -> None:
    truths = world.records(code, "LICENCE")
    async with speaking(world, tmp_path, code) as (service, adapter):
        first = [page async for page in adapter.since(RecordType.LICENCE, None)]
        cursor = first[-1].cursor
        same = [page async for page in adapter.since(RecordType.LICENCE, cursor)]
        await service.amend(truths[0])
        rest = [page async for page in adapter.since(RecordType.LICENCE, cursor)]
    assert sum(len(p.records) + len(p.set_aside) for p in first) == len(truths)
    assert [(page.records, page.cursor) for page in same] == [((), cursor)]
    assert [len(page.records) for page in rest] == [1, 0]
    assert all(page.cursor != cursor for page in rest)


@pytest.mark.parametrize("word", ["delta = true", "changes = {"])
async def test_delta_and_changes_belong_together(
    word: str, world: StoredWorld, tmp_path: Path
) -> None:
    def without(text: str) -> str:
        return "\n".join(one for one in text.split("\n") if not one.startswith(word))

    async with speaking(world, tmp_path, "QH-EPD", edit=without) as (_, adapter):
        assert adapter.kind == "refused"


async def test_batches_stay_within_what_the_department_takes(
    world: StoredWorld, keys: Mapping[str, EnterpriseKey], tmp_path: Path
) -> None:
    many = Ask(RecordType.LICENCE, tuple(keys.values())[:120])
    async with speaking(world, tmp_path, "QH-EPD") as (_, adapter):
        fetched = await adapter.fetch(many)
    assert fetched.calls == 3
    assert not fetched.failed


@pytest.mark.parametrize("profile", BROKEN)
@pytest.mark.parametrize("code", ["QH-EPD", "QH-DRC"])
async def test_faults_are_told_in_plain_words(
    code: str,
    profile: str,
    world: StoredWorld,
    questioner: Questioner,
    tmp_path: Path,
) -> None:
    def edit(text: str) -> str:
        small = text.replace("[capabilities]", "max_bytes = 3_000_000\n[capabilities]")
        return with_deadline("0.4")(small) if profile in {"hang", "slow"} else small

    async with speaking(world, tmp_path, code, edit=edit) as (service, adapter):
        await service.misbehave(profile)
        with pytest.raises(BROKEN[profile]) as caught:
            await adapter.fetch(questioner.ask(code, RecordType.LICENCE))
        assert_plain(caught.value, service.environment)
        await service.misbehave("healthy")
        again = await adapter.fetch(questioner.ask(code, RecordType.LICENCE))
        assert not again.failed


def assert_plain(error: SourceError, environment: Mapping[str, str]) -> None:
    assert type(error) in set(BROKEN.values())
    for value in (*environment.values(), "127.0.0.1", "localhost", "http", "aiohttp"):
        assert value not in error.reason


async def test_a_broken_connection_is_tried_once_more(
    world: StoredWorld, questioner: Questioner, tmp_path: Path
) -> None:
    fetched = await played("QH-YS", "flaky", world, questioner, tmp_path)
    assert not fetched.failed


async def test_an_expired_token_is_renewed(
    world: StoredWorld, questioner: Questioner, tmp_path: Path
) -> None:
    async with speaking(world, tmp_path, "QH-COM") as (service, adapter):
        await adapter.check()
        await service.misbehave("token_expiry")
        for _ in range(12):
            await adapter.fetch(questioner.ask("QH-COM", RecordType.LICENCE))


async def test_a_department_that_asks_for_patience_gets_it(
    world: StoredWorld, questioner: Questioner, tmp_path: Path
) -> None:
    async with speaking(world, tmp_path, "QH-SAW") as (_, adapter):
        for _ in range(12):
            await adapter.fetch(questioner.ask("QH-SAW", RecordType.PENALTY))


async def test_the_same_page_twice_is_a_broken_contract(
    world: StoredWorld, tmp_path: Path
) -> None:
    pages = with_pages_declared(2)
    department = speaking(world, tmp_path, "QH-DRC", with_pages_of(2), pages)
    async with department as (service, adapter):
        await service.misbehave("duplicate_pages")
        with pytest.raises(SourceContractBroken):
            await all_of(adapter)


async def all_of(adapter: Adapter) -> int:
    pages = [page async for page in adapter.changes(RecordType.LICENCE, None)]
    return sum(len(page.records) for page in pages)


async def played(
    code: str,
    profile: str,
    world: StoredWorld,
    questioner: Questioner,
    directory: Path,
) -> Fetched:
    async with speaking(world, directory, code) as (service, adapter):
        await service.misbehave(profile)
        return await adapter.fetch(questioner.ask(code, RecordType.LICENCE))


async def test_fewer_rows_than_told_make_the_list_unsure(
    world: StoredWorld, questioner: Questioner, tmp_path: Path
) -> None:
    asked = questioner.ask("QH-DRC", RecordType.LICENCE)
    fetched = await played("QH-DRC", "wrong_total", world, questioner, tmp_path)
    assert fetched.unsure.keys() == {one.uscc for one in asked.enterprises}
    assert all(fetched.records[one.uscc] for one in asked.enterprises)


@pytest.mark.parametrize("profile", ["schema_drift", "bad_rows"])
async def test_rows_that_cannot_be_read_are_set_aside(
    profile: str, world: StoredWorld, questioner: Questioner, tmp_path: Path
) -> None:
    fetched = await played("QH-SAW", profile, world, questioner, tmp_path)
    assert fetched.set_aside
    assert fetched.unsure


@pytest.mark.parametrize(
    ("profile", "age"), [("stale", timedelta(40)), ("clock_skew", timedelta(hours=-3))]
)
async def test_the_time_of_the_data_is_the_departments(
    profile: str,
    age: timedelta,
    world: StoredWorld,
    questioner: Questioner,
    tmp_path: Path,
) -> None:
    fetched = await played("QH-COM", profile, world, questioner, tmp_path)
    assert fetched.as_of == CLOCK - age
