"""Every seeded fault trips its check and no other; a healthy adapter trips none."""

from pathlib import Path

import pytest

from adapters.conformance.catalogue import CHECKS
from adapters.conformance.opening import load_whole
from adapters.conformance.outcomes import Grade, Outcome
from adapters.conformance.running import refused_report
from adapters.errors import DeclarationError
from tests.adapters.conformance.department import REST, SECRET, Setup
from tests.adapters.conformance.faults import FAULTS, REFUSED

ALSO = {
    "unknown field": {"A3"},
    "a table missing": {"A2", "A3"},
    "wrong check digits": set(),
}
"""What a fault trips beside its own check, because it is two faults at once."""


@pytest.mark.anyio
@pytest.mark.parametrize("setup", [Setup(), Setup(text=REST, live=False)])
async def test_a_healthy_adapter_trips_nothing(setup: Setup, tmp_path: Path):
    report = await setup.report(tmp_path)
    assert [(one.id, one.findings) for one in report.failed] == []
    assert not [one for one in report.results if one.outcome is Outcome.BLOCKED]
    assert report.grade is (Grade.A if setup.live else None)


@pytest.mark.anyio
@pytest.mark.parametrize("name", FAULTS)
async def test_a_fault_trips_its_check(name: str, tmp_path: Path):
    check, setup = FAULTS[name]
    report = await setup.report(tmp_path)
    failed = {one.id: one for one in report.failed}
    assert set(failed) == {check}, [(o.id, o.findings) for o in report.failed]
    for finding in failed[check].findings:
        assert finding.seen
        assert finding.expected
        assert SECRET not in repr(finding)
    assert report.grade in {Grade.C, Grade.D, None}


@pytest.mark.anyio
@pytest.mark.parametrize("name", REFUSED)
async def test_a_refused_declaration_trips_its_check(name: str, tmp_path: Path):
    check, text = REFUSED[name]
    path = tmp_path / "QH-TST.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DeclarationError) as caught:
        await load_whole(path)
    report = refused_report("QH-TST", path.name, caught.value)
    failed = {one.id for one in report.failed}
    assert failed - ALSO.get(name, set()) == {check}
    for one in report.failed:
        assert all(finding.place.startswith(path.name) for finding in one.findings)
    assert report.grade is Grade.D


def test_every_check_has_a_double_that_trips_it():
    tripped = {check for check, _ in (*FAULTS.values(), *REFUSED.values())}
    assert {check.id for check in CHECKS} == tripped
    assert len(FAULTS) + len(REFUSED) >= 30
