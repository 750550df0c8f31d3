"""Real departments: healthy ones trip nothing, each fault profile trips its check."""

import dataclasses
import os
from collections.abc import AsyncIterator

import pytest

from adapters.conformance.bench import Materials, Terms
from adapters.conformance.opening import bench_of, secrets_of
from adapters.conformance.outcomes import Grade, Outcome, Report
from adapters.conformance.running import run_checks
from adapters.declaration import load
from adapters.registry import DEPARTMENTS, maker, with_environment
from mock_departments.host import KIND_OF, Host
from mock_departments.world.model import CLOCK
from mock_departments.world.reader import StoredWorld
from tests.world import running

pytestmark = pytest.mark.anyio

EVERY = os.environ.get("CREDITNET_TEST_ADAPTERS") == "all"
ASKED = sorted(code for code, kind in KIND_OF.items() if kind != "push")
A_FEW = ("QH-CAD", "QH-EPD", "QH-HEA", "QH-HUD")
PROFILES = (
    ("QH-EPD", "bad_rows", "C4"),
    ("QH-EPD", "clock_skew", "D5"),
    ("QH-EPD", "down", "E7"),
    ("QH-EPD", "duplicate_pages", "B6"),
    ("QH-EPD", "flaky", "E5"),
    ("QH-EPD", "gbk", "C7"),
    ("QH-EPD", "half_answer", "B2"),
    ("QH-EPD", "hang", "E1"),
    ("QH-EPD", "maintenance", "E7"),
    ("QH-EPD", "oversized", "F3"),
    ("QH-EPD", "rate_limited", "E3"),
    ("QH-EPD", "schema_drift", "C9"),
    ("QH-EPD", "slow", "E1"),
    ("QH-EPD", "soap_ok_fault", "B5"),
    ("QH-EPD", "stale", "D5"),
    ("QH-EPD", "token_expiry", "E4"),
    ("QH-EPD", "truncated", "B5"),
    ("QH-EPD", "unasked", "D1"),
    ("QH-EPD", "wrong_total", "D2"),
    ("QH-CAD", "down", "E7"),
    ("QH-CAD", "partial_file", "B6"),
    ("QH-CAD", "schema_drift", "C9"),
    ("QH-CAD", "stale", "D5"),
    ("QH-CAD", "truncated", "B6"),
    ("QH-HUD", "bad_rows", "C4"),
    ("QH-HUD", "schema_drift", "C9"),
    ("QH-PSD", "empty_is_fault", "B5"),
    ("QH-PSD", "gbk", "C7"),
    ("QH-PSD", "soap_ok_fault", "B5"),
    ("QH-XN", "half_answer", "B2"),
    ("QH-XN", "schema_drift", "C3"),
)
QUICK = PROFILES if EVERY else (PROFILES[6], PROFILES[20], PROFILES[24])
"""Half an answer, a file cut short, bad rows; the others when all are wanted."""
TOLERATED = (
    ("QH-CAD", "gbk"),
    ("QH-CAD", "replay"),
    ("QH-COM", "token_expiry"),
    ("QH-EPD", "duplicates"),
    ("QH-HEA", "empty_is_fault"),
)
"""Profiles that a declaration says how to bear."""


@pytest.fixture(scope="module")
async def host(
    world: StoredWorld, tmp_path_factory: pytest.TempPathFactory, anyio_backend: str
) -> AsyncIterator[Host]:
    folder = tmp_path_factory.mktemp("departments")
    async with running(world, folder, *(ASKED if EVERY else A_FEW)) as host:
        yield host


async def checked(host: Host, code: str, deadline: float = 20.0) -> Report:
    """Check a department, with time enough on a busy machine."""
    written = load(DEPARTMENTS / f"{code}.toml")
    declared = with_environment(written, host.environment)
    declared = dataclasses.replace(declared, deadline=deadline)
    bench = bench_of(
        declared,
        maker(declared)(declared, host.environment),
        Terms(now=lambda: CLOCK),
        Materials(live=True, secrets=secrets_of(written, host.environment)),
    )
    try:
        return await run_checks(bench, {})
    finally:
        await bench.adapter.close()


def faults_of(report: Report) -> list[object]:
    amiss = {Outcome.FAILED, Outcome.BLOCKED}
    return [(o.id, o.findings, o.reason) for o in report.results if o.outcome in amiss]


@pytest.mark.parametrize("code", ASKED if EVERY else A_FEW)
async def test_a_healthy_department_trips_nothing(host: Host, code: str):
    report = await checked(host, code)
    assert faults_of(report) == []
    assert report.grade is Grade.A


@pytest.mark.parametrize(("code", "profile", "check"), QUICK)
async def test_a_fault_profile_trips_its_check(
    host: Host, code: str, profile: str, check: str
):
    await host.misbehave(code, profile)
    try:
        report = await checked(host, code, 2.0 if check == "E1" else 20.0)
    finally:
        await host.misbehave(code, "healthy")
    assert [one.id for one in report.failed] == [check], faults_of(report)


@pytest.mark.parametrize(("code", "profile"), TOLERATED if EVERY else TOLERATED[:1])
async def test_what_a_declaration_bears_trips_nothing(
    host: Host, code: str, profile: str
):
    await host.misbehave(code, profile)
    try:
        report = await checked(host, code)
    finally:
        await host.misbehave(code, "healthy")
    assert faults_of(report) == []
