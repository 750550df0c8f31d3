"""The SQL kind against SQLite databases, and PostgreSQL ones if there is a server."""

import asyncio
import gc
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from adapters.contract import Adapter, Ask, EnterpriseKey
from adapters.errors import (
    SourceContractBroken,
    SourceError,
    SourceTimedOut,
    SourceUnavailable,
)
from adapters.registry import DEPARTMENTS as DECLARATIONS, load_all
from mock_departments.sql import CODES, start, use_server
from mock_departments.sql.server import SqlService
from mock_departments.world.model import CLOCK, TrueRecord
from mock_departments.world.reader import StoredWorld
from schema.record_type import RecordType
from schema.records import RECORDS
from tests.adapters.kinds.truth import as_true, plain
from tests.postgresql import ADDRESS, drop, need_server

pytestmark = pytest.mark.anyio

STYLES = {"QH-FIN": "pinyin", "QH-HUD": "pinyin", "QH-QTS": "sgs2015"}
CORE = {RecordType.REGISTRATION, RecordType.ANNUAL_REPORT}
BROKEN: Mapping[str, type[SourceError]] = {
    "down": SourceUnavailable,
    "hang": SourceTimedOut,
    "garbage": SourceContractBroken,
    "schema_drift": SourceContractBroken,
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Where departments keep their databases."""
    directory = tmp_path_factory.mktemp("databases")
    if request.param == "postgresql":
        need_server()
        use_server(directory, ADDRESS)
    return directory


@pytest.fixture(scope="module")
async def services(
    world: StoredWorld, place: Path, anyio_backend: str
) -> AsyncIterator[Mapping[str, SqlService]]:
    """The departments, started once."""
    running = {code: await start(code, world, place) for code in CODES}
    yield running
    for service in running.values():
        await service.close()
        (url,) = service.environment.values()
        if url.startswith("postgresql"):
            await drop(urlsplit(url).path.strip("/"))


class Department:
    """One department, healthy at first, and an impatient adapter that asks it."""

    def __init__(self, service: SqlService, adapter: Adapter) -> None:
        self.service = service
        self.adapter = adapter


@pytest.fixture(params=CODES)
async def department(
    request: pytest.FixtureRequest, services: Mapping[str, SqlService], tmp_path: Path
) -> AsyncIterator[Department]:
    code = request.param
    text = (DECLARATIONS / f"{code}.toml").read_text(encoding="utf-8")
    (tmp_path / f"{code}.toml").write_text(
        text.replace('"PT2S"', '"PT1S"'), encoding="utf-8"
    )
    registry = load_all(tmp_path, services[code].environment)
    assert not registry.problems
    adapter = registry.adapters[code]
    yield Department(services[code], adapter)
    await services[code].misbehave("healthy")
    await adapter.close()


def about(
    truths: list[TrueRecord], keys: Mapping[str, EnterpriseKey]
) -> tuple[EnterpriseKey, ...]:
    return tuple(keys[uscc] for uscc in sorted({u for t in truths for u in t.usccs}))


def told(truth: TrueRecord) -> Mapping[str, object]:
    """Give the facts that a department's form carries, by name."""
    style = STYLES.get(truth.department)
    if style:
        return {name: plain(v) for name, v in as_true(truth, style).items()}
    declared = RECORDS[RecordType(truth.record_type)].fields
    return {
        name: Decimal(str(value)).normalize()
        if declared[name].kind == "decimal" and value is not None
        else value
        for name, value in truth.facts.items()
        if name in declared and name != "status"
    }


async def test_every_mapped_field_is_what_is_true(
    department: Department, world: StoredWorld, keys: Mapping[str, EnterpriseKey]
) -> None:
    adapter = department.adapter
    for record_type in sorted(adapter.record_types - CORE, key=str):
        truths = list(world.records(adapter.department, record_type.value))
        if not truths:
            continue
        fetched = await adapter.fetch(Ask(record_type, about(truths, keys)))
        assert not fetched.failed
        assert fetched.as_of == CLOCK - timedelta(minutes=5)
        fields = RECORDS[record_type].fields
        for truth in truths:
            facts = told(truth)
            for uscc in truth.usccs:
                found = [
                    {name: plain(r.values[fields[name].attribute]) for name in facts}
                    for r in fetched.records[uscc]
                ]
                assert _without_nothing(facts) in map(_without_nothing, found)


def _without_nothing(facts: Mapping[str, object]) -> Mapping[str, object]:
    return {name: value for name, value in facts.items() if value not in (None, [])}


async def test_a_listing_gives_every_row_once(
    department: Department, world: StoredWorld
) -> None:
    adapter = department.adapter
    for record_type in sorted(adapter.record_types, key=str):
        pages = [page async for page in adapter.changes(record_type, None)]
        read = sum(len(page.records) + len(page.set_aside) for page in pages)
        if record_type is RecordType.REGISTRATION:
            assert read == len(list(world.enterprises()))
            continue
        assert read == len(world.records(adapter.department, record_type.value))


@pytest.mark.parametrize("profile", BROKEN)
async def test_faults_are_told_in_plain_words(
    profile: str,
    department: Department,
    world: StoredWorld,
    keys: Mapping[str, EnterpriseKey],
) -> None:
    service, adapter = department.service, department.adapter
    if profile not in service.profiles:
        assert (profile, len(service.profiles)) == ("garbage", 6)  # a server can't
        return
    truths = list(world.records(adapter.department, "PENALTY"))
    ask = Ask(RecordType.PENALTY, about(truths, keys))
    await adapter.fetch(ask)
    await service.misbehave(profile)
    with pytest.raises(BROKEN[profile]) as caught:
        await adapter.fetch(ask)
    (url,) = service.environment.values()
    for word in (url, "sqlite", "postgresql", "127.0.0.1", "SELECT", "V_"):
        assert word not in caught.value.reason
    await service.misbehave("healthy")
    assert not (await adapter.fetch(ask)).failed


async def test_a_day_that_cannot_be_read_is_set_aside(
    department: Department, world: StoredWorld, keys: Mapping[str, EnterpriseKey]
) -> None:
    service, adapter = department.service, department.adapter
    held = {r: world.records(adapter.department, r) for r in ("LICENCE", "PENALTY")}
    record_type, truths = max(held.items(), key=lambda pair: len(pair[1]))
    await service.misbehave("bad_rows")
    asked = Ask(RecordType(record_type), about(list(truths), keys))
    fetched = await adapter.fetch(asked)
    kept = sum(len(records) for records in fetched.records.values())
    assert fetched.set_aside
    assert kept + len(fetched.set_aside) >= len(truths)
    assert fetched.unsure


async def test_the_age_of_the_data_is_the_departments(
    department: Department, world: StoredWorld, keys: Mapping[str, EnterpriseKey]
) -> None:
    service, adapter = department.service, department.adapter
    await service.misbehave("stale")
    asked = tuple(keys.values())[:3]
    fetched = await adapter.fetch(Ask(RecordType.PENALTY, asked))
    assert fetched.as_of == CLOCK - timedelta(days=40, minutes=5)


async def test_an_unknown_fault_is_refused(department: Department) -> None:
    with pytest.raises(ValueError, match="flying"):
        await department.service.misbehave("flying")


async def test_what_is_given_up_leaves_nothing_behind(
    department: Department, world: StoredWorld, keys: Mapping[str, EnterpriseKey]
) -> None:
    told: list[str] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, what: told.append(str(what["message"])))
    record_type = min(department.adapter.record_types - CORE, key=str)
    truths = list(world.records(department.adapter.department, record_type.value))
    ask = Ask(record_type, about(truths, keys)[:1])
    await department.service.misbehave("hang")
    with suppress(SourceTimedOut):
        await department.adapter.fetch(ask)
    for milliseconds in range(50, 60):
        with suppress(TimeoutError):
            async with asyncio.timeout(0.06), asyncio.timeout(milliseconds / 1000):
                await department.adapter.fetch(ask)
    await department.service.misbehave("healthy")
    await department.adapter.fetch(ask)
    await department.adapter.close()
    gc.collect()
    assert not told
