"""The invented province as a process beside the gateway, and orders to it."""

import asyncio
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import aiohttp

START_SECONDS = 300.0
STOP_SECONDS = 10.0
ORDER_SECONDS = 30.0


class MocksError(Exception):
    """The invented departments can't do what was asked; the message says why."""


@dataclass(frozen=True, slots=True)
class World:
    """Which province to invent, and where it lies."""

    directory: Path
    enterprises: int = 66_800
    seed: int = 20161020
    pace: float = 1.0


class MockDepartments:
    """The process that runs the departments; it ends with us."""

    def __init__(self, world: World, progress: Callable[[str, float], None]) -> None:
        """Prepare to start; `progress` hears the stage and its share done."""
        self._world = world
        self._progress = progress
        self._process: asyncio.subprocess.Process | None = None
        self._listening: asyncio.Task[object] | None = None
        self._available: dict[str, asyncio.Event] = defaultdict(asyncio.Event)

    async def __aenter__(self) -> Self:
        """Start the process; departments come up one after the other."""
        world = self._world
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "mock_departments", str(world.directory)),
            *("--enterprises", str(world.enterprises), "--seed", str(world.seed)),
            *("--pace", str(world.pace)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        self._listening = asyncio.create_task(self._until_ready(self._process))
        return self

    async def available(self, code: str) -> None:
        """Wait until one department serves; raises MocksError when it won't."""
        event: asyncio.Task[object] = asyncio.create_task(self._available[code].wait())
        try:
            await self._first_of([event])
        finally:
            event.cancel()

    async def ready(self) -> None:
        """Wait until all departments serve; raises MocksError when they won't."""
        await self._first_of([])

    async def _first_of(self, wanted: Sequence[asyncio.Task[object]]) -> None:
        listening = [self._listening] if self._listening is not None else []
        done, _ = await asyncio.wait(
            [*wanted, *listening],
            timeout=START_SECONDS,
            return_when=asyncio.FIRST_COMPLETED,
        )
        if not done:
            raise MocksError("模拟部门未能及时启动 (the departments did not start)")
        for task in done:
            await task

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the departments."""
        await self._stop()

    async def _until_ready(self, process: asyncio.subprocess.Process) -> None:
        lines = process.stdout or asyncio.StreamReader()
        async for line in lines:
            words = json.loads(line)
            if "error" in words:
                raise MocksError(words["error"])
            if words.get("ready"):
                return
            if "available" in words:
                self._available[words["available"]].set()
            else:
                self._progress(words["stage"], words["done"])
        raise MocksError("模拟部门意外退出 (the departments' process ended)")

    async def _stop(self) -> None:
        process = self._process
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
        if process is None or process.returncode is not None:
            return
        if process.stdin:
            process.stdin.close()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


def read_environment(directory: Path) -> Mapping[str, str]:
    """Read how to reach the departments, as their host wrote it.

    Raises MocksError when no departments were ever started there.
    """
    path = directory / "departments" / "departments.env"
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError as error:
        raise MocksError(
            f"{path} 不存在：先运行 creditnet demo (run it first)"
        ) from error
    pairs = (line.partition("=") for line in lines if line)
    return {name: value for name, _, value in pairs}


def demo_environment(directory: Path) -> Mapping[str, str]:
    """Give what a demonstration on the same data wrote; nothing when there was none."""
    try:
        return read_environment(directory)
    except MocksError:
        return {}


class MockControl:
    """Orders to running departments: misbehave, recover, push there."""

    def __init__(self, directory: Path) -> None:
        """Find the departments that run on `directory`."""
        self._directory = directory

    async def departments(self) -> list[dict[str, object]]:
        """List code, kind, current profile and possible profiles."""
        return list(await self._order("GET", "/departments"))

    async def misbehave(self, code: str, profile: str) -> None:
        """Let one department play a fault profile."""
        await self._order("PUT", f"/departments/{code}/profile", {"profile": profile})

    async def amend(
        self, code: str, record_type: str, uscc: str, facts: Mapping[str, str]
    ) -> None:
        """Let one department change the last record about somebody, or add one."""
        body = {"recordType": record_type, "uscc": uscc, "facts": facts}
        await self._order("POST", f"/departments/{code}/records", body)

    async def reset(self) -> None:
        """Let all behave again."""
        await self._order("POST", "/reset")

    async def push_to(self, url: str) -> None:
        """Tell those that push where the gateway listens; wait until they have."""
        await self._order("PUT", "/push-target", {"url": url})

    async def _order(
        self, method: str, path: str, body: object = None
    ) -> list[dict[str, object]]:
        timeout = aiohttp.ClientTimeout(total=ORDER_SECONDS)
        try:
            base = (self._directory / "departments" / "control").read_text()
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.request(method, base + path, json=body) as answer,
            ):
                found = await answer.json()
        except (OSError, aiohttp.ClientError, TimeoutError) as error:
            raise MocksError(
                f"{self._directory} 上没有运行中的模拟部门：先运行 creditnet demo "
                "(no departments run there; start the demo first)"
            ) from error
        if answer.status >= 400:
            raise MocksError(str(found["error"]))
        return found if isinstance(found, list) else [found]
