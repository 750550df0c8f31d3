"""Work beside the gateway, in processes of its own: no question waits for it."""

import asyncio
import sys
from collections.abc import Mapping

import structlog

from gateway.settings import Settings

_log = structlog.get_logger(__name__)
RECONCILE_EVERY = 86_400.0
"""Seconds between two reconciliations."""
RECONCILE_SECONDS = 7_200.0
"""Seconds that one may take."""


async def reconcile_daily(settings: Settings, environment: Mapping[str, str]) -> None:
    """Run `creditnet reconcile` now and then; its failure is logged, never raised."""
    while True:
        await _reconcile({**environment, **_variables(settings)})
        await asyncio.sleep(RECONCILE_EVERY)


async def _reconcile(environment: Mapping[str, str]) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "gateway", "reconcile"),
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for us; we end it
    )
    try:
        async with asyncio.timeout(RECONCILE_SECONDS):
            _, words = await process.communicate()
    except TimeoutError:
        _log.warning("reconciliation took too long", seconds=RECONCILE_SECONDS)
    else:
        if process.returncode:
            _log.warning("reconciliation failed", reason=words.decode()[-500:])
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
