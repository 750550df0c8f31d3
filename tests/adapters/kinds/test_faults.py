"""SOAP and GraphQL departments that answer strangely, or not at all."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.contract import Adapter, Ask, EnterpriseKey
from adapters.errors import (
    DeclarationError,
    SourceContractBroken,
    SourceDenied,
    SourceError,
    SourceTimedOut,
    SourceUnavailable,
)
from adapters.registry import DEPARTMENTS as DECLARATIONS, load_all
from mock_departments import graphql, soap
from mock_departments.service import Service, Starter
from mock_departments.world.model import CLOCK
from mock_departments.world.reader import StoredWorld
from schema.record_type import RecordType

pytestmark = pytest.mark.anyio

STARTERS: Mapping[str, Starter] = {
    **dict.fromkeys(soap.CODES, soap.start),
    **dict.fromkeys(graphql.CODES, graphql.start),
}
BROKEN: Mapping[str, type[SourceError]] = {
    "down": SourceUnavailable,
    "errors": SourceUnavailable,
    "maintenance": SourceUnavailable,
    "flaky": SourceUnavailable,
    "hang": SourceTimedOut,
    "slow": SourceTimedOut,
    "garbage": SourceContractBroken,
    "truncated": SourceContractBroken,
    "oversized": SourceContractBroken,
    "soap_ok_fault": SourceUnavailable,
}
WITH_A_TICKET = "QH-HRS"


@asynccontextmanager
async def speaking(
    code: str, world: StoredWorld, directory: Path, deadline: str = "PT20S"
) -> AsyncIterator[tuple[Service, Adapter]]:
    """Run a department, and an impatient adapter that speaks to it."""
    (directory / "pace").write_text("0")
    text = (DECLARATIONS / f"{code}.toml").read_text(encoding="utf-8")
    text = text.replace('"PT2S"', f'"{deadline}"')
    text = text.replace("[capabilities]", "max_bytes = 3_000_000\n[capabilities]")
    (directory / f"{code}.toml").write_text(text, encoding="utf-8")
    service = await STARTERS[code](code, world, directory)
    registry = load_all(directory, service.environment)
    assert not registry.problems, registry.problems
    adapter = registry.adapters[code]
    try:
        yield service, adapter
    finally:
        await adapter.close()
        await service.close()


def ask(code: str, world: StoredWorld, keys: Mapping[str, EnterpriseKey]) -> Ask:
    """Ask about those whom the department's records of its largest type are about."""
    record_type = max(
        world.record_types(code), key=lambda kind: len(world.records(code, kind))
    )
    about = {u for one in world.records(code, record_type) for u in one.usccs}
    return Ask(RecordType(record_type), tuple(keys[u] for u in sorted(about)))


@pytest.mark.parametrize("code", STARTERS)
@pytest.mark.parametrize("profile", BROKEN)
async def test_faults_are_told_in_plain_words_and_pass(
    code: str,
    profile: str,
    world: StoredWorld,
    keys: Mapping[str, EnterpriseKey],
    tmp_path: Path,
) -> None:
    asked = ask(code, world, keys)
    deadline = "PT1.5S" if BROKEN[profile] is SourceTimedOut else "PT20S"
    async with speaking(code, world, tmp_path, deadline) as (service, adapter):
        await service.misbehave(profile)
        with pytest.raises(BROKEN[profile]) as caught:
            await adapter.fetch(asked)
        for word in (*service.environment.values(), "127.0.0.1", "http", "lxml"):
            assert word not in caught.value.reason
        await service.misbehave("healthy")
        again = await adapter.fetch(asked)
        assert not again.failed
        assert any(again.records.values())


@pytest.mark.parametrize("code", graphql.CODES)
async def test_a_token_that_is_no_longer_good(
    code: str, world: StoredWorld, keys: Mapping[str, EnterpriseKey], tmp_path: Path
) -> None:
    async with speaking(code, world, tmp_path) as (service, adapter):
        await service.misbehave("token_expiry")
        with pytest.raises(SourceDenied):
            await adapter.fetch(ask(code, world, keys))


