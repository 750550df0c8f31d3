"""The demonstration: the invented departments, the core filled from them, the gateway."""

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import orjson
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from gateway.mocks import MockControl, MockDepartments, World, read_environment
from gateway.operations import (
    Server,
    listening_socket,
    require_writable,
    sync_core,
)
from gateway.settings import SHANGHAI, Settings

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
    world = World(
        settings.data, demonstration.enterprises, pace=demonstration.pace
    )
    with listening_socket(settings) as socket, _progress(console) as progress:
        bars = _Bars(progress)
        async with MockDepartments(world, bars.show):
            settings = replace(settings, clock=settings.clock or CLOCK)
            environment = {**os.environ, **read_environment(settings.data)}
            await _fill_core(settings, environment, demonstration, bars)
            progress.stop()
            control = MockControl(settings.data)

            async def started(url: str) -> None:
                await control.push_to(url)
                _announce(console, url, settings)

            await Server(settings, environment, socket).run(started)


async def _fill_core(
    settings: Settings,
    environment: dict[str, str],
    demonstration: Demonstration,
    bars: "_Bars",
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
    await sync_core(settings, environment, demonstration.registers, bars.show)
    stamp.write_bytes(orjson.dumps(wanted))


def _progress(console: Console) -> Progress:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=console)


class _Bars:
    """One bar per stage, in the order they begin."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._bars: dict[str, TaskID] = {}

    def show(self, stage: str, done: float) -> None:
        if stage not in self._bars:
            self._bars[stage] = self._progress.add_task(stage, total=1.0)
        self._progress.update(self._bars[stage], completed=done)


def _announce(console: Console, url: str, settings: Settings) -> None:
    say = console.print
    say(f"\n[bold]信用一张网 Creditnet[/bold]  {url}", highlight=False)
    say(f"  政务查询 government   {url}/graphql", highlight=False)
    say(f"  社会公示 public       {url}/public/graphql", highlight=False)
    say(f"  查询页面 playground   {url}/playground", highlight=False)
    say("  模拟故障 faults       creditnet mock fault QH-EPD down · mock reset")
    code = _story(settings)
    for title, question in QUESTIONS:
        say(f"\n[bold]{title}[/bold]", highlight=False)
        console.out(question % code if "%s" in question else question)
    say("\nCtrl-C 结束 stops everything", highlight=False)


def _story(settings: Settings) -> str:
    return "91630102QH"
