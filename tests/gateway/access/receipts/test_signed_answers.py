"""Receipts of a gateway: of listings of whole departments, and of answers in parts."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest

from adapters.registry import Registry
from gateway.access.audit.log import KEY
from gateway.access.audit.signing import public_key
from gateway.access.receipts.checking import Verdict, check
from gateway.app import create_app
from gateway.opening import open_gateway
from gateway.settings import Settings
from tests.gateway.core.fakes import FakeAdapter, code, enterprise
from tests.gateway.presence.departments import NOW, Department, penalty
from tests.serving import serving
from tests.tokens import headers

pytestmark = pytest.mark.anyio
PARTS = "multipart/mixed, application/json"
WISHED = {"X-Creditnet-Receipt": "1"}
LISTING = "{ records(recordType: PENALTY, first: 1) { totalCount } }"
CHECK = 'check(usccs: ["%s"], purpose: "评优") { uscc clear found }' % code(1)  # noqa: UP031
DEFERRED = f"{{ __typename ... @defer {{ {CHECK} }} }}"
FIRST_CHECKED = (
    f'{{ {CHECK} enterprise(uscc: "{code(2)}") '
    "{ name ... @defer { penalties { totalCount } } } }"
)
HELD = [penalty(number, 1 + number % 2) for number in range(5)]


@dataclass
class Asked:
    """A gateway on one department, and its data."""

    client: httpx.AsyncClient
    data: Path

    async def ask(
        self, query: str, more: Mapping[str, str], accept: str = "application/json"
    ) -> httpx.Response:
        known = {**headers(self.data), "Accept": accept, **more}
        return await self.client.post("/graphql", json={"query": query}, headers=known)

    def checked(self, saved: bytes) -> Verdict:
        return check(saved, public_key(self.data / "receipts" / KEY))

    def entries(self) -> list[dict[str, Any]]:
        """Give the audit's entries in their order."""
        lines = [
            json.loads(line)
            for path in sorted((self.data / "audit").glob("*/*.jsonl"))
            for line in path.read_text("utf-8").splitlines()
        ]
        return [line for line in lines if line["kind"] == "entry"]


@pytest.fixture
async def asked(tmp_path: Path) -> AsyncIterator[Asked]:
    (tmp_path / "none").mkdir()
    settings = Settings(
        data=tmp_path,
        departments=tmp_path / "none",
        clock=NOW,
        cache=False,
        presence=False,
        lag=60,
    )
    gateway = await open_gateway(settings, {})
    people = FakeAdapter([enterprise(number) for number in range(1, 4)])
    await gateway.core.sync(people, lambda _stage, _done: None)
    gateway.plugging.current = Registry({"QH-EPD": Department(HELD, size=2)})
    async with (
        serving(create_app(gateway)) as url,
        httpx.AsyncClient(base_url=url, timeout=60) as client,
    ):
        yield Asked(client, tmp_path)
    await gateway.close()


def parts_of(body: bytes) -> list[dict[str, Any]]:
    pieces = body.split(b"\r\n---")[1:-1]
    return [json.loads(one.partition(b"\r\n\r\n")[2]) for one in pieces]


async def test_a_listing_is_signed_with_all_that_was_listed(asked: Asked) -> None:
    answer = await asked.ask(LISTING, WISHED)
    body = answer.json()
    assert body["data"]["records"]["totalCount"] == 5
    (source,) = body["extensions"]["receipt"]["sources"]
    digests = "".join(f"{one}\n" for one in sorted(one.digest for one in HELD))
    assert source == {
        "department": "QH-EPD",
        "recordType": "PENALTY",
        "outcomes": {"LIVE": 1},
        "asOf": NOW.isoformat(),
        "records": 5,
        "digest": sha256(digests.encode()).hexdigest(),
        "complete": True,
        "listing": True,
    }
    verdict = asked.checked(answer.content)
    assert verdict.good, verdict.faults
    assert "5 records, and all 1 departments answered" in verdict.proved[-1]
    body["data"]["records"]["totalCount"] = 4
    assert not asked.checked(json.dumps(body).encode()).good


async def test_a_listing_names_in_the_audit_whom_it_took_up(asked: Asked) -> None:
    some = f'enterprises: {{ usccIn: ["{code(2)}"] }}'
    await asked.ask(LISTING, {})
    await asked.ask(LISTING.replace("first: 1", some), {})
    whole, one = asked.entries()
    assert whole["enterprises"] == [code(1), code(2)]
    assert one["enterprises"] == [code(2)]
    assert whole["records"] == one["records"] == {"QH-EPD": {"PENALTY": 5}}


async def test_a_listing_beside_a_check_is_signed_without_its_digest(
    asked: Asked,
) -> None:
    answer = await asked.ask(f"{{ {CHECK} {LISTING[1:]}", {})
    sources = answer.json()["extensions"]["receipt"]["sources"]
    assert [one["digest"] for one in sources if "listing" in one] == [None]
    assert asked.checked(answer.content).good


@pytest.mark.parametrize("query", [DEFERRED, FIRST_CHECKED])
async def test_a_check_in_parts_has_one_receipt_of_all_parts(
    asked: Asked, query: str
) -> None:
    answer = await asked.ask(query, {}, PARTS)
    *earlier, last = parts = parts_of(answer.content)
    assert earlier
    assert not [one for one in earlier if "receipt" in one.get("extensions", {})]
    receipt = last["extensions"]["receipt"]
    assert receipt["parts"] == len(parts)
    assert receipt["completeness"] == last["extensions"]["completeness"]
    for saved in (answer.content, json.dumps(parts).encode()):
        verdict = asked.checked(saved)
        assert verdict.good, verdict.faults
    entries = [one for one in asked.entries() if one["purpose"] == "评优"]
    assert entries[-1]["enterprises"]


async def test_no_part_can_be_altered_or_left_out(asked: Asked) -> None:
    answer = await asked.ask(DEFERRED, {}, PARTS)
    parts = parts_of(answer.content)
    altered = [{**parts[0], "data": {"__typename": "Nothing"}}, *parts[1:]]
    for wrong in (altered, parts[1:], parts[-1], [*parts[:1], *parts]):
        verdict = asked.checked(json.dumps(wrong).encode())
        assert verdict.faults == ["答复 与回执不符 (was altered)"]
    receipt = parts[-1]["extensions"]["receipt"]
    assert asked.checked(json.dumps(receipt).encode()).good


async def test_parts_have_a_receipt_only_where_one_is_due(asked: Asked) -> None:
    query = FIRST_CHECKED.replace(CHECK, "__typename")
    without = parts_of((await asked.ask(query, {}, PARTS)).content)
    assert "receipt" not in without[-1]["extensions"]
    answer = await asked.ask(query, WISHED, PARTS)
    assert parts_of(answer.content)[-1]["extensions"]["receipt"]["parts"] > 1
    assert asked.checked(answer.content).good
