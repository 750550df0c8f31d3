"""Every look of government is recorded, and can be proved later."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.access.viewer import Role, Viewer
from tests import tokens
from tests.acceptance.conftest import Demo, another_gateway

TRAIL = """query($u: USCC, $s: String) { auditTrail(uscc: $u, subject: $s, first: 20) {
  nodes { subject role purpose caseNumber outcome enterprises denied } } }"""
CHECK = """query($u: [USCC!]!) { check(usccs: $u, purpose: "评优") {
  uscc found clear completeness { status } } }"""
AUDITOR = Viewer("auditor", Role.AUDITOR)


@pytest.fixture(scope="module")
def recorded(demo: Demo) -> Iterator[Demo]:
    with another_gateway(demo, CACHE="on") as gateway:
        yield gateway


def ask(
    demo: Demo, viewer: Viewer, query: str, variables: object, **more: str
) -> dict[str, Any]:
    answer = httpx.post(
        f"{demo.url}/graphql",
        json={"query": query, "variables": variables},
        headers={
            "Accept": "application/json",
            **tokens.headers(demo.data, viewer, None),
            **more,
        },
        timeout=30,
    )
    found: dict[str, Any] = answer.json()
    return found


def test_nobody_asks_without_a_name(recorded: Demo):
    answer = httpx.post(f"{recorded.url}/graphql", json={"query": "{ __typename }"})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


def test_a_look_can_be_found_by_whom_it_was_at(recorded: Demo):
    uscc, officer = recorded.stories["everything"], Viewer("look-1", Role.ANALYST)
    query = "query($u: USCC!) { enterprise(uscc: $u) { penalties { totalCount } } }"
    more = {"X-Creditnet-Purpose": "%E6%A0%B8%E5%AF%B9", "X-Creditnet-Case": "2016-7"}
    for _ in range(3):
        assert "errors" not in ask(recorded, officer, query, {"u": uscc}, **more)
    wanted = {"u": uscc, "s": "look-1"}
    trail = ask(recorded, AUDITOR, TRAIL, wanted)["data"]["auditTrail"]["nodes"]
    assert len(trail) == 3, "answers that are given again are looks, too"
    assert {one["purpose"] for one in trail} == {"核对"}
    assert {one["caseNumber"] for one in trail} == {"2016-7"}
    assert all(uscc in one["enterprises"] for one in trail)


def test_what_is_denied_is_recorded_and_the_rest_arrives(recorded: Demo):
    uscc, viewer = recorded.stories["everything"], Viewer("look-2", Role.ANALYST)
    query = "query($u: USCC!) { enterprise(uscc: $u) { name contactPhone } }"
    answer = ask(recorded, viewer, query, {"u": uscc})
    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "FORBIDDEN"
    assert error["extensions"]["field"] == "Enterprise.contactPhone"
    assert answer["data"]["enterprise"]["name"]
    assert answer["data"]["enterprise"]["contactPhone"] is None
    trail = ask(recorded, AUDITOR, TRAIL, {"s": "look-2"})["data"]["auditTrail"]
    assert trail["nodes"][0]["outcome"] == "DENIED"
    assert trail["nodes"][0]["denied"] == ["Enterprise.contactPhone"]


def test_only_auditors_read_the_trail(recorded: Demo):
    (error,) = ask(recorded, tokens.ANALYST, TRAIL, {})["errors"]
    assert error["extensions"]["code"] == "FORBIDDEN"


def test_a_check_is_signed_and_recorded_for_its_purpose(recorded: Demo, tmp_path: Path):
    uscc, viewer = recorded.stories["everything"], Viewer("look-3", Role.ANALYST)
    answer = ask(recorded, viewer, CHECK, {"u": [uscc]})
    file = tmp_path / "answer.json"
    file.write_text(json.dumps(answer), encoding="utf-8")
    assert "✓" in recorded.creditnet("receipt", "verify", str(file)).stdout
    answer["data"]["check"][0]["clear"] = True
    file.write_text(json.dumps(answer), encoding="utf-8")
    with pytest.raises(Exception, match="exit status 1"):
        recorded.creditnet("receipt", "verify", str(file))
    trail = ask(recorded, AUDITOR, TRAIL, {"s": "look-3"})["data"]["auditTrail"]
    assert trail["nodes"][0]["purpose"] == "评优"


def test_all_of_it_is_as_it_was_written(recorded: Demo):
    told = recorded.creditnet("audit", "verify").stdout
    assert "完好" in told
    assert "有误" not in told


def test_a_log_that_can_not_be_written_stops_government_and_not_the_public(
    demo: Demo, tmp_path: Path
):
    (tmp_path / "audit").write_text("in the way")
    core = f"sqlite:///{demo.data / 'core.sqlite'}"
    query = {"query": "{ departments { name } }"}
    known = tokens.headers(tmp_path)
    with another_gateway(demo, DATA=str(tmp_path), DATABASE_URL=core) as gateway:
        refused = httpx.post(f"{gateway.url}/graphql", json=query, headers=known)
        public = httpx.post(f"{gateway.url}/public/graphql", json=query)
        state = httpx.get(f"{gateway.url}/readyz")
    assert refused.status_code == 503
    (error,) = refused.json()["errors"]
    assert error["extensions"]["code"] == "AUDIT_UNAVAILABLE"
    assert "data" not in refused.json()
    assert public.json()["data"]["departments"]
    assert state.json()["audit"] == "failing"
