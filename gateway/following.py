"""Follows the log of changes: whatever is kept in memory is made true to it.

Every gateway does, whoever polled the department or took its message. The place up to
which it has is kept in the data directory, so that it goes on there after a restart.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import Protocol

import structlog
from sqlalchemy.exc import SQLAlchemyError

from gateway.changelog import ChangeLog, Logged
from gateway.changes import Told
from gateway.events import Events
from gateway.loading.presence import calls_of
from gateway.loading.presences import Presences
from schema.record_type import RecordType
from schema.subscription import RecordChange

_log = structlog.get_logger(__name__)
LOOK_EVERY = 1.0
"""Seconds between two looks for what other processes added."""
_PATIENCE = 2.0
"""Seconds for which whoever kept a change waits until it is taken."""
_AT_A_STRETCH = 200
"""Changes read together."""
_OF_OTHERS = (SQLAlchemyError, OSError, TimeoutError)
"""Faults that may be gone at the next look."""


class Kept(Protocol):
    """What is kept in memory of what departments said."""

    async def forget(
        self, department: str, record_type: RecordType, usccs: frozenset[str]
    ) -> None:
        """Forget what was said about some enterprises, and all that was made of it."""

    async def renew(self) -> None:
        """Read what was settled, and forget what was said of whom that concerns."""


class ReadsChanges(Protocol):
    """Makes of what is in the log what is told of it; `Changes` does."""

    async def read(self, logged: Sequence[Logged]) -> Sequence[Told]:
        """Read changes in their order."""


class Following:
    """Takes each change once: presence learns, memory forgets, subscribers hear."""

    def __init__(
        self,
        log: ChangeLog,
        changes: ReadsChanges,
        presences: Presences | None,
        memory: Kept,
        events: Events[RecordChange],
        kept: Path,
    ) -> None:
        """Keep the place in the file `kept`; without it, begin with the log."""
        self._log = log
        self._changes = changes
        self._presences = presences
        self._memory = memory
        self._events = events
        self._kept = kept
        self._place: int | None = None
        self._looks = self._ended = 0
        self._look_ended = asyncio.Condition()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Follow beside the caller's work."""
        following = asyncio.create_task(self._run())
        try:
            yield
        finally:
            following.cancel()
            await asyncio.wait([following])

    async def caught_up(self) -> None:
        """Wait, a few seconds at the most, until all in the log now was looked at."""
        next_look = self._looks + 1
        self._log.hurry()
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE), self._look_ended:
                await self._look_ended.wait_for(lambda: self._ended >= next_look)

    async def _run(self) -> None:
        while True:
            self._looks += 1
            await self.catch_up()
            async with self._look_ended:
                self._ended = self._looks
                self._look_ended.notify_all()
            await self._log.wait(LOOK_EVERY)

    async def catch_up(self) -> None:
        """Take all there is; what fails is logged, and tried again at the next look."""
        try:
            await self._memory.renew()
            if self._place is None:
                self._place = self._known_place(await self._log.head())
            while logged := await self._log.after(self._place, _AT_A_STRETCH):
                await self._memory.renew()
                await self._take(logged)
        except _OF_OTHERS:
            _log.exception("changes not followed")

    async def _take(self, logged: Sequence[Logged]) -> None:
        """Take changes together, or one by one where one can't be; it is logged."""
        try:
            told = await self._changes.read(logged)
        except _OF_OTHERS:
            raise
        except Exception:  # noqa: BLE001 - one that can't be read holds up no other
            if len(logged) > 1:
                for one in logged:
                    await self._take([one])
                return
            _log.exception("change not followed", number=logged[0].number)
            self._distrust(logged[0].change.department, logged[0].change.record_type)
            told = []
        for changes in told:
            await self._tell(changes)
        self._keep_place(logged[-1].number)

    async def _tell(self, told: Told) -> None:
        if self._presences is not None:
            await self._note(self._presences, told)
        await self._memory.forget(told.department, told.record_type, told.touched)
        for event in chain.from_iterable(told.events.values()):
            self._events.publish(event)

    async def _note(self, presences: Presences, told: Told) -> None:
        """Note who is held now; a row that names nobody may be about anybody."""
        if not all(told.subjects):
            presences.distrust(told.department, told.record_type)
        every = chain.from_iterable(told.subjects)
        calls = chain.from_iterable(map(calls_of, every))
        await presences.learn(told.department, told.record_type, calls)

    def _distrust(self, department: str, record_type: RecordType) -> None:
        """Rule nobody out while a change, which may be about anybody, is not known."""
        if self._presences is not None:
            self._presences.distrust(department, record_type)

    def _known_place(self, head: int) -> int:
        """Read the place; one that the log has not come to is of another log."""
        with suppress(FileNotFoundError, ValueError):
            place = int(self._kept.read_text())
            return place if place <= head else 0
        return 0

    def _keep_place(self, place: int) -> None:
        self._place = place
        written = self._kept.with_suffix(".new")
        written.write_text(str(place))
        written.replace(self._kept)
