"""Work beside the gateway, in processes of its own: no question waits for it."""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from time import monotonic, time

import structlog

from gateway.loading.presences import Presences
from gateway.settings import Settings

_log = structlog.get_logger(__name__)
RECONCILE_EVERY = 72_000.0
"""Seconds between two reconciliations, less than a day: presence stays fresh."""
RECONCILE_SECONDS = 7_200.0
"""Seconds that one may take, and any other work."""
REBUILD_EVERY = 600.0
"""Seconds between two buildings of a department's presence out of turn."""


class Upkeep:
    """Runs `creditnet` commands, one at a time; a failure is logged, never raised."""

    def __init__(
        self,
        settings: Settings,
        environment: Mapping[str, str],
        presences: Presences | None,
    ) -> None:
        """Look after the presence, too, that `presences` knows."""
        self._environment = {**environment, **_variables(settings)}
        self._presences = presences
        self._every = settings.presence_every
        self._reconciled = settings.reconciled_place()
        self._turn = asyncio.Lock()
        self._rebuilt: dict[str, float] = {}

    async def run(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._reconcile_daily())
            if self._presences is not None:
                group.create_task(self._keep())
                group.create_task(self._rebuild(self._presences))

    async def _reconcile_daily(self) -> None:
        """Reconcile; at the start only what was not reconciled for as long."""
        await asyncio.sleep(self._left())
        while True:
            await self._command("reconcile")
            await asyncio.sleep(RECONCILE_EVERY)

    def _left(self) -> float:
        """Seconds until the next reconciliation, by when the last one ended."""
        try:
            age = time() - self._reconciled.stat().st_mtime
        except FileNotFoundError:
            return 0.0
        return max(RECONCILE_EVERY - age, 0.0) if age >= 0 else 0.0

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(self._every)
            await self._command("presence", "keep")

    async def _rebuild(self, presences: Presences) -> None:
        """Build presence anew that may be wrong or was lost, not too often each."""
        while True:
            doubted = {await presences.doubted.get()}
            while not presences.doubted.empty():
                doubted.add(presences.doubted.get_nowait())
            due = self._due(doubted, monotonic())
            if due:
                await self._command("presence", "build", *due)

    def _due(self, doubted: set[str], now: float) -> Sequence[str]:
        due = sorted(
            code
            for code in doubted
            if now - self._rebuilt.get(code, -REBUILD_EVERY) >= REBUILD_EVERY
        )
        self._rebuilt.update(dict.fromkeys(due, now))
        return due

    async def _command(self, *words: str) -> None:
        async with self._turn:
            await _run(words, self._environment)


async def _run(words: Sequence[str], environment: Mapping[str, str]) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "gateway", *words),
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for us; we end it
    )
    try:
        async with asyncio.timeout(RECONCILE_SECONDS):
            _, told = await process.communicate()
    except TimeoutError:
        _log.warning("upkeep took too long", command=words, seconds=RECONCILE_SECONDS)
    else:
        if process.returncode:
            reason = told.decode()[-500:]
            _log.warning("upkeep failed", command=words, reason=reason)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _variables(settings: Settings) -> Mapping[str, str]:
    """Give the settings that whoever started us may have set otherwise."""
    values = {"CREDITNET_DATA": str(settings.data)}
    if settings.clock:
        values["CREDITNET_CLOCK"] = settings.clock.isoformat()
    return values
