"""What the packaged policy decides, and what any policy may decide."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from gateway.access.policy import Policy
from gateway.access.policy.explaining import explain
from gateway.access.viewer import ANYBODY, Caller, Role, Viewer
from schema.record_type import RecordType

XINING, HAIXI, PROVINCE = "630102", "632801", "630000"
MINE, OTHER = "91630102000000017A", "91630102000000027B"
TAX = RecordType.TAX_CREDIT


def caller(role: Role, purpose: str | None = None, **facts: str) -> Caller:
    return Caller(Viewer("x", role, **facts), purpose)


def of(region: str | None, uscc: str = MINE, told_by: str = "QH-AMR") -> Any:
    """An enterprise, as far as limits look at it."""
    place = None if region is None else SimpleNamespace(code=region)
    provenance = SimpleNamespace(department=SimpleNamespace(code=told_by))
    return SimpleNamespace(region=place, uscc=uscc, provenance=provenance)


def record(enterprise: Any, told_by: str) -> Any:
    provenance = SimpleNamespace(department=SimpleNamespace(code=told_by))
    return SimpleNamespace(enterprise=enterprise, provenance=provenance)


def test_analysts_see_records_of_the_province_and_details_of_their_region(
    packaged: Policy,
):
    decisions = packaged.decide(caller(Role.ANALYST, "核查", region="630100"))
    assert not decisions.records
    assert "Query.check" not in decisions.refusals
    phone = decisions.refusals["Enterprise.contactPhone"]
    people = [of(XINING), of(HAIXI), of(None), of("630100")]
    assert phone.places(people) == [1, 2]
    performance = decisions.refusals["Penalty.performance"]
    told = [record(one, "QH-EPD") for one in people]
    assert performance.places(told) == [1, 2]
    assert "Shareholder.certificateNumber" not in decisions.refusals


@pytest.mark.parametrize("region", [{}, {"region": PROVINCE}])
def test_an_analyst_of_the_province_sees_details_everywhere(
    packaged: Policy, region: dict[str, str]
):
    decisions = packaged.decide(caller(Role.ANALYST, "核查", **region))
    assert set(decisions.refusals) == {"Query.auditTrail"}


def test_natural_persons_need_a_purpose(packaged: Policy):
    for purpose in (None, "  "):
        decisions = packaged.decide(caller(Role.ANALYST, purpose))
        found = decisions.forbidden_field("KeyPerson.phone")
        assert found is not None
        assert found.rule == "analyst-persons"
        assert "X-Creditnet-Purpose" in found.hint
        assert decisions.forbidden_field("Penalty.respondentIdNumber") is not None
        assert decisions.forbidden_field("Penalty.performance") is None


def test_officers_see_what_their_own_department_holds(packaged: Policy):
    decisions = packaged.decide(caller(Role.OFFICER, "办案", department="QH-TAX"))
    access = decisions.of_records(TAX)
    assert access is not None
    assert access.departments(of(HAIXI)) == frozenset({"QH-TAX"})
    assert decisions.forbidden_records(TAX) is None
    refusal = decisions.refusals["Penalty.legalRepIdNumber"]
    told = [record(of(HAIXI), "QH-TAX"), record(of(HAIXI), "QH-EPD")]
    assert refusal.places(told) == [1]
    assert decisions.refusals["Enterprise.contactPhone"].places([of(XINING)]) == [0]


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.PORTAL, Role.PUBLIC])
def test_others_see_what_is_public(packaged: Policy, role: Role):
    decisions = packaged.decide(caller(role, "核查"))
    assert decisions.forbidden_records(TAX) is not None
    assert decisions.refusals["Enterprise.taxCredit"].answered
    for field in ("Query.check", "Enterprise.contactPhone", "KeyPerson.phone"):
        assert decisions.forbidden_field(field) is not None
    assert "Enterprise.name" not in decisions.refusals
    assert "Query.viewer" not in decisions.refusals
    hears_audit = decisions.forbidden_field("Query.auditTrail") is None
    assert hears_audit == (role is Role.AUDITOR)


def test_an_enterprise_sees_all_about_itself(packaged: Policy):
    decisions = packaged.decide(caller(Role.ENTERPRISE, uscc=MINE))
    for name in ("Enterprise.contactPhone", "Enterprise.taxCredit"):
        people = [of(HAIXI, MINE), of(HAIXI, OTHER)]
        assert decisions.refusals[name].places(people) == [1]
    assert decisions.forbidden_field("Query.enterprises") is not None
    nobody = packaged.decide(caller(Role.ENTERPRISE))
    assert nobody.forbidden_field("Enterprise.contactPhone") is not None


def test_all_whom_no_rule_tells_apart_have_the_same_decisions(packaged: Policy):
    one = packaged.decide(Caller(Viewer("a", Role.ANALYST, region="630100"), "核查"))
    two = packaged.decide(Caller(Viewer("b", Role.ANALYST, region="630100"), "年检"))
    assert one is two
    assert one is not packaged.decide(caller(Role.ANALYST, region="630100"))
    assert one.version == packaged.version


def test_decisions_are_kept_for_so_many_only(packaged: Policy):
    first = packaged.decide(Caller(ANYBODY))
    for number in range(1_100):
        packaged.decide(caller(Role.ENTERPRISE, uscc=f"{number}"))
    assert packaged.decide(Caller(ANYBODY)) is not first
    assert len(packaged._kept) <= 1_024


def test_denying_wins_and_words_and_cases_are_asked_for(
    written: Callable[[str], Policy],
):
    policy = written("""
    [[rules]]
    name = "no-penalties"
    roles = ["*"]
    people_of = ["QH-EPD"]
    denies = ["Enterprise.penalties"]
    [[rules]]
    name = "casework"
    roles = ["officer"]
    grants = ["TaxCredit"]
    purposes = ["办案", "investigation"]
    case = "required"
    """)
    officer = Viewer("x", Role.OFFICER, "QH-EPD")
    denied = policy.decide(Caller(officer))
    found = denied.forbidden_records(RecordType.PENALTY)
    assert found is not None
    assert (found.what, found.rule) == ("Penalty", "no-penalties")
    assert denied.refusals["Enterprise.penalties"].answered
    other = Viewer("x", Role.OFFICER, "QH-TAX")
    for purpose, case in ((None, "1"), ("年检", "1"), ("办案", None), ("办案", " ")):
        told = policy.decide(Caller(other, purpose, case)).forbidden_records(TAX)
        assert told is not None
        assert "办案 / investigation" in told.hint
        assert "X-Creditnet-Case" in told.hint
    assert not policy.decide(Caller(other, "行政办案", "1")).records


def test_what_belongs_to_nobody_can_t_be_granted_within_limits(
    written: Callable[[str], Policy],
):
    policy = written("""
    [[rules]]
    name = "everything"
    roles = ["officer"]
    departments = "own"
    grants = ["*"]
    """)
    decisions = policy.decide(caller(Role.OFFICER, department="QH-EPD"))
    for name in ("Query.check", "Department.health", "Enterprise.conflicts"):
        assert decisions.forbidden_field(name) or not decisions.fields[name].scopes
    assert decisions.fields["Inspection.inspectors"].scopes


def test_it_is_explained(packaged: Policy):
    analyst = caller(Role.ANALYST, region="630100")
    lines = explain(packaged, analyst, "KeyPerson.phone")
    assert lines[0].startswith(
        "KeyPerson.phone: 不可查看 (forbidden)，规则 rule analyst-persons"
    )
    assert any("X-Creditnet-Purpose" in line for line in lines)
    lines = explain(packaged, analyst, "Enterprise.taxCredit")
    assert lines == [
        "TaxCredit: 可以查看 (allowed)",
        "  规则 rule analyst-records: grants",
        "  规则 rule analyst-own-region: grants",
    ]
    lines = explain(packaged, analyst, "Penalty.performance")
    assert "  限于 only: 区划 regions 6301…" in lines
    assert "无须规则" in explain(packaged, analyst, "Enterprise.name")[1]


def test_the_public_schema_has_public_things_only(packaged: Policy):
    decisions = packaged.public
    assert decisions.version == packaged.version
    assert not decisions.refusals
    assert decisions.sees_unpublished is None
