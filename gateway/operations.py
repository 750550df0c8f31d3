"""What an operator can do: serve, synchronize, reconcile, look at adapters."""

import asyncio
import gc
import os
import socket
import sys
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Iterable,
    Mapping,
    Sequence,
)
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import uvicorn
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from adapters.contract import Adapter
from adapters.errors import SourceError
from adapters.registers import open_register
from gateway.access.hygiene.connections import ConnectionLimits, bounded
from gateway.access.hygiene.encryption import context_factory, encryption_of
from gateway.app import create_app, polling_of
from gateway.building import NOT_GONE_THROUGH, Building
from gateway.collector import spare_what_stays
from gateway.core import OF_THE_CORE, SyncResult
from gateway.errors import OperationRefused
from gateway.loading.presence import told
from gateway.loading.shelf import name_of
from gateway.opening import Gateway, age_limits, open_gateway
from gateway.premises import listening_socket, require_writable
from gateway.progress import bars, tell_progress
from gateway.reconciliation import Reconciliation
from gateway.refused_messages import RefusedMessages
from gateway.registers import further_registers
from gateway.server import StreamingServer
from gateway.settings import REGISTER, SHANGHAI, Settings
from gateway.upkeep import Upkeep
from schema.record_type import RecordType

Progress = Callable[[str, float], None]
Started = Callable[[str], Awaitable[None]]
LISTED = 100
"""Refused messages shown at the most."""


class Server:
    """The gateway on a socket."""

    def __init__(
        self,
        settings: Settings,
        environment: Mapping[str, str],
        listening: socket.socket,
    ) -> None:
        """Serve on a socket that is already bound."""
        self._settings = settings
        self._environment = environment
        self._listening = listening

    async def run(self, started: Started) -> None:
        """Serve until interrupted; `started` hears the address."""
        settings = self._settings
        encryption = encryption_of(
            settings.tls_certificate, settings.tls_key, settings.tls_clients
        )
        scheme = "http" if encryption is None else "https"
        gateway = await open_gateway(settings, self._environment)
        limits = ConnectionLimits(settings.connections, settings.head_deadline)
        host, port = self._listening.getsockname()[:2]
        told: set[asyncio.Task[None]] = set()

        async def tell() -> None:
            while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
                await asyncio.sleep(0.02)
            spare_what_stays()
            await started(f"{scheme}://{host}:{port}")

        config = uvicorn.Config(
            create_app(gateway, lambda: told.add(asyncio.create_task(tell()))),
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=3,
            ws_max_size=self._settings.max_body,
            server_header=False,
            http=bounded(limits),
            ssl_context_factory=context_factory(encryption),
        )
        server = StreamingServer(config, gateway.changes.end)
        upkeep = Upkeep(self._settings, self._environment, gateway.presences)
        beside = [
            asyncio.create_task(work)
            for work in (upkeep.run(), polling_of(gateway).run())
        ]
        try:
            with suppress(asyncio.CancelledError):
                await server.serve(sockets=[self._listening])
                await asyncio.sleep(0)  # a signal that ended it cancels us here
        finally:
            for task in beside:
                task.cancel()
            await asyncio.wait(beside)
            await gateway.close()


async def serve(settings: Settings, environment: Mapping[str, str]) -> None:
    """Serve the departments that the environment names."""
    require_writable(settings.data)
    with listening_socket(settings) as listening:

        async def started(url: str) -> None:
            Console().print(f"信用一张网 Creditnet  {url}", highlight=False)

        await Server(settings, environment, listening).run(started)


async def sync_core(
    settings: Settings,
    environment: Mapping[str, str],
    registers: Sequence[Path],
    progress: Progress,
    only: Collection[RecordType] = OF_THE_CORE,
) -> Sequence[SyncResult]:
    """Fill the core from the commerce administration and from other registers.

    Raises OperationRefused when a source can't be read.
    """
    gateway = await open_gateway(settings, environment, REGISTER)
    try:
        if gateway.problems or REGISTER not in gateway.adapters:
            faults = "; ".join(str(p) for p in gateway.problems.values())
            raise OperationRefused(
                f"{REGISTER} 没有可用的适配器 (no adapter): {faults}"
            )
        adapter = gateway.adapters[REGISTER]
        results = [await gateway.core.sync(adapter, progress, record_types=only)]
        for path in registers:
            register = open_register(path)
            try:
                source = f"register:{path.name}"
                results.append(await gateway.core.sync(register, progress, source))
            finally:
                await register.close()
        for further in further_registers(settings, environment):
            try:
                found = await gateway.core.sync(further, progress, record_types=only)
                results.append(found)
            finally:
                await further.close()
    except SourceError as error:
        raise OperationRefused(error.reason) from error
    finally:
        await gateway.close()
    return results


async def sync(
    settings: Settings,
    environment: Mapping[str, str],
    registers: Sequence[Path],
    only: Collection[RecordType] = OF_THE_CORE,
    *,
    lines: bool = False,
) -> None:
    """Synchronize with a progress bar, then say what came of it.

    With `lines`, progress is told as JSON lines to whoever started us.
    """
    gc.set_threshold(200_000, 50, 50)  # pages of rows make much garbage, no cycles
    require_writable(settings.data)
    if lines:
        await sync_core(settings, environment, registers, tell_progress, only)
        return
    console = Console()
    with bars(console) as show:
        results = await sync_core(settings, environment, registers, show, only)
    for one in results:
        console.print(
            f"{one.source}: 读取 {one.read}，更新 {one.changed}，搁置 {one.set_aside} "
            f"(read, changed, set aside)",
            highlight=False,
        )


