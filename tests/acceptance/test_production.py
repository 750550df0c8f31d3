"""Attackers' tools find nothing at the public endpoint of a gateway in production."""

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import httpx
import pytest

from schema.build import build
from schema.visibility import Audience
from tests.acceptance.conftest import Demo
from tests.acceptance.findings import CHECKS, findings
from tests.acceptance.stock import WORDS, careless_application, stock_application
from tests.serving import serving

pytestmark = pytest.mark.anyio
PUBLIC, GOVERNMENT = "/public/graphql", "/graphql"
AT_STOCK = {
    "alias overloading",
    "directive overloading",
    "field duplication",
    "suggestions",
    "query by GET",
    "introspection",
    "page for queries",
}


async def found_at(url: str) -> set[str]:
    async with httpx.AsyncClient(timeout=60, follow_redirects=True) as client:
        return set(await findings(client, url))


async def test_none_of_graphql_cop_s_checks_finds_anything(production: Demo):
    assert not await found_at(production.url + PUBLIC)


async def test_each_check_finds_what_it_looks_for():
    async with serving(stock_application()) as url:
        assert await found_at(f"{url}/graphql") == AT_STOCK
    async with serving(careless_application()) as url:
        assert await found_at(f"{url}/graphql") == {one.name for one in CHECKS}


@pytest.fixture(scope="module")
def clairvoyance() -> Sequence[str]:
    """The command that runs it; skips where it is not installed, fails in CI."""
    if find_spec("clairvoyance") is None:
        missing = "clairvoyance is not installed: make install"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    return (sys.executable, "-m", "clairvoyance")


async def recovered(
    command: Sequence[str], url: str, words: Sequence[str], folder: Path
) -> set[str]:
    """Name the fields that clairvoyance finds out, given a list of words."""
    listed, result = folder / "words.txt", folder / "schema.json"
    listed.write_text("\n".join(words), encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        *(*command, "-w", str(listed), "-o", str(result), url),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(120):
        said, _ = await process.communicate()
    assert b"Starting blind introspection" in said, said
    if not result.exists():
        return set()
    types = json.loads(result.read_text("utf-8"))["data"]["__schema"]["types"]
    return {
        f"{one['name']}.{field['name']}"
        for one in types
        for field in one.get("fields") or ()
    }


def our_words() -> Sequence[str]:
    """Name all fields that there are: nobody could guess better."""
    types = build(Audience.GOVERNMENT).type_map.values()
    return sorted({name for one in types for name in getattr(one, "fields", ())})


async def test_clairvoyance_recovers_names_where_nothing_is_done(
    clairvoyance: Sequence[str], tmp_path: Path
):
    async with serving(stock_application()) as url:
        found = await recovered(clairvoyance, f"{url}/graphql/", WORDS, tmp_path)
    assert {"Query.enterprise", "Enterprise.penalties", "Mutation.change"} <= found


@pytest.mark.parametrize("endpoint", [PUBLIC, GOVERNMENT])
async def test_clairvoyance_recovers_nothing(
    production: Demo, clairvoyance: Sequence[str], endpoint: str, tmp_path: Path
):
    """At the government's, without a token."""
    url = production.url + endpoint
    assert not await recovered(clairvoyance, url, our_words(), tmp_path)
