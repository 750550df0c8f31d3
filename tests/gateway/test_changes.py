"""What departments push is told to who subscribes, as lists would show it."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from benchmarks.identity import ROOMY
from gateway.app import create_app
from gateway.opening import Gateway, open_gateway
from gateway.settings import read_settings
from tests.gateway.core.fakes import FakeAdapter, code, enterprise
from tests.gateway.messages import SECRET, grade, message, post
from tests.gateway.streaming import EVENT_STREAM, Heard, hearing
from tests.serving import serving
from tests.tokens import headers

pytestmark = pytest.mark.anyio
GOLMUD, XINING, NOWHERE = code(1), code(2), code(3)
SUBSCRIBE = """subscription(
  $recordTypes: [RecordType!], $departments: [ID!], $region: RegionCode
) {
  recordChanges(recordTypes: $recordTypes, departments: $departments, region: $region) {
    kind at recordType department { code } enterprise { uscc name }
    before { ...shown } after { ...shown }
  }
}
fragment shown on CreditRecord {
  id headline occurredOn
  provenance { sourceRecordId asOf digest outcome department { code } }
  ... on TaxCredit { year grade }
  ... on Penalty { fine withdrawnOn respondentName respondentIdNumber publishUntil }
}"""


def quiet(_stage: str, _done: float) -> None:
    pass


@dataclass
class Province:
    """A gateway of which one department pushes."""

    url: str
    gateway: Gateway

    @property
    def headers(self) -> dict[str, str]:
        return headers(self.gateway.settings.data)

    async def push(self, number: int, *records: dict[str, object], **words: str) -> Any:
        answer = await post(
            f"{self.url}/push/QH-TAX", message(number, *records, **words)
        )
        assert answer.status_code == 200
        return answer.json()

    @asynccontextmanager
    async def subscribed(self, **wanted: object) -> AsyncIterator[Heard]:
        async with hearing(
            f"{self.url}/graphql", SUBSCRIBE, wanted, headers=self.headers
        ) as heard:
            assert await heard.event() == (":", None)
            yield heard


@pytest.fixture
async def province(tmp_path: Path) -> AsyncIterator[Province]:
    environment = {
        "CREDITNET_DATA": str(tmp_path),
        "CREDITNET_LIMITS": str(ROOMY),
        "CREDITNET_CLOCK": "2016-10-20T09:00:00+08:00",
        "QH_TAX_SECRET": SECRET,
    }
    gateway = await open_gateway(read_settings(environment), environment, "QH-TAX")
    people = [
        enterprise(1, address="青海省海西蒙古族藏族自治州格尔木市四路"),
        enterprise(2, address="青海省西宁市城中区二路"),
        enterprise(3),
    ]
    await gateway.core.sync(FakeAdapter(people), quiet)
    async with serving(create_app(gateway)) as address:
        yield Province(address, gateway)
    assert not len(gateway.changes)
    await gateway.close()


async def change(heard: Heard) -> dict[str, Any]:
    """Hear the next change; signs of life between are none."""
    name, result = await heard.event()
    while name == ":":
        name, result = await heard.event()
    assert name == "next"
    assert "errors" not in result, result
    told: dict[str, Any] = result["data"]["recordChanges"]
    return told


def penalty(uscc: str, **facts: str) -> dict[str, object]:
    return {
        "shxydm": uscc,
        "xdrmc": "张三",
        "xdrlb": "自然人",
        "zrrzjhm": "632801197001010017",
        "cfwsh": "青税罚〔2016〕1号",
        "wfxw": "逾期未申报",
        "wfss": "逾期未申报",
        "cfyj": "税收征收管理法第六十二条",
        "cfzl": "罚款",
        "nr": "罚款2000元",
        "fkje": "2000",
        "jdrq": "2016-09-01",
        "jdjg": "青海省国家税务局",
        **facts,
    }


async def test_added_then_changed(province: Province):
    async with province.subscribed() as heard:
        await province.push(1, grade(GOLMUD, "B"))
        first = await change(heard)
        await province.push(2, grade(GOLMUD, "A"))
        second = await change(heard)
    assert first["kind"] == "ADDED"
    assert first["before"] is None
    assert first["at"] == "2016-10-20T09:00:00+08:00"
    assert first["recordType"] == "TAX_CREDIT"
    assert first["department"] == {"code": "QH-TAX"}
    assert first["enterprise"]["uscc"] == GOLMUD
    assert (first["after"]["year"], first["after"]["grade"]) == (2015, "B")
    assert second["kind"] == "CHANGED"
    assert second["before"] == first["after"]
    assert second["after"]["grade"] == "A"


def looks(province: Province) -> list[dict[str, Any]]:
    """Give the entries of the audit that saw something."""
    lines = [
        json.loads(line)
        for path in sorted(province.gateway.settings.audit_place().glob("*/*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    return [line for line in lines if line.get("records")]


async def test_the_audit_names_of_each_event_whom_it_was_about(province: Province):
    async with province.subscribed() as heard:
        await province.push(1, grade(GOLMUD, "B"))
        await change(heard)
        await province.push(2, penalty(XINING), recordType="PENALTY")
        await change(heard)
    page = {"query": "{ changesSince { nodes { kind enterprise { uscc } } } }"}
    async with httpx.AsyncClient(base_url=province.url) as client:
        await client.post("/graphql", json=page, headers=province.headers)
    first, second, since = looks(province)
    assert first["enterprises"] == [GOLMUD]
    assert first["records"] == {"QH-TAX": {"TAX_CREDIT": 1}}
    assert second["enterprises"] == [XINING]
    assert second["records"] == {"QH-TAX": {"PENALTY": 1}}
    assert since["enterprises"] == sorted([GOLMUD, XINING])
    assert since["records"] == {"QH-TAX": {"TAX_CREDIT": 1, "PENALTY": 1}}
    assert {one["subject"] for one in (first, second, since)} == {"test"}


async def test_a_change_shows_what_a_list_shows(province: Province):
    async with province.subscribed() as heard:
        await province.push(1, penalty(GOLMUD), recordType="PENALTY")
        told = await change(heard)
    listed = """query($uscc: USCC!) { enterprise(uscc: $uscc) { penalties { nodes {
      id headline occurredOn
      provenance { sourceRecordId asOf digest outcome department { code } }
      fine withdrawnOn respondentName respondentIdNumber publishUntil
    } } } }"""
    async with httpx.AsyncClient() as client:
        body = {"query": listed, "variables": {"uscc": GOLMUD}}
        answer = await client.post(
            f"{province.url}/graphql", json=body, headers=province.headers
        )
    (node,) = answer.json()["data"]["enterprise"]["penalties"]["nodes"]
    assert told["after"] == node
    assert node["respondentIdNumber"] == "632801********0017"


async def test_a_record_that_is_withdrawn_is_removed(province: Province):
    async with province.subscribed() as heard:
        await province.push(1, penalty(GOLMUD), recordType="PENALTY")
        await change(heard)
        gone = penalty(GOLMUD, cxrq="2016-10-10")
        await province.push(2, gone, recordType="PENALTY")
        told = await change(heard)
    assert told["kind"] == "REMOVED"
    assert told["before"]["withdrawnOn"] is None
    assert told["after"]["withdrawnOn"] == "2016-10-10"


async def test_a_record_that_turns_out_to_be_about_somebody_else(province: Province):
    async with province.subscribed() as heard:
        await province.push(1, penalty(GOLMUD), recordType="PENALTY")
        await change(heard)
        await province.push(2, penalty(XINING), recordType="PENALTY")
        told = [await change(heard), await change(heard)]
    assert [one["kind"] for one in told] == ["REMOVED", "ADDED"]
    assert [one["enterprise"]["uscc"] for one in told] == [GOLMUD, XINING]
    assert [one["after"] is None for one in told] == [True, False]
    assert [one["before"] is None for one in told] == [False, True]


async def test_nothing_is_told_of_what_changes_nothing(province: Province):
    async with province.subscribed() as heard:
        await province.push(5, grade(GOLMUD, "B"))
        assert (await change(heard))["kind"] == "ADDED"
        assert (await province.push(5, grade(GOLMUD, "B")))["duplicate"]
        await province.push(3, grade(GOLMUD, "C"))  # an older word, come late
        await province.push(6, grade(GOLMUD, "B"))  # the same again
        unknown = grade("91630102MA00000000", "A")
        unreadable = {**grade(XINING, "?"), "pjnd": "2014"}
        await province.push(7, unknown, unreadable, {"xydj": "A"}, grade(XINING, "D"))
        last = await change(heard)
    assert (last["enterprise"]["uscc"], last["after"]["grade"]) == (XINING, "D")


async def test_the_changes_of_a_message_come_in_its_order(province: Province):
    people = [GOLMUD, XINING, NOWHERE]
    async with province.subscribed() as heard:
        await province.push(1, *(grade(uscc, "A") for uscc in people))
        told = [(await change(heard))["enterprise"]["uscc"] for _ in people]
    assert told == people


@pytest.mark.parametrize(
    ("wanted", "people"),
    [
        ({}, [GOLMUD, XINING, NOWHERE]),
        ({"region": "63"}, [GOLMUD, XINING, NOWHERE]),
        ({"region": "6328"}, [GOLMUD]),
        ({"region": "632800"}, [GOLMUD]),
        ({"region": "632801"}, [GOLMUD]),
        ({"region": "6301"}, [XINING, NOWHERE]),
        ({"recordTypes": ["TAX_CREDIT"]}, [GOLMUD, XINING, NOWHERE]),
        ({"recordTypes": ["PENALTY"]}, []),
        ({"recordTypes": []}, []),
        ({"departments": ["QH-TAX"], "region": "6328"}, [GOLMUD]),
        ({"departments": ["QH-EPD"]}, []),
    ],
)
async def test_what_is_wanted_is_told(
    province: Province, wanted: dict[str, object], people: list[str]
):
    everybody = [GOLMUD, XINING, NOWHERE]
    async with province.subscribed(**wanted) as heard:
        await province.push(1, *(grade(uscc, "A") for uscc in everybody))
        told = [(await change(heard))["enterprise"]["uscc"] for _ in people]
        province.gateway.changes.end()
        assert await heard.rest() == []
    assert told == people


async def test_a_department_that_nobody_has_is_an_error(province: Province):
    asked = {"departments": ["QH-XXX"]}
    async with hearing(
        f"{province.url}/graphql", SUBSCRIBE, asked, headers=province.headers
    ) as heard:
        (_, result), end = await heard.rest()
    assert end == ("complete", None)
    assert result["errors"][0]["extensions"] == {
        "code": "BAD_USER_INPUT",
        "argument": "departments",
    }


async def test_the_public_has_no_subscriptions(province: Province):
    url = f"{province.url}/public/graphql"
    async with httpx.AsyncClient() as client:
        answer = await client.post(url, json={"query": SUBSCRIBE})
        refused = await client.post(
            url, json={"query": SUBSCRIBE}, headers=EVENT_STREAM
        )
    messages = [error["message"] for error in answer.json()["errors"]]
    assert "The subscription operation is not supported by the schema." in messages
    assert refused.status_code == 406


async def test_many_subscribers_hear_the_same(province: Province):
    async with AsyncExitStack() as stack:
        everybody = [
            await stack.enter_async_context(province.subscribed()) for _ in range(50)
        ]
        await province.push(1, grade(GOLMUD, "A"))
        told = [await change(heard) for heard in everybody]
    assert all(one == told[0] for one in told)