async def test_a_ticket_that_is_never_accepted(
    world: StoredWorld, keys: Mapping[str, EnterpriseKey], tmp_path: Path
) -> None:
    async with speaking(WITH_A_TICKET, world, tmp_path) as (service, adapter):
        await service.misbehave("token_expiry")
        with pytest.raises(SourceDenied):
            await adapter.fetch(ask(WITH_A_TICKET, world, keys))


@pytest.mark.parametrize("code", soap.CODES)
async def test_text_in_another_encoding_than_declared_is_never_nothing(
    code: str, world: StoredWorld, keys: Mapping[str, EnterpriseKey], tmp_path: Path
) -> None:
    async with speaking(code, world, tmp_path) as (service, adapter):
        await service.misbehave("gbk")
        with pytest.raises(SourceContractBroken):
            await adapter.fetch(ask(code, world, keys))


@pytest.mark.parametrize("code", STARTERS)
@pytest.mark.parametrize("profile", ["bad_rows", "schema_drift"])
async def test_rows_that_cannot_be_read_are_set_aside_or_refused(
    code: str,
    profile: str,
    world: StoredWorld,
    keys: Mapping[str, EnterpriseKey],
    tmp_path: Path,
) -> None:
    async with speaking(code, world, tmp_path) as (service, adapter):
        await service.misbehave(profile)
        try:
            fetched = await adapter.fetch(ask(code, world, keys))
        except SourceContractBroken:
            return
        assert fetched.set_aside or fetched.unsure


@pytest.mark.parametrize("code", STARTERS)
@pytest.mark.parametrize(
    ("profile", "age"), [("stale", timedelta(40)), ("clock_skew", timedelta(hours=-3))]
)
async def test_the_time_of_the_data_is_the_departments(
    code: str,
    profile: str,
    age: timedelta,
    world: StoredWorld,
    keys: Mapping[str, EnterpriseKey],
    tmp_path: Path,
) -> None:
    async with speaking(code, world, tmp_path) as (service, adapter):
        await service.misbehave(profile)
        fetched = await adapter.fetch(ask(code, world, keys))
        assert fetched.as_of == CLOCK - age


@pytest.mark.parametrize("code", STARTERS)
async def test_a_listing_gives_every_row_and_never_the_same_page_twice(
    code: str, world: StoredWorld, keys: Mapping[str, EnterpriseKey], tmp_path: Path
) -> None:
    record_type = ask(code, world, keys).record_type
    held = len(world.records(code, record_type.value))
    async with speaking(code, world, tmp_path) as (service, adapter):
        pages = [page async for page in adapter.changes(record_type, None)]
        given = {(r.identity, r.subjects) for page in pages for r in page.records}
        aside = sum(len(page.set_aside) for page in pages)
        assert len(given) + aside >= held
        await service.misbehave("duplicate_pages")
        try:
            again = [page async for page in adapter.changes(record_type, None)]
        except SourceContractBroken:
            return
        assert len(again) == 1


async def test_a_department_that_wants_a_certificate_lets_nobody_else_in(
    world: StoredWorld, keys: Mapping[str, EnterpriseKey], tmp_path: Path
) -> None:
    asked = ask("QH-PBC", world, keys)
    async with speaking("QH-PBC", world, tmp_path) as (service, _):
        declaration = (tmp_path / "QH-PBC.toml").read_text(encoding="utf-8")
        anonymous = tmp_path / "anonymous"
        anonymous.mkdir()
        (anonymous / "QH-PBC.toml").write_text(
            declaration.replace(', certificate = "${QH_PBC_CERTIFICATE}"', ""),
            encoding="utf-8",
        )
        adapter = load_all(anonymous, service.environment).adapters["QH-PBC"]
        with pytest.raises(SourceUnavailable):
            await adapter.fetch(asked)
        await adapter.close()
        lost = {**service.environment, "QH_PBC_CERTIFICATE": "/no/such/file.pem"}
        problem = load_all(tmp_path, lost).problems["QH-PBC"]
        assert isinstance(problem, DeclarationError)
        assert "certificate" in problem.faults[0]