async def reconcile(
    settings: Settings, environment: Mapping[str, str], departments: Sequence[str] = ()
) -> None:
    """Go through all departments once, or through some, giving way to others.

    Their presence is built at the same time. Raises OperationRefused while the core is
    empty, and for a department that nobody knows.
    """
    os.nice(10)
    async with _filled(settings, environment) as gateway:
        with bars(Console()) as show:
            work = Reconciliation(
                _chosen(gateway, departments or sorted(gateway.adapters)),
                gateway.core,
                gateway.quarantine,
                gateway.shelf,
                gateway.plugging.current.contract.records,
            )
            await work.run(
                settings.now(), lambda _code, done: show("核对 reconcile", done)
            )
        if not departments:
            settings.reconciled_place().touch()


async def keep_presence(settings: Settings, environment: Mapping[str, str]) -> None:
    """Read files anew, and build what was lost.

    Presence is settled with the core's last synchronization. Raises OperationRefused
    while the core is empty.
    """
    os.nice(10)
    async with _filled(settings, environment) as gateway:
        building = Building(gateway.core, gateway.shelf)
        lost = await building.lost(gateway.adapters)
        if lost:
            work = Reconciliation(
                _chosen(gateway, lost),
                gateway.core,
                gateway.quarantine,
                gateway.shelf,
                gateway.plugging.current.contract.records,
            )
            await work.run(settings.now(), lambda _code, _done: None)
        else:
            await building.settle()


async def show_presence(settings: Settings, environment: Mapping[str, str]) -> None:
    """List the presence of all departments, and who can't be ruled out."""
    gateway = await open_gateway(settings, environment)
    ordinals = gateway.shelf.ordinals()
    known = gateway.shelf.presences(ordinals)
    limits = age_limits(settings, gateway.adapters)
    table = Table("部门", "记录类型", "企业", "时间", "可排除")
    for code, adapter in sorted(gateway.adapters.items()):
        for record_type in sorted(adapter.record_types - NOT_GONE_THROUGH, key=str):
            one = known.get(name_of(code, record_type))
            words = told(one, limits.of(code), settings.now())
            count = "" if one is None else f"{len(one.held):,}"
            built = "" if one is None else f"{one.built:%Y-%m-%d %H:%M}"
            table.add_row(code, record_type.value, count, built, words)
    Console().print(table)
    await gateway.close()


@asynccontextmanager
async def _filled(
    settings: Settings, environment: Mapping[str, str]
) -> AsyncIterator[Gateway]:
    """Open a gateway; raises OperationRefused while its core is empty."""
    gateway = await open_gateway(settings, environment)
    try:
        if RecordType.REGISTRATION not in gateway.core.as_of:
            raise OperationRefused(
                "登记数据尚未同步：先运行 creditnet core sync (synchronize first)"
            )
        yield gateway
    finally:
        await gateway.close()


def _chosen(gateway: Gateway, departments: Iterable[str]) -> Mapping[str, Adapter]:
    unknown = sorted({*departments} - gateway.adapters.keys())
    if unknown:
        raise OperationRefused(f"没有部门 {'、'.join(unknown)} (no such department)")
    return {code: gateway.adapters[code] for code in departments}


async def list_adapters(settings: Settings, environment: Mapping[str, str]) -> None:
    """List all adapters, and what is wrong with those that could not be loaded."""
    gateway = await open_gateway(settings, environment)
    console = Console()
    table = Table("部门", "接口", "主体代码", "每批", "记录类型")
    for code, adapter in sorted(gateway.adapters.items()):
        types = " ".join(sorted(kind.value for kind in adapter.record_types))
        known = adapter.capabilities
        table.add_row(code, adapter.kind, known.key, str(known.batch), types)
    console.print(table)
    for problem in gateway.problems.values():
        console.print(str(problem), style="red", highlight=False)
    await gateway.close()


async def show_refused(
    settings: Settings, environment: Mapping[str, str], number: int | None
) -> None:
    """List the pushed messages that could not be taken, or write one as it came.

    Raises OperationRefused for a number that nothing is kept under.
    """
    gateway = await open_gateway(settings, environment)
    try:
        if number is None:
            await _list_refused(gateway.refused)
            return
        body = await gateway.refused.body(number)
    finally:
        await gateway.close()
    if body is None:
        raise OperationRefused(f"没有编号为 {number} 的报文 (no such message)")
    sys.stdout.buffer.write(body)


async def _list_refused(refused: RefusedMessages) -> None:
    table = Table("编号", "部门", "途径", "字节", "次数", "最近时间", "原因")
    for one in await refused.newest(LISTED):
        seen = f"{one.last_seen.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
        numbers = (str(one.size), str(one.times))
        reason = escape(one.reason)
        table.add_row(str(one.number), one.department, one.way, *numbers, seen, reason)
    Console().print(table)
