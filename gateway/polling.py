"""Polls the departments that can tell what changed, by one gateway of all."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from random import uniform
from uuid import uuid4

import structlog
from sqlalchemy.exc import SQLAlchemyError

from adapters.contract import Adapter
from adapters.errors import SourceError
from gateway.changelog import ChangeLog
from gateway.leases import Leases
from gateway.polled import Overtaken, Polled
from gateway.quarantine import Quarantine, SetAsideRow
from gateway.settings import Settings
from schema.record_type import RecordType

_log = structlog.get_logger(__name__)
_AT_A_TIME = 4
"""Departments that are polled at the same time."""
_LEASE = "polling"
_LEAVE_SECONDS = 2.0
_POSITION = "变更（changes）"
"""Where a page stood that could not be read at all."""


class Polling:
    """Reads what changed into the log; a department that fails waits for its turn.

    A department's rate is its connection's, which everybody shares.
    """

    def __init__(
        self,
        adapters: Callable[[], Mapping[str, Adapter]],
        polled: Polled,
        log: ChangeLog,
        leases: Leases,
        quarantine: Quarantine,
        settings: Settings,
    ) -> None:
        """Poll those that have `delta` of whoever is plugged in at the time."""
        self._adapters = adapters
        self._polled = polled
        self._log = log
        self._leases = leases
        self._quarantine = quarantine
        self._settings = settings
        self._places = asyncio.Semaphore(_AT_A_TIME)
        self._me = uuid4().hex

    async def run(self) -> None:
        """Poll until cancelled."""
        every = self._settings.poll_every
        try:
            while True:
                try:
                    await self.once()
                except Exception:  # noqa: BLE001 - the database may be back next time
                    _log.exception("changes not polled")
                await asyncio.sleep(uniform(0.9, 1.1) * every)  # noqa: S311 - no secret
        finally:
            await self.leave()

    async def leave(self) -> None:
        """Let another gateway poll at once; a failure only lets it wait."""
        try:
            async with asyncio.timeout(_LEAVE_SECONDS):
                await self._leases.release(_LEASE, self._me)
        except (SQLAlchemyError, OSError, TimeoutError):
            _log.warning("lease not released", lease=_LEASE)

    async def once(self) -> None:
        """Poll everybody once, unless another gateway does, and drop old changes."""
        seconds = 2 * self._settings.poll_every
        if not await self._leases.take(_LEASE, self._me, seconds):
            return
        adapters = self._adapters().values()
        polled = [one for one in adapters if one.capabilities.delta]
        await asyncio.gather(*(self._department(one) for one in polled))
        kept = timedelta(days=self._settings.change_days)
        await self._log.trim(self._settings.now() - kept)

    async def _department(self, adapter: Adapter) -> None:
        async with self._places:
            for record_type in sorted(adapter.record_types, key=str):
                await self._poll(adapter, record_type)

    async def _poll(self, adapter: Adapter, record_type: RecordType) -> None:
        department = adapter.department
        about = {"department": department, "record_type": record_type.value}
        try:
            async with asyncio.timeout(self._settings.scan_deadline):
                await self._follow(adapter, record_type)
        except Overtaken:
            return
        except SourceError as error:
            _log.warning("changes not told", **about, reason=error.reason)
            await self._quarantine.note(
                SetAsideRow(
                    department,
                    record_type.value,
                    _POSITION,
                    (error.reason,),
                    {},
                    self._settings.now(),
                )
            )
        except TimeoutError:
            _log.warning("changes not told", **about, reason="timeout")
        else:
            await self._quarantine.clear(department, record_type.value, _POSITION)

    async def _follow(self, adapter: Adapter, record_type: RecordType) -> None:
        place = await self._polled.place(adapter.department, record_type)
        async for page in adapter.since(record_type, place.cursor):
            place = await self._polled.take(place, page, self._settings.now())
        if not place.begun:
            await self._polled.begun(place)
