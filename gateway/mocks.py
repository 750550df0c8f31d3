"""The invented province as a process beside the gateway, and orders to it."""

import asyncio
import json
import sys
from collections.abc import Callable, Mapping
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

    async def __aenter__(self) -> Self:
        """Start the departments and wait until all serve.

        Raises MocksError when they don't come up.
        """
        world = self._world
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "mock_departments", str(world.directory)),
            *("--enterprises", str(world.enterprises), "--seed", str(world.seed)),
            *("--pace", str(world.pace)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(START_SECONDS):
                await self._until_ready(self._process)
        except TimeoutError as error:
            await self._stop()
            raise MocksError(
                "模拟部门未能及时启动 (the departments did not start)"
            ) from error
        return self

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
            self._progress(words["stage"], words["done"])
        raise MocksError("模拟部门意外退出 (the departments' process ended)")

    async def _stop(self) -> None:
        process = self._process
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

    async def reset(self) -> None:
        """Let all behave again."""
        await self._order("POST", "/reset")

    async def push_to(self, url: str) -> None:
        """Tell those that push where the gateway listens."""
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
