"""Messages that departments push through a broker, on real servers."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from adapters.inbox import Inbox, PushedMessage
from adapters.kinds.push import PushTransport
from benchmarks.identity import ROOMY
from gateway.app import create_app
from gateway.brokers import Consumer, Waits, consuming, open_broker
from gateway.inbox import DatabaseInbox
from gateway.intake import Intake, Way
from gateway.opening import Gateway, open_gateway
from gateway.settings import read_settings
from tests.brokers import DEPARTMENT, Mailbox, Relay, mailbox
from tests.gateway.core.fakes import FakeAdapter, code, enterprise
from tests.gateway.messages import SECRET, grade, message, post, signed
from tests.serving import serving
from tests.tokens import headers

pytestmark = pytest.mark.anyio
WHO = code(1)
GRADES = """query($uscc: USCC!) { enterprise(uscc: $uscc) {
  taxCredit { nodes { year grade } completeness { status } } } }"""


def quiet(_stage: str, _done: float) -> None:
    pass


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait for what another process brings about."""
    async with asyncio.timeout(20):
        while not await condition():  # noqa: ASYNC110 - it is far away
            await asyncio.sleep(0.02)


@pytest.fixture(params=["rabbitmq", "nats"])
async def box(request: pytest.FixtureRequest) -> AsyncIterator[Mailbox]:
    async with mailbox(request.param) as one:
        yield one


class Province:
    """A gateway whose tax authority pushes through a broker."""

    def __init__(self, url: str, gateway: Gateway) -> None:
        self.url = url
        self.gateway = gateway

    async def grades(self) -> list[tuple[int, str]]:
        async with httpx.AsyncClient() as client:
            body = {"query": GRADES, "variables": {"uscc": WHO}}
            answer = (
                await client.post(
                    f"{self.url}/graphql",
                    json=body,
                    headers=headers(self.gateway.settings.data),
                )
            ).json()
        nodes = answer["data"]["enterprise"]["taxCredit"]["nodes"]
        return sorted((node["year"], node["grade"]) for node in nodes)

    async def state(self) -> dict[str, object]:
        async with httpx.AsyncClient() as client:
            state: dict[str, object] = (await client.get(f"{self.url}/readyz")).json()
            return state

    async def connected(self) -> bool:
        return (await self.state())["broker"] is True

    async def disconnected(self) -> bool:
        return (await self.state())["broker"] is False

    def has(self, *grades: tuple[int, str]) -> Callable[[], Awaitable[bool]]:
        async def there() -> bool:
            return await self.grades() == sorted(grades)

        return there


@asynccontextmanager
async def opened(data: Path, box: Mailbox, address: str) -> AsyncIterator[Gateway]:
    environment = {
        "CREDITNET_DATA": str(data),
        "CREDITNET_LIMITS": str(ROOMY),
        "CREDITNET_CLOCK": "2016-10-20T09:00:00+08:00",
        "CREDITNET_BROKER_URL": address,
        "CREDITNET_BROKER_PREFIX": box.names.prefix,
        "QH_TAX_SECRET": SECRET,
    }
    gateway = await open_gateway(read_settings(environment), environment, DEPARTMENT)
    await gateway.core.sync(FakeAdapter([enterprise(1)]), quiet)
    yield gateway
    await gateway.close()


@asynccontextmanager
async def running(data: Path, box: Mailbox, address: str) -> AsyncIterator[Province]:
    async with (
        opened(data, box, address) as gateway,
        serving(create_app(gateway)) as url,
    ):
        yield Province(url, gateway)


@pytest.fixture
async def province(tmp_path: Path, box: Mailbox) -> AsyncIterator[Province]:
    async with running(tmp_path, box, box.address) as one:
        await until(one.connected)
        yield one


def told(number: int, year: int, letter: str) -> bytes:
    return message(number, {**grade(WHO, letter), "pjnd": str(year)})


async def test_what_was_published_is_listed(province: Province, box: Mailbox):
    for number, year in enumerate(range(2006, 2016)):
        body = told(number, year, "A")
        await box.publish(body, signed(body))
    await until(province.has(*((year, "A") for year in range(2006, 2016))))


async def test_the_same_message_is_taken_once(province: Province, box: Mailbox):
    first, second = told(1, 2014, "A"), told(2, 2015, "B")
    for body in (first, first, second, first):
        await box.publish(body, signed(body))
    await until(province.has((2014, "A"), (2015, "B")))
    assert (await post(f"{province.url}/push/{DEPARTMENT}", first)).json()["duplicate"]
    transport = province.gateway.pushing[DEPARTMENT]
    (record_type,) = {t for t in transport._keys if t.value == "TAX_CREDIT"}
    assert (await transport.version(record_type)).startswith("2:")


