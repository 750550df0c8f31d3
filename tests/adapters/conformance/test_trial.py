"""One question, side by side; secrets and persons masked."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from adapters.conformance.keys import named, nobody, stand_in
from adapters.conformance.opening import secrets_of
from adapters.conformance.trial import Trial, speaks_http, try_http, try_rows
from adapters.contract import EnterpriseKey
from adapters.declaration import load
from adapters.registry import DEPARTMENTS, maker, with_environment
from mock_departments.world.reader import StoredWorld
from schema.codes import registration_number, uscc
from schema.record_type import RecordType
from tests.world import running

pytestmark = pytest.mark.anyio
PENALTY = RecordType.PENALTY


async def tried(
    code: str,
    world: StoredWorld,
    folder: Path,
    *firms: EnterpriseKey,
    profile: str = "",
) -> tuple[Trial, str]:
    """Ask, and give what would be shown."""
    async with running(world, folder, code) as host:
        if profile:
            await host.misbehave(code, profile)
        written = load(DEPARTMENTS / f"{code}.toml")
        declared = with_environment(written, host.environment)
        secrets = secrets_of(written, host.environment)
        if speaks_http(declared):
            trial = await try_http(declared, PENALTY, firms, secrets)
        else:
            transport = maker(declared)(declared, {})
            trial = await try_rows(declared, transport, PENALTY, firms, secrets)
    shown = json.dumps(asdict(trial), ensure_ascii=False, default=str)
    assert not [secret for secret in secrets if secret in shown]
    return trial, shown


def somebody(world: StoredWorld, code: str) -> tuple[EnterpriseKey, dict[str, object]]:
    """A clean penalty's respondent, and what is true of it."""
    records = [one for one in world.records(code, "PENALTY") if not one.dirt]
    name, number = records[0].written["name"], records[0].written["registrationNumber"]
    key = EnterpriseKey(records[0].usccs[0], str(number), (str(name),))
    return key, dict(records[0].facts)


@pytest.mark.parametrize("code", ["QH-EPD", "QH-PSD", "QH-XN", "QH-HUD"])
async def test_what_is_shown(code: str, world: StoredWorld, tmp_path: Path):
    firm, facts = somebody(world, code)
    called = firm.registration_number if code == "QH-HUD" else firm.uscc
    assert called
    trial, shown = await tried(code, world, tmp_path, firm)
    assert called in trial.spoken[-1].request
    assert str(facts["decisionNumber"]) in trial.spoken[-1].answer
    assert facts["decisionNumber"] in [one["decisionNumber"] for one in trial.records]
    assert facts["legalRepresentative"] not in (None, "")
    assert str(facts["legalRepresentative"]) not in shown
    assert str(facts["facts"]) not in shown


async def test_what_was_set_aside(world: StoredWorld, tmp_path: Path):
    firm, _ = somebody(world, "QH-EPD")
    trial, _ = await tried("QH-EPD", world, tmp_path, firm, profile="bad_rows")
    assert "不是日期" in trial.set_aside[0]
    assert firm.uscc in trial.unsure


async def test_a_department_that_fails(world: StoredWorld, tmp_path: Path):
    for profile, words in (("token_expiry", "credentials"), ("down", "broke off")):
        trial, _ = await tried("QH-EPD", world, tmp_path, nobody(1), profile=profile)
        assert words in trial.failed


def test_whom_somebody_means():
    assert named(f" {nobody(1).uscc.lower()} ", 7) == EnterpriseKey(nobody(1).uscc)
    number = nobody(1).registration_number
    assert named(str(number), 7).registration_number == number
    assert named("青海 某某（集团）公司", 7).names == ("青海某某(集团)公司",)


def test_stand_ins_are_valid():
    for number in (0, 1, 9_999_999):
        assert uscc.is_valid(stand_in(number))
        assert registration_number.is_valid(str(nobody(number).registration_number))
