"""What an operator can do: serve, synchronize, reconcile, look at adapters."""

import asyncio
import gc
import os
import socket
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import uvicorn
from rich.console import Console
from rich.table import Table

from adapters.errors import SourceError
from adapters.registers import open_register
from gateway.app import create_app, open_gateway
from gateway.collector import spare_what_stays
from gateway.core import OF_THE_CORE, SyncResult
from gateway.errors import OperationRefused
from gateway.premises import listening_socket, require_writable
from gateway.progress import bars, tell_progress
from gateway.reconciliation import Reconciliation
from gateway.server import StreamingServer
from gateway.settings import REGISTER, Settings
from gateway.upkeep import reconcile_daily
from schema.record_type import RecordType

Progress = Callable[[str, float], None]
Started = Callable[[str], Awaitable[None]]
CHECK_SECONDS = 10.0


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
        gateway = await open_gateway(self._settings, self._environment)
        host, port = self._listening.getsockname()[:2]
        told: set[asyncio.Task[None]] = set()

        async def tell() -> None:
            while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
                await asyncio.sleep(0.02)
            spare_what_stays()
            await started(f"http://{host}:{port}")

        config = uvicorn.Config(
            create_app(gateway, lambda: told.add(asyncio.create_task(tell()))),
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=3,
            ws_max_size=self._settings.max_body,
        )
        server = StreamingServer(config, gateway.changes.end)
        upkeep = asyncio.create_task(reconcile_daily(self._settings, self._environment))
        try:
            with suppress(asyncio.CancelledError):
                await server.serve(sockets=[self._listening])
                await asyncio.sleep(0)  # a signal that ended it cancels us here
        finally:
            upkeep.cancel()
            await asyncio.wait([upkeep])
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
    """Fill the core from the commerce administration and from register files.

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


async def reconcile(settings: Settings, environment: Mapping[str, str]) -> None:
    """Go through all departments once, with a progress bar, giving way to others.

    Raises OperationRefused while the core is empty.
    """
    os.nice(10)
    gateway = await open_gateway(settings, environment)
    try:
        if RecordType.REGISTRATION not in gateway.core.as_of:
            raise OperationRefused(
                "登记数据尚未同步：先运行 creditnet core sync (synchronize first)"
            )
        with bars(Console()) as show:
            work = Reconciliation(gateway.adapters, gateway.core, gateway.quarantine)
            await work.run(
                settings.now(), lambda _code, done: show("核对 reconcile", done)
            )
    finally:
        await gateway.close()


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


async def check_adapters(
    settings: Settings, environment: Mapping[str, str], department: str
) -> None:
    """Ask departments whether they can be reached; raises OperationRefused if not."""
    gateway = await open_gateway(settings, environment)
    codes = [department] if department else sorted(gateway.adapters)
    unknown = [code for code in codes if code not in gateway.adapters]
    failed: list[str] = []
    for code in codes:
        if code in unknown:
            failed.append(f"{code}: 没有这个部门或声明有误 (unknown or refused)")
            continue
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                await gateway.adapters[code].check()
        except SourceError as error:
            failed.append(f"{code}: {error.reason}")
        except TimeoutError:
            failed.append(f"{code}: {CHECK_SECONDS:g} 秒内未答复 (no answer in time)")
    await gateway.close()
    if failed:
        raise OperationRefused("\n".join(failed))
    Console().print(
        f"{len(codes)} 个部门均可访问 (all can be reached)", highlight=False
    )
