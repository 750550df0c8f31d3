"""Pushed messages that could not be taken are kept, within bounds, and shown."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.routing import Route

from adapters.contract import Adapter
from adapters.declaration import Declaration
from adapters.inbox import PushedMessage
from adapters.kinds.push import PushTransport
from adapters.registry import DEPARTMENTS, load_all
from gateway.changelog import ChangeLog
from gateway.core import Core, open_core
from gateway.inbox import DatabaseInbox
from gateway.intake import Intake
from gateway.migrations import upgrade
from gateway.pushes import receive
from gateway.refused_messages import MOST_BYTES, RefusedMessages
from mock_departments.world.model import CLOCK
from schema.record_type import RecordType
from tests.gateway.core.test_database import drop_all
from tests.gateway.messages import SECRET, message, post
from tests.serving import serving

pytestmark = pytest.mark.anyio


@pytest.fixture
def refused(core: Core) -> RefusedMessages:
    return RefusedMessages(core.engine, most=3)


async def test_the_same_bytes_are_kept_once(refused: RefusedMessages):
    await refused.keep("QH-TAX", "http", "unreadable", b"\x00 poison")
    await refused.keep("QH-TAX", "broker", "unreadable \x00", b"\x00 poison")
    await refused.keep("QH-CUS", "broker", "unreadable", b"\x00 poison")
    assert await refused.count() == 2
    _, first = await refused.newest(10)
    assert (first.department, first.times, first.size) == ("QH-TAX", 2, 8)
    assert first.first_seen <= first.last_seen
    assert await refused.body(first.number) == b"\x00 poison"
    assert await refused.body(first.number + 100) is None


async def test_the_oldest_give_way_within_a_department(refused: RefusedMessages):
    await refused.keep("QH-CUS", "http", "other", b"other")
    for index in range(5):
        await refused.keep("QH-TAX", "http", f"reason {index}", b"%d" % index)
    kept = [(one.department, one.reason) for one in await refused.newest(10)]
    assert kept == [("QH-TAX", f"reason {n}") for n in (4, 3, 2)] + [
        ("QH-CUS", "other")
    ]
    assert len(await refused.newest(2)) == 2


async def test_of_a_large_message_the_beginning_is_kept(refused: RefusedMessages):
    await refused.keep("QH-TAX", "http", "large", b"x" * (MOST_BYTES + 1))
    (one,) = await refused.newest(1)
    assert one.size == MOST_BYTES + 1
    assert await refused.body(one.number) == b"x" * MOST_BYTES


def inbox_of(core: Core) -> DatabaseInbox:
    return DatabaseInbox(core.engine, ChangeLog(core.engine, lambda: CLOCK))


@pytest.fixture
async def address(core: Core, refused: RefusedMessages) -> AsyncIterator[str]:
    made: list[PushTransport] = []

    def make(declaration: Declaration, _: object) -> PushTransport:
        made.append(PushTransport(declaration, inbox_of(core)))
        return made[-1]

    environment = {"QH_TAX_SECRET": SECRET}
    registry = load_all(DEPARTMENTS, environment, {"push": make}, "QH-TAX")
    adapter: Adapter = registry.adapters["QH-TAX"]
    endpoint = receive(Intake(lambda: {"QH-TAX": made[-1]}, refused))
    route = Route("/push/{department}", endpoint, methods=["POST"])
    async with serving(Starlette(routes=[route])) as url:
        yield f"{url}/push/QH-TAX"
    await adapter.close()


async def test_over_http_the_unreadable_is_kept_and_the_forged_is_not(
    address: str, refused: RefusedMessages
):
    assert (await post(address, b"poison")).status_code == 400
    assert (await post(address, b"too old", age=3_600)).status_code == 401
    assert (await post(address, message(1, sequence=2**63))).status_code == 400
    nameless = message(1, messageId="\x00")
    assert (await post(address, nameless)).status_code == 400
    assert (await post(address, message(1))).status_code == 200
    kept = [await refused.body(one.number) for one in await refused.newest(10)]
    assert kept == [nameless, message(1, sequence=2**63), b"poison"]


async def test_departments_number_their_messages_as_they_like(core: Core):
    inbox = inbox_of(core)
    moment = datetime(2016, 10, 20, tzinfo=UTC)
    for department in ("QH-TAX", "QH-LTB"):
        one = PushedMessage("1", department, RecordType.PENALTY, 1, moment, [])
        assert await inbox.store(one)
        assert not await inbox.store(one)


async def test_messages_of_an_older_version_are_known_again(core: Core, url: str):
    async with core.engine.begin() as connection:
        await drop_all(connection)
        await connection.run_sync(upgrade, "0002")
        await connection.execute(
            text(
                "INSERT INTO inbox_message (message_id, department, sequence, sent_at, "
                "received_at, record_type) VALUES ('1', 'QH-TAX', 1, '', '', 'PENALTY')"
            )
        )
    newer = await open_core(url, "key")
    moment = datetime(2016, 10, 20, tzinfo=UTC)
    one = PushedMessage("1", "QH-TAX", RecordType.PENALTY, 1, moment, [])
    assert not await inbox_of(newer).store(one)
    await newer.close()


async def test_an_operator_sees_them(tmp_path: Path):
    core = await open_core(f"sqlite:///{tmp_path / 'core.sqlite'}", "key")
    await RefusedMessages(core.engine).keep("QH-TAX", "http", "[坏] bad", b"\xff raw")
    await core.close()
    (tmp_path / "departments").mkdir()
    assert b"[\xe5\x9d\x8f] bad" in creditnet(tmp_path).stdout
    assert creditnet(tmp_path, "--message", "1").stdout == b"\xff raw"
    missing = creditnet(tmp_path, "--message", "2")
    assert missing.returncode == 2
    assert "no such message" in missing.stderr.decode()


def creditnet(data: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "gateway", "refused", *words],
        env={
            **os.environ,
            "COLUMNS": "200",
            "CREDITNET_DATA": str(data),
            "CREDITNET_DEPARTMENTS": str(data / "departments"),
        },
        capture_output=True,
        timeout=60,
        check=False,
    )
