"""More than can be done is refused at once; who is let in is answered in time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from math import inf
from time import monotonic

import aiohttp
import pytest
from starlette.types import Receive, Scope, Send

from gateway.access.demand.heartbeat import Heartbeat
from gateway.access.demand.shedding import Gate, Overloaded, Room
from gateway.access.viewer import ANYBODY, Caller, Role, Viewer
from gateway.graphql_over_http import refused
from gateway.replies import Reply
from tests.serving import serving

pytestmark = pytest.mark.anyio
PUBLIC = Caller(ANYBODY)
ANALYST = Caller(Viewer("a", Role.ANALYST))
PORTAL = Caller(Viewer("p", Role.PORTAL))


class Work:
    """Requests that last until they are told to end."""

    def __init__(self, room: Room, heartbeat: Heartbeat | None = None) -> None:
        self.gate = Gate(room, heartbeat or Heartbeat())
        self.order: list[str] = []
        self.end = asyncio.Event()
        self.tasks: list[asyncio.Task[None]] = []

    async def start(
        self, name: str, caller: Caller, seconds: float = inf
    ) -> asyncio.Task[None]:
        task = asyncio.create_task(self._work(name, caller, seconds))
        self.tasks.append(task)
        await settled()
        return task

    async def _work(self, name: str, caller: Caller, seconds: float) -> None:
        async with self.gate.admitted(caller, seconds):
            self.order.append(name)
            await self.end.wait()

    async def finish(self) -> list[BaseException | None]:
        self.end.set()
        async with asyncio.timeout(30):
            return await asyncio.gather(*self.tasks, return_exceptions=True)


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_government_goes_first_in_the_order_of_coming():
    work = Work(Room(running=1, waiting=10, patience=30))
    for name, caller in [
        ("first", PUBLIC),
        ("public 1", PUBLIC),
        ("portal", PORTAL),
        ("public 2", PUBLIC),
        ("analyst 1", ANALYST),
        ("analyst 2", ANALYST),
    ]:
        await work.start(name, caller)
    assert (work.gate.running, work.gate.waiting) == (1, 5)
    assert await work.finish() == [None] * 6
    assert work.order == [
        *("first", "analyst 1", "analyst 2", "portal", "public 1", "public 2")
    ]
    assert (work.gate.running, work.gate.waiting) == (0, 0)


async def test_a_full_queue_refuses_at_once_whoever_matters_least():
    work = Work(Room(running=1, waiting=2, patience=30))
    for name in ("in", "waits", "last"):
        await work.start(name, PUBLIC)
    refused_task = await work.start("refused", PUBLIC)
    assert isinstance(refused_task.exception(), Overloaded)
    await work.start("analyst", ANALYST)
    assert isinstance(work.tasks[2].exception(), Overloaded)
    assert work.gate.waiting == 2
    await work.finish()
    assert work.order == ["in", "analyst", "waits"]


async def test_patience_ends():
    work = Work(Room(running=1, waiting=5, patience=0.05))
    await work.start("in", ANALYST)
    late = await work.start("late", ANALYST)
    async with asyncio.timeout(30):
        with pytest.raises(Overloaded) as caught:
            await late
    assert (caught.value.status, caught.value.code) == (503, "OVERLOADED")
    assert caught.value.headers["Retry-After"] == "1"
    assert (work.gate.running, work.gate.waiting) == (1, 0)
    await work.finish()


async def test_who_leaves_gives_his_place_away():
    work = Work(Room(running=1, waiting=5, patience=30))
    await work.start("in", ANALYST)
    gone = await work.start("gone", ANALYST)
    await work.start("stays", ANALYST)
    gone.cancel()
    await settled()
    assert work.gate.waiting == 1
    await work.finish()
    assert work.order == ["in", "stays"]
    assert work.gate.running == 0


async def test_who_leaves_when_it_is_his_turn_gives_the_turn_away():
    work = Work(Room(running=1, waiting=5, patience=30))
    first = await work.start("in", ANALYST)
    gone = await work.start("gone", ANALYST)
    await work.start("stays", ANALYST)
    work.end.set()
    first.add_done_callback(lambda _: gone.cancel())
    await work.finish()
    assert work.gate.running == 0
    assert work.order[-1] == "stays"


async def test_one_that_fails_makes_room():
    gate = Gate(Room(running=1), Heartbeat())
    with pytest.raises(ZeroDivisionError):
        async with gate.admitted(ANALYST):
            raise ZeroDivisionError
    assert gate.running == 0


async def test_a_deadline_that_cannot_be_kept_is_refused_at_once():
    seconds = 0.0
    gate = Gate(
        Room(running=1, waiting=100, patience=60), Heartbeat(1.0, lambda: seconds)
    )
    for _ in range(100):
        async with gate.admitted(ANALYST):
            seconds += 4.0
    async with gate.admitted(ANALYST):
        with pytest.raises(Overloaded):
            await gate.admitted(ANALYST, 7.0).__aenter__()
        waits = asyncio.create_task(gate.admitted(ANALYST, 9.0).__aenter__())
        await settled()
        with pytest.raises(Overloaded) as caught:
            await gate.admitted(ANALYST, 11.0).__aenter__()
        assert caught.value.again == 8
    await waits


async def test_a_late_loop_refuses_the_public_first():
    seconds = 0.0
    heartbeat = Heartbeat(0.1, lambda: seconds)
    gate = Gate(Room(lag=0.5), heartbeat)
    heartbeat.beat()
    for lag, let_in in [
        (0.4, [PUBLIC, PORTAL, ANALYST]),
        (0.6, [PORTAL, ANALYST]),
        (1.1, [ANALYST]),
        (2.1, []),
    ]:
        seconds = 0.1 + lag
        for caller in (PUBLIC, PORTAL, ANALYST):
            try:
                async with gate.admitted(caller):
                    assert caller in let_in
            except Overloaded:
                assert caller not in let_in
    for _ in range(4):
        heartbeat.beat()
        seconds += 0.1
    assert heartbeat.lag < 0.5


async def test_a_blocked_loop_is_noticed():
    heartbeat = Heartbeat(0.01)
    async with heartbeat.running():
        await asyncio.sleep(0)
        end = monotonic() + 0.3
        while monotonic() < end:
            pass
        assert heartbeat.lag > 0.2
    assert heartbeat.lag == 0.0


class Service:
    """An application behind a gate; all are answered at once, or as it is told."""

    def __init__(self, gate: Gate, lasting: float | None = None) -> None:
        self.gate = gate
        self.lasting = lasting
        self.end = asyncio.Event()
        self.most = (0, 0)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        caller = ANALYST if scope["path"] == "/analyst" else PUBLIC
        try:
            async with self.gate.admitted(caller):
                await self._work()
                reply = Reply(200, [], b"ok")
        except Overloaded as overloaded:
            reply = refused(overloaded)
        await reply(scope, receive, send)

    async def _work(self) -> None:
        running, waiting = self.most
        self.most = (
            max(running, self.gate.running),
            max(waiting, self.gate.waiting),
        )
        if self.lasting is None:
            await self.end.wait()
        else:
            await asyncio.sleep(self.lasting)


@asynccontextmanager
async def clients(url: str) -> AsyncIterator[aiohttp.ClientSession]:
    connector = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=60)
    async with aiohttp.ClientSession(url, connector=connector, timeout=timeout) as one:
        yield one


async def status(session: aiohttp.ClientSession, path: str) -> tuple[int, str | None]:
    async with session.get(path) as response:
        await response.read()
        return response.status, response.headers.get("Retry-After")


async def test_a_server_that_is_stuck_refuses_at_once_and_nobody_hangs():
    service = Service(Gate(Room(running=4, waiting=8, patience=60), Heartbeat()))
    async with serving(service) as url, clients(url) as session:
        tasks = [asyncio.create_task(status(session, "/")) for _ in range(100)]
        pending: set[asyncio.Task[tuple[int, str | None]]] = set(tasks)
        async with asyncio.timeout(60):
            while len(pending) > 12:
                done, pending = await asyncio.wait(
                    pending, return_when=asyncio.FIRST_COMPLETED
                )
                assert {one.result()[0] for one in done} == {503}
                assert None not in {one.result()[1] for one in done}
            assert (service.gate.running, service.gate.waiting) == (4, 8)
            analyst = asyncio.create_task(status(session, "/analyst"))
            done, pending = await asyncio.wait(
                pending, return_when=asyncio.FIRST_COMPLETED
            )
            assert {one.result()[0] for one in done} == {503}, "a place for government"
            service.end.set()
            assert (await analyst)[0] == 200
            assert {one[0] for one in await asyncio.gather(*pending)} == {200}
    assert service.most[0] == 4
    assert (service.gate.running, service.gate.waiting) == (0, 0)


async def test_clients_that_leave_a_stuck_server_leave_the_queue():
    gate = Gate(Room(running=1, waiting=8, patience=60), Heartbeat())
    async with gate.admitted(ANALYST):
        waiting = [
            asyncio.create_task(gate.admitted(PUBLIC).__aenter__()) for _ in range(8)
        ]
        await settled()
        assert gate.waiting == 8
        for one in waiting:
            one.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        assert gate.waiting == 0


async def test_under_three_times_the_load_who_is_let_in_is_in_time():
    lasting, patience = 0.02, 0.2
    service = Service(Gate(Room(4, 40, patience), Heartbeat()), lasting)
    times: list[float] = []
    outcomes: list[int] = []

    async def client(session: aiohttp.ClientSession) -> None:
        for _ in range(8):
            started = monotonic()
            code, _ = await status(session, "/")
            outcomes.append(code)
            if code == 200:
                times.append(monotonic() - started)

    async with serving(service) as url, clients(url) as session:
        async with asyncio.timeout(60):
            await asyncio.gather(*(client(session) for _ in range(100)))
    assert len(outcomes) == 800
    assert set(outcomes) == {200, 503}
    assert service.most[0] <= 4
    assert service.most[1] <= 40
    assert max(times) < patience + lasting + 2, "the rest is a busy machine's"