async def test_poison_is_kept_and_shown_and_blocks_nothing(
    province: Province, box: Mailbox
):
    poison, forged, good = b'{"messageId": ', told(1, 2014, "A"), told(2, 2015, "B")
    for _ in range(40):  # more than are taken at the same time
        await box.publish(poison, signed(poison))
    await box.publish(forged, signed(forged, secret="another"))
    await box.publish(good, signed(good))
    await until(province.has((2015, "B")))

    async def settled() -> bool:
        kept = await province.gateway.refused.newest(10)
        return sorted(one.times for one in kept) == [1, 40]

    await until(settled)
    assert (await province.state())["refusedMessages"] == 2
    kept = await province.gateway.refused.newest(10)
    bodies = {await province.gateway.refused.body(one.number) for one in kept}
    assert bodies == {poison, forged}
    assert {one.way for one in kept} == {"broker"}


async def test_what_is_refused_leaves_the_queue(tmp_path: Path, box: Mailbox):
    async with running(tmp_path, box, box.address) as province:
        await until(province.connected)
        await box.publish(b"poison", signed(b"poison"))

        async def kept() -> bool:
            return await province.gateway.refused.count() == 1

        await until(kept)

    async def empty() -> bool:
        return await box.waiting() == 0

    await until(empty)


async def test_a_queue_may_hold_a_message_for_days(province: Province, box: Mailbox):
    young, old = told(1, 2014, "A"), told(2, 2015, "A")
    await box.publish(old, signed(old, age=604_800 + 60))
    await box.publish(young, signed(young, age=604_800 - 60))
    await until(province.has((2014, "A")))

    async def kept() -> bool:
        return await province.gateway.refused.count() == 1

    await until(kept)
    assert await province.grades() == [(2014, "A")]


async def test_a_broker_may_be_down_at_first_and_later(tmp_path: Path, box: Mailbox):
    where = urlsplit(box.address)
    relay = Relay(where.hostname or "", where.port or 0)
    await relay.start()
    await relay.stop()
    through = where._replace(
        netloc=where.netloc.replace(f":{where.port}", f":{relay.port}")
    ).geturl()
    async with running(tmp_path, box, through) as province:
        await until(province.disconnected)
        assert (await province.state())["ready"], "HTTP serves without it"
        await relay.start()
        await until(province.connected)
        first = told(1, 2014, "A")
        await box.publish(first, signed(first))
        await until(province.has((2014, "A")))
        await relay.stop()
        await until(province.disconnected)
        second = told(2, 2015, "B")
        await box.publish(second, signed(second))
        await relay.start()
        await until(province.has((2014, "A"), (2015, "B")))
        await relay.stop()


class Locked(DatabaseInbox):
    """An inbox whose database is locked, for some messages for ever."""

    def __init__(self, inbox: Inbox, failures: dict[str, int]) -> None:
        self._inbox = inbox
        self.failures = failures

    async def store(self, message: PushedMessage) -> bool:
        if self.failures.get(message.message_id, 0):
            self.failures[message.message_id] -= 1
            raise OSError("database is locked")
        return await self._inbox.store(message)


async def test_a_fault_that_passes_costs_no_message_and_one_that_stays_blocks_none(
    tmp_path: Path, box: Mailbox
):
    async with opened(tmp_path, box, box.address) as gateway:
        transport = gateway.pushing[DEPARTMENT]
        locked = Locked(transport._inbox, {"M1": 2, "M2": 1_000})
        transport._inbox = locked
        taken: asyncio.Queue[str] = asyncio.Queue()

        async def tell(_: PushTransport, receipt: object) -> None:
            taken.put_nowait(receipt.message_id)  # type: ignore[attr-defined]

        consumer = Consumer(
            open_broker(box.address, box.names, 4),
            Intake(lambda: {DEPARTMENT: transport}, gateway.refused, tell),
            Way("broker"),
            Waits(first=0.01, deliveries=4),
        )
        async with consuming(consumer), asyncio.timeout(20):

            async def connected() -> bool:
                return consumer.connected is True

            await until(connected)
            bodies = [told(number, 2010 + number, "A") for number in (1, 2, 3)]
            for body in bodies:
                await box.publish(body, signed(body))
            assert {await taken.get(), await taken.get()} == {"M1", "M3"}

            async def tried() -> bool:
                return locked.failures == {"M1": 0, "M2": 996} and not await left()

            async def left() -> bool:
                return bool(await box.waiting())

            await until(tried)
        assert await box.aside() == bodies[1]
        assert await gateway.refused.count() == 0
