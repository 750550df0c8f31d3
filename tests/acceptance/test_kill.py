"""`kill -9` of the gateway while departments push: nothing acknowledged is lost."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copy
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from adapters.registry import DEPARTMENTS
from benchmarks.identity import ROOMY
from gateway.core import open_core
from tests.brokers import DEPARTMENT, Mailbox, mailbox
from tests.gateway.core.fakes import FakeAdapter, code, enterprise
from tests.gateway.messages import SECRET, message, signed
from tests.tokens import headers

pytestmark = pytest.mark.anyio
WHO = code(1)
MANY = 1_000
"""Messages, a record in each."""
SENDERS = 16
RECORDS = """query($uscc: USCC!, $after: String) { enterprise(uscc: $uscc) {
  penalties(first: 500, after: $after) { totalCount nodes { decisionNumber }
    completeness { status sources { reason } }
    pageInfo { hasNextPage endCursor } } } }"""


def quiet(_stage: str, _done: float) -> None:
    pass


def number(index: int) -> str:
    return f"青税罚〔2016〕{index}号"


def penalty(index: int) -> bytes:
    record = {
        "shxydm": WHO,
        "xdrmc": "青海测试1有限公司",
        "cfwsh": number(index),
        "xdrlb": "法人及非法人组织",
        "wfxw": "逾期未申报",
        "wfss": "逾期未申报",
        "cfyj": "税收征收管理法第六十二条",
        "cfzl": "罚款",
        "nr": "罚款2000元",
        "fkje": "2000",
        "jdrq": "2016-09-01",
        "jdjg": "青海省国家税务局",
    }
    sent = f"2016-10-20T{index // 3600:02}:{index // 60 % 60:02}:{index % 60:02}+08:00"
    return message(index, record, recordType="PENALTY", sentAt=sent)


@dataclass
class Running:
    """A gateway in a process of its own."""

    url: str
    process: Process
    data: Path

    async def kill(self) -> None:
        self.process.kill()
        await self.process.wait()

    async def count(self) -> int:
        """How many records can be seen."""
        async with httpx.AsyncClient(timeout=60) as client:
            page = await self._page(client, None)
            return int(page["totalCount"] or 0)

    async def numbers(self) -> list[str]:
        """All records, by the department's numbers."""
        found: list[str] = []
        after = None
        async with httpx.AsyncClient(timeout=60) as client:
            while True:
                page = await self._page(client, after)
                assert page["completeness"]["status"] == "COMPLETE", page[
                    "completeness"
                ]
                found += [node["decisionNumber"] for node in page["nodes"]]
                if not page["pageInfo"]["hasNextPage"]:
                    return found
                after = page["pageInfo"]["endCursor"]

    async def _page(self, client: httpx.AsyncClient, after: object) -> dict[str, Any]:
        body = {"query": RECORDS, "variables": {"uscc": WHO, "after": after}}
        answer = (
            await client.post(
                f"{self.url}/graphql", json=body, headers=headers(self.data)
            )
        ).json()
        assert "errors" not in answer, answer["errors"]
        page: dict[str, Any] = answer["data"]["enterprise"]["penalties"]
        return page


@pytest.fixture
async def data(tmp_path: Path) -> Path:
    """The data of a gateway that knows one enterprise and one department."""
    core = await open_core(f"sqlite:///{tmp_path / 'core.sqlite'}", "key")
    await core.sync(FakeAdapter([enterprise(1)]), quiet)
    await core.close()
    (tmp_path / "departments").mkdir()
    copy(DEPARTMENTS / f"{DEPARTMENT}.toml", tmp_path / "departments")
    return tmp_path


@asynccontextmanager
async def gateway(data: Path, **settings: str) -> AsyncIterator[Running]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "gateway", "serve"),
        env={
            **os.environ,
            "CREDITNET_DATA": str(data),
            "CREDITNET_DEPARTMENTS": str(data / "departments"),
            "CREDITNET_LIMITS": str(ROOMY),
            "CREDITNET_CLOCK": "2016-10-20T09:00:00+08:00",
            "CREDITNET_PORT": "0",
            "QH_TAX_SECRET": SECRET,
            **settings,
        },
        stdout=PIPE,
    )
    assert process.stdout
    try:
        async with asyncio.timeout(30):
            while b"http://" not in (line := await process.stdout.readline()):
                assert line, "it ended"
        yield Running(line.decode().split()[-1], process, data)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def messages_kept(data: Path) -> int:
    """Count the messages of the inbox, behind the gateway's back."""
    core = await open_core(f"sqlite:///{data / 'core.sqlite'}", "key")
    async with core.engine.connect() as connection:
        found = await connection.execute(text("SELECT count(*) FROM inbox_message"))
        count = int(found.scalar_one())
    await core.close()
    return count


