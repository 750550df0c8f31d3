"""Both endpoints pass every GraphQL-over-HTTP audit: MUST, SHOULD and MAY."""

import asyncio
import json
import os
from pathlib import Path

import pytest

from gateway.app import PATHS, create_app
from gateway.opening import open_gateway
from gateway.settings import read_settings
from tests.node import need_packages
from tests.serving import serving
from tests.tokens import headers

AUDIT = Path(__file__).parent / "audit"
AUDITS = 61


@pytest.fixture(scope="session")
def packages() -> None:
    """The audit's packages, as its lock file pins them."""
    need_packages(AUDIT)


async def audited(url: str, authorization: str) -> list[dict[str, str]]:
    process = await asyncio.create_subprocess_exec(
        "node",
        "audit.mjs",
        url,
        authorization,
        cwd=AUDIT,
        stdout=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(120):
        printed, _ = await process.communicate()
    found: list[dict[str, str]] = json.loads(printed)
    return found


@pytest.mark.anyio
@pytest.mark.usefixtures("packages")
@pytest.mark.parametrize("path", PATHS.values())
async def test_every_audit_passes(path: str, tmp_path: Path):
    engine = os.environ.get("CREDITNET_ENGINE", "")
    environment = {"CREDITNET_DATA": str(tmp_path), "CREDITNET_ENGINE": engine}
    gateway = await open_gateway(
        read_settings(environment), environment, departments="nobody"
    )
    async with serving(create_app(gateway)) as url:
        found = await audited(url + path, headers(tmp_path)["Authorization"])
    await gateway.close()
    assert len(found) == AUDITS
    assert [one for one in found if one["status"] != "ok"] == []
