"""A department whose declaration is refused is named as missing, never passed over."""

from pathlib import Path

import httpx
import pytest

from gateway.app import create_app
from gateway.opening import open_gateway
from gateway.settings import read_settings
from tests.adapters.declarations import HEAD, PENALTY
from tests.gateway.core.fakes import FakeAdapter, code, enterprise
from tests.serving import serving
from tests.tokens import headers

QUERY = """query($uscc: USCC!) { enterprise(uscc: $uscc) {
  penalties { completeness { status sources { department { code } outcome } } }
} }"""


def quiet(_stage: str, _done: float) -> None:
    pass


@pytest.mark.anyio
async def test_lists_are_not_complete_without_it(tmp_path: Path) -> None:
    departments = tmp_path / "departments"
    departments.mkdir()
    text = (HEAD + PENALTY).replace("decidedOn", "decideOn")
    (departments / "QH-TST.toml").write_text(text, encoding="utf-8")
    environment = {
        "CREDITNET_DATA": str(tmp_path),
        "CREDITNET_DEPARTMENTS": str(departments),
    }
    gateway = await open_gateway(read_settings(environment), environment)
    await gateway.core.sync(FakeAdapter([enterprise(1)]), quiet)
    async with (
        serving(create_app(gateway)) as url,
        httpx.AsyncClient(base_url=url) as client,
    ):
        body = {"query": QUERY, "variables": {"uscc": code(1)}}
        answer = (
            await client.post("/graphql", json=body, headers=headers(tmp_path))
        ).json()
    await gateway.close()
    found = answer["data"]["enterprise"]
    assert found["penalties"]["completeness"] == {
        "status": "UNAVAILABLE",
        "sources": [{"department": {"code": "QH-TST"}, "outcome": "FAILED"}],
    }