class Sender:
    """A department that notes which messages were acknowledged."""

    def __init__(self) -> None:
        self.acknowledged: set[int] = set()
        self.duplicates: set[int] = set()
        self.half = asyncio.Event()

    async def send(self, url: str, indices: list[int]) -> None:
        """Send messages side by side until all went, or nobody listens any more."""
        left = iter(indices)
        async with httpx.AsyncClient(timeout=30) as client:
            await asyncio.gather(
                *(self._send(client, url, left) for _ in range(SENDERS))
            )

    async def _send(self, client: httpx.AsyncClient, url: str, left: Any) -> None:
        for index in left:
            body = penalty(index)
            try:
                answer = await client.post(
                    f"{url}/push/{DEPARTMENT}", content=body, headers=signed(body)
                )
            except httpx.TransportError:
                return
            assert answer.status_code == 200, answer.text
            if answer.json()["duplicate"]:
                self.duplicates.add(index)
            self.acknowledged.add(index)
            if len(self.acknowledged) >= MANY // 3:
                self.half.set()


async def test_what_was_acknowledged_over_http_is_there_once(data: Path):
    sender = Sender()
    async with gateway(data) as killed:
        sending = asyncio.create_task(sender.send(killed.url, list(range(MANY))))
        await sender.half.wait()
        await killed.kill()
        await sending
    acknowledged = set(sender.acknowledged)
    assert MANY // 3 <= len(acknowledged) < MANY
    async with gateway(data) as again:
        numbers = await again.numbers()
        assert len(numbers) == len(set(numbers))
        assert {number(index) for index in acknowledged} <= set(numbers)
        assert len(numbers) <= len(acknowledged) + SENDERS, "more than were on the way"
        await sender.send(again.url, list(range(MANY)))
        assert len(sender.duplicates) == len(numbers), "exactly what is there"
        assert acknowledged <= sender.duplicates
        assert sorted(await again.numbers()) == sorted(map(number, range(MANY)))
        await again.kill()
    assert await messages_kept(data) == MANY


@pytest.fixture
async def box() -> AsyncIterator[Mailbox]:
    async with mailbox("rabbitmq") as one:
        yield one


async def test_what_waits_in_the_broker_is_there_once(data: Path, box: Mailbox):
    settings = {
        "CREDITNET_BROKER_URL": box.address,
        "CREDITNET_BROKER_PREFIX": box.names.prefix,
    }
    async with gateway(data, **settings) as killed:
        await until_connected(killed)
        publishing = asyncio.create_task(publish(box, MANY))
        await until_at_least(killed, MANY // 3)
        await killed.kill()
        await publishing
    before = await messages_kept(data)
    assert MANY // 3 <= before < MANY
    async with gateway(data, **settings) as again:
        await until_at_least(again, MANY)
        assert sorted(await again.numbers()) == sorted(map(number, range(MANY)))
        await again.kill()
    assert await messages_kept(data) == MANY
    assert await box.waiting() == 0


async def publish(box: Mailbox, many: int) -> None:
    for start in range(0, many, 50):
        bodies = [penalty(index) for index in range(start, start + 50)]
        await asyncio.gather(*(box.publish(body, signed(body)) for body in bodies))


async def until_connected(running: Running) -> None:
    async with asyncio.timeout(30), httpx.AsyncClient() as client:
        while True:
            if (await client.get(f"{running.url}/readyz")).json()["broker"]:
                return
            await asyncio.sleep(0.02)


async def until_at_least(running: Running, many: int) -> None:
    async with asyncio.timeout(30):
        while await running.count() < many:  # noqa: ASYNC110 - it is far away
            await asyncio.sleep(0.02)
