"""The demonstration: invented departments, a core filled from them, the gateway."""

import asyncio
import os
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
from rich.console import Console

from gateway.access.identity.issuer import open_issuer
from gateway.access.viewer import Role, Viewer
from gateway.errors import OperationRefused
from gateway.mocks import (
    MockControl,
    MockDepartments,
    MocksError,
    World,
    read_environment,
)
from gateway.premises import listening_socket, require_writable
from gateway.progress import Show, bars
from gateway.settings import REGISTER, SHANGHAI, Settings

if TYPE_CHECKING:
    from gateway.operations import Server

_TOKEN_HOURS = 12
CLOCK = datetime(2016, 10, 20, 9, 0, tzinfo=SHANGHAI)
"""The day of the launch, on which the invented world stands still."""

QUESTIONS = (
    (
        "一家企业的全部情况 One enterprise, connected",
        '{ enterprise(uscc: "%s") { name status region { fullName } '
        "penalties { totalCount nodes { decisionNumber fine authority "
        "provenance { department { name } asOf } } "
        "completeness { status } } } }",
    ),
    (
        "西宁的企业及其许可和处罚 Fifty firms of Xining with what departments hold",
        '{ enterprises(where: { region: "6301" }, first: 50) { totalCount nodes { '
        "uscc name licences { totalCount } penalties { totalCount } "
        "judicialAssistance { totalCount completeness { status } } } } }",
    ),
    (
        "各市州企业数量 Enterprises per prefecture",
        "{ enterpriseStatistics(groupBy: [REGION]) { keys count } }",
    ),
)


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What to show."""

    enterprises: int
    registers: Sequence[Path]
    pace: float


async def run(settings: Settings, demonstration: Demonstration) -> None:
    """Start everything, say where it is, and serve until interrupted.

    Raises OperationRefused, MocksError or CoreUnusable with a sentence for the
    operator.
    """
    console = Console()
    require_writable(settings.data)
    world = World(settings.data, demonstration.enterprises, pace=demonstration.pace)
    settings = replace(settings, clock=settings.clock or CLOCK)
    with listening_socket(settings) as listening:
        async with AsyncExitStack() as stack:
            with bars(console) as show:
                mocks = MockDepartments(world, show)
                await stack.enter_async_context(mocks)
                serving = asyncio.create_task(asyncio.to_thread(_server))
                await mocks.available(REGISTER)
                await _fill_core(settings, demonstration, show)
                await mocks.ready()
                environment = {**os.environ, **read_environment(settings.data)}
            control = MockControl(settings.data)

            async def started(url: str) -> None:
                try:
                    await control.push_to(url)
                except MocksError as error:  # the others serve all the same
                    console.print(str(error), style="yellow", highlight=False)
                _announce(console, url, settings.data)

            server = await serving
            await server(settings, environment, listening).run(started)


def _server() -> "type[Server]":
    """Load the gateway, which takes a second, while the departments start."""
    from gateway.operations import Server

    return Server


async def _fill_core(
    settings: Settings,
    demonstration: Demonstration,
    show: Show,
) -> None:
    """Synchronize the core, unless it was filled from the same world before."""
    stamp = settings.data / "demo.json"
    wanted = {
        "enterprises": demonstration.enterprises,
        "registers": [
            [str(path.resolve()), path.stat().st_mtime, path.stat().st_size]
            for path in demonstration.registers
            if path.exists()
        ],
    }
    with suppress(FileNotFoundError, orjson.JSONDecodeError):
        if orjson.loads(stamp.read_bytes()) == wanted:
            return
    stamp.unlink(missing_ok=True)
    await _synchronize(settings, demonstration.registers, show)
    stamp.write_bytes(orjson.dumps(wanted))


async def _synchronize(
    settings: Settings, registers: Sequence[Path], show: Show
) -> None:
    """Run `creditnet core sync` beside us, one process for each kind of data.

    Their memory ends with them. Raises OperationRefused with what one of them says on
    its way out.
    """
    options = [word for path in registers for word in ("--register", str(path))]
    await asyncio.gather(
        _run_sync(settings, ["--only", "REGISTRATION", *options], show),
        _run_sync(settings, ["--only", "ANNUAL_REPORT"], show),
    )


async def _run_sync(settings: Settings, options: Sequence[str], show: Show) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "gateway", "core", "sync", "--lines", *options),
        env={**os.environ, **read_environment(settings.data)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    faults = asyncio.create_task((process.stderr or asyncio.StreamReader()).read())
    async for line in process.stdout or asyncio.StreamReader():
        words = orjson.loads(line)
        show(words["stage"], words["done"])
    if await process.wait():
        raise OperationRefused((await faults).decode().strip())
    faults.cancel()


def _announce(console: Console, url: str, data: Path) -> None:
    def say(words: str) -> None:
        console.print(words, highlight=False)

    viewer = Viewer("demo", Role.ANALYST)
    token = open_issuer(data).token(viewer, _TOKEN_HOURS)

    say("\n[bold]信用一张网 Creditnet[/bold]  Ctrl-C 结束 stops everything")
    say("故障 faults: creditnet mock fault QH-EPD down · creditnet mock reset")
    stories = orjson.loads((data / "departments" / "stories.json").read_bytes())
    for title, question in QUESTIONS:
        say(f"\n[bold]{title}[/bold]")
        code = stories["everything"]
        console.out(question.replace("%s", code), highlight=False)
    say(f"\n政务 government   {url}/graphql")
    say(f"公示 public       {url}/public/graphql")
    say(f"令牌 token        {_TOKEN_HOURS} h, for Authorization: Bearer …")
    console.out(token, highlight=False)
    say("其他角色 others:   creditnet token --help")
    console.out(f"页面 playground   {url}/playground#token={token}", highlight=False)
