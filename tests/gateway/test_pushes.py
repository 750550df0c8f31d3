"""Departments that push, against the address that takes their messages."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from adapters.contract import Adapter, Ask, EnterpriseKey, Origin
from adapters.declaration import Declaration
from adapters.errors import SourceUnavailable
from adapters.kinds.push import PushTransport
from adapters.registry import DEPARTMENTS, load_all
from gateway.changelog import ChangeLog
from gateway.core import Core
from gateway.inbox import DatabaseInbox
from gateway.intake import LARGEST, Intake
from gateway.pushes import receive
from gateway.refused_messages import RefusedMessages
from mock_departments.push import CODES, PushService, start
from mock_departments.world.model import CLOCK
from mock_departments.world.reader import StoredWorld
from schema.record_type import RecordType
from tests.adapters.oracle import check
from tests.gateway.messages import SECRET, grade, message, post
from tests.serving import serving

pytestmark = pytest.mark.anyio


@dataclass
class Pushing:
    """A department, the address that it pushes to, and our adapter."""

    service: PushService
    address: str
    adapter: Adapter

    async def send(self) -> None:
        await self.service.push_to(self.address)
        await self.service.sent()


def adapters(
    core: Core, environment: Mapping[str, str], code: str
) -> tuple[Adapter, PushTransport]:
    made: list[PushTransport] = []

    def make(declaration: Declaration, _: Mapping[str, str]) -> PushTransport:
        log = ChangeLog(core.engine, lambda: CLOCK)
        inbox = DatabaseInbox(core.engine, log)
        made.append(PushTransport(declaration, inbox))
        return made[-1]

    registry = load_all(DEPARTMENTS, environment, {"push": make}, code)
    return registry.adapters[code], made[-1]


def taking(core: Core, transport: PushTransport) -> Route:
    intake = Intake(
        lambda: {transport.department: transport}, RefusedMessages(core.engine)
    )
    return Route("/push/{department}", receive(intake), methods=["POST"])


@pytest.fixture(params=CODES)
async def pushing(
    request: pytest.FixtureRequest, world: StoredWorld, core: Core, tmp_path: Path
) -> AsyncIterator[Pushing]:
    code = request.param
    service = await start(code, world, tmp_path)
    adapter, transport = adapters(core, service.environment, code)
    route = taking(core, transport)
    async with serving(Starlette(routes=[route])) as address:
        yield Pushing(service, address, adapter)
        await service.close()
        await adapter.close()


async def assert_true(
    adapter: Adapter, world: StoredWorld, keys: Mapping[str, EnterpriseKey]
) -> None:
    for record_type in sorted(adapter.record_types, key=str):
        truths = world.records(adapter.department, record_type.value)
        if truths:
            await check(adapter, record_type, truths, keys)


async def test_what_was_pushed_is_what_is_true(
    pushing: Pushing, world: StoredWorld, keys: Mapping[str, EnterpriseKey]
) -> None:
    await pushing.send()
    await assert_true(pushing.adapter, world, keys)


async def test_messages_sent_again_change_nothing(
    pushing: Pushing, world: StoredWorld, keys: Mapping[str, EnterpriseKey]
) -> None:
    await pushing.send()
    await pushing.service.misbehave("replay")
    await pushing.service.sent()
    await assert_true(pushing.adapter, world, keys)


async def test_everything_acknowledged_is_there_after_a_restart(
    pushing: Pushing, core: Core, world: StoredWorld, keys: Mapping[str, EnterpriseKey]
) -> None:
    await pushing.send()
    code = pushing.adapter.department
    again, _ = adapters(core, pushing.service.environment, code)
    await assert_true(again, world, keys)
    await again.close()


@pytest.mark.parametrize("profile", ["bad_signature", "garbage", "down"])
async def test_nothing_heard_is_never_nothing_held(
    profile: str, pushing: Pushing, keys: Mapping[str, EnterpriseKey]
) -> None:
    await pushing.service.misbehave(profile)
    if profile != "down":
        await pushing.send()
    record_type = min(pushing.adapter.record_types, key=str)
    with pytest.raises(SourceUnavailable):
        await pushing.adapter.fetch(Ask(record_type, tuple(keys.values())[:2]))


@pytest.fixture
async def tax(core: Core) -> AsyncIterator[tuple[str, Adapter]]:
    """The address of the tax authority's messages, and its adapter."""
    adapter, transport = adapters(core, {"QH_TAX_SECRET": SECRET}, "QH-TAX")
    route = taking(core, transport)
    async with serving(Starlette(routes=[route])) as address:
        yield f"{address}/push/QH-TAX", adapter
        await adapter.close()


async def test_the_later_word_holds_in_whatever_order_words_come(
    tax: tuple[str, Adapter], keys: Mapping[str, EnterpriseKey]
) -> None:
    address, adapter = tax
    who = next(iter(keys.values()))
    for number, letter in ((1, "C"), (3, "A"), (2, "B")):
        answer = await post(address, message(number, grade(who.uscc, letter)))
        assert answer.json()["accepted"] == 1
    fetched = await adapter.fetch(Ask(RecordType.TAX_CREDIT, (who,)))
    assert not fetched.unsure, fetched
    (record,) = fetched.records[who.uscc]
    assert str(record.values["grade"]) == "TaxGrade.A"
    assert fetched.origin is Origin.MATERIALIZED


async def test_a_receipt_names_what_was_not_taken(
    tax: tuple[str, Adapter], keys: Mapping[str, EnterpriseKey]
) -> None:
    address, _ = tax
    who = next(iter(keys))
    body = message(1, grade(who, "A"), {"xydj": "A"})
    receipt = (await post(address, body)).json()
    assert receipt["accepted"] == 1
    assert [one["index"] for one in receipt["rejected"]] == [1]
    assert not receipt["duplicate"]
    assert (await post(address, body)).json()["duplicate"]


@pytest.mark.parametrize(
    ("body", "age", "status"),
    [
        (message(1), 3600, 401),
        (b'{"messageId": ', 0, 400),
        (b"\xff\xfe", 0, 400),
        (message(1, department="QH-EPD"), 0, 400),
        (message(1, recordType="LICENCE"), 0, 400),
        (message(1, recordType="NONSENSE"), 0, 400),
        (message(1, sentAt="2016-10-20T08:00:00"), 0, 400),
        (message(1, *[{}] * 1001), 0, 400),
        (b" " * (LARGEST + 1), 0, 413),
    ],
    ids=[
        "old", "cut", "binary", "other", "foreign", "unknown", "naive", "many", "large",
    ],
)  # fmt: skip
async def test_what_cannot_be_taken_is_refused_in_words(
    body: bytes, age: int, status: int, tax: tuple[str, Adapter]
) -> None:
    address, _ = tax
    answer = await post(address, body, age)
    assert answer.status_code == status
    assert answer.json()["error"]
    assert SECRET not in answer.text


async def test_an_unknown_department_has_no_address(tax: tuple[str, Adapter]) -> None:
    address, _ = tax
    answer = await post(address.replace("TAX", "EPD"), message(1))
    assert answer.status_code == 404
