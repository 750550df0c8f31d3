"""Every look of government is recorded, and can be proved later."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

from benchmarks.identity import ROOMY
from gateway.access.viewer import Role, Viewer
from gateway.app import create_app
from gateway.cli import app
from gateway.opening import open_gateway
from gateway.settings import Settings
from tests import tokens
from tests.acceptance.conftest import Demo
from tests.serving import serving

TRAIL = """query($u: USCC, $s: String) { auditTrail(uscc: $u, subject: $s, first: 20) {
  nodes { subject role purpose caseNumber outcome enterprises denied } } }"""
CHECK = """query($u: [USCC!]!) { check(usccs: $u, purpose: "评优") {
  uscc found clear completeness { status } } }"""
AUDITOR = Viewer("auditor", Role.AUDITOR)


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


def creditnet(demo: Demo, *words: str) -> Result:
    """Run a command in this process, as its starting is proved elsewhere."""
    return CliRunner().invoke(app, words, env={"CREDITNET_DATA": str(demo.data)})


def test_nobody_asks_without_a_name(production: Demo):
    answer = httpx.post(f"{production.url}/graphql", json={"query": "{ __typename }"})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


def test_a_look_can_be_found_by_whom_it_was_at(production: Demo):
    uscc, officer = production.stories["everything"], Viewer("look-1", Role.ANALYST)
    query = "query($u: USCC!) { enterprise(uscc: $u) { penalties { totalCount } } }"
    more = {"X-Creditnet-Purpose": "%E6%A0%B8%E5%AF%B9", "X-Creditnet-Case": "2016-7"}
    for _ in range(3):
        assert "errors" not in ask(production, officer, query, {"u": uscc}, **more)
    wanted = {"u": uscc, "s": "look-1"}
    trail = ask(production, AUDITOR, TRAIL, wanted)["data"]["auditTrail"]["nodes"]
    assert len(trail) == 3, "answers that are given again are looks, too"
    assert {one["purpose"] for one in trail} == {"核对"}
    assert {one["caseNumber"] for one in trail} == {"2016-7"}
    assert all(uscc in one["enterprises"] for one in trail)


def test_what_is_denied_is_recorded_and_the_rest_arrives(production: Demo):
    uscc, viewer = production.stories["everything"], Viewer("look-2", Role.ANALYST)
    query = "query($u: USCC!) { enterprise(uscc: $u) { name contactPhone } }"
    answer = ask(production, viewer, query, {"u": uscc})
    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "FORBIDDEN"
    assert error["extensions"]["field"] == "Enterprise.contactPhone"
    assert answer["data"]["enterprise"]["name"]
    assert answer["data"]["enterprise"]["contactPhone"] is None
    trail = ask(production, AUDITOR, TRAIL, {"s": "look-2"})["data"]["auditTrail"]
    assert trail["nodes"][0]["outcome"] == "DENIED"
    assert trail["nodes"][0]["denied"] == ["Enterprise.contactPhone"]


def test_only_auditors_read_the_trail(production: Demo):
    (error,) = ask(production, tokens.ANALYST, TRAIL, {})["errors"]
    assert error["extensions"]["code"] == "FORBIDDEN"


def test_a_check_is_signed_and_recorded_for_its_purpose(
    production: Demo, tmp_path: Path
):
    uscc, viewer = production.stories["everything"], Viewer("look-3", Role.ANALYST)
    answer = ask(production, viewer, CHECK, {"u": [uscc]})
    file = tmp_path / "answer.json"
    file.write_text(json.dumps(answer), encoding="utf-8")
    assert "✓" in creditnet(production, "receipt", "verify", str(file)).stdout
    answer["data"]["check"][0]["clear"] = True
    file.write_text(json.dumps(answer), encoding="utf-8")
    assert creditnet(production, "receipt", "verify", str(file)).exit_code == 1
    trail = ask(production, AUDITOR, TRAIL, {"s": "look-3"})["data"]["auditTrail"]
    assert trail["nodes"][0]["purpose"] == "评优"


def test_all_of_it_is_as_it_was_written(production: Demo):
    told = creditnet(production, "audit", "verify")
    assert told.exit_code == 0
    assert "完好" in told.stdout
    assert "有误" not in told.stdout


@pytest.mark.anyio
async def test_a_log_that_can_not_be_written_stops_government_and_not_the_public(
    tmp_path: Path,
):
    (tmp_path / "audit").write_text("in the way")
    settings = Settings(data=tmp_path, limits=ROOMY, lag=60)
    gateway = await open_gateway(settings, {}, "QH-EPD")
    query, known = {"query": "{ departments { name } }"}, tokens.headers(tmp_path)
    async with (
        serving(create_app(gateway)) as url,
        httpx.AsyncClient(base_url=url, timeout=60) as client,
    ):
        refused = await client.post("/graphql", json=query, headers=known)
        public = await client.post("/public/graphql", json=query)
        state = await client.get("/readyz")
    await gateway.close()
    assert refused.status_code == 503
    (error,) = refused.json()["errors"]
    assert error["extensions"]["code"] == "AUDIT_UNAVAILABLE"
    assert "data" not in refused.json()
    assert public.json()["data"]["departments"]
    assert state.json()["audit"] == "failing"
