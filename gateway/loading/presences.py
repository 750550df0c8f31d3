"""What departments hold records about whom, as far as this gateway knows now."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import inf
from time import monotonic

import structlog
from pyroaring import BitMap

from adapters.contract import EnterpriseKey
from gateway.loading.ordinals import Ordinals
from gateway.loading.presence import Presence, Sought, sought
from gateway.loading.shelf import Shelf, State, name_of
from schema.record_type import RecordType

_log = structlog.get_logger(__name__)
LOOK_EVERY = 3.0
"""Seconds between two looks whether another process has written presence."""
_MOST_DOUBTED = 100


@dataclass(frozen=True, slots=True)
class AgeLimits:
    """Up to which age presence rules departments out."""

    general: timedelta
    departments: Mapping[str, timedelta] = field(default_factory=dict)
    """Those that say otherwise."""
    editions: Mapping[tuple[str, RecordType], str] | None = None
    """What the declarations in use say; presence that was read by another rules nobody
    out. None: whatever it was read by."""

    def of(self, department: str) -> timedelta:
        """Give the limit of a department."""
        return self.departments.get(department, self.general)

    def is_read_by(self, presence: Presence) -> bool:
        """Say whether presence was read by the declaration in use."""
        place = (presence.department, presence.record_type)
        return self.editions is None or self.editions.get(place) == presence.edition


@dataclass(frozen=True, slots=True)
class Known:
    """All presence as it was read at one time."""

    ordinals: Ordinals = field(default_factory=Ordinals)
    presences: Mapping[str, Presence] = field(default_factory=dict)
    """By the name of the file."""
    state: State = field(default_factory=dict)


class Presences:
    """Presence in memory; whatever is written anew is read beside the questions."""

    def __init__(
        self,
        shelf: Shelf,
        limits: AgeLimits,
        now: Callable[[], datetime],
        mark: Callable[[], Awaitable[str]],
    ) -> None:
        """Know nothing until `refresh`; `mark` tells the state of the core."""
        self.mark = mark
        self._shelf = shelf
        self._limits = limits
        self._now = now
        self._known = Known()
        self._looked = -inf
        self._reading: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()
        self._writing = asyncio.Lock()
        self._since: list[tuple[str, Sequence[str]]] | None = None
        """What is added while presence is read, by file; None: nothing is read."""
        self.doubted: asyncio.Queue[str] = asyncio.Queue(_MOST_DOUBTED)
        """Departments whose presence may be wrong, and should be built anew."""

    @property
    def ordinals(self) -> Ordinals:
        """The enterprises' numbers."""
        return self._known.ordinals

    @property
    def empty(self) -> bool:
        """Say whether nothing is known of anybody."""
        return not self._known.presences

    async def refresh(self) -> None:
        """Read what was written since, by whatever process.

        Departments whose presence was lost are to be built anew. A failure is logged;
        what was known before still counts.
        """
        async with self._turn:
            await self._read()

    async def _read(self) -> None:
        before, self._since = self._known, []
        try:
            known = await asyncio.to_thread(_read, self._shelf, before)
            for name, calls in self._since:
                if name in known.presences:
                    known.presences[name].add(calls, known.ordinals)
        except Exception:  # noqa: BLE001 - whoever is not known of is asked
            _log.exception("presence not read")
            return
        finally:
            self._since = None
        self._known = known
        lost = before.presences.keys() - known.presences.keys()
        for department in {before.presences[name].department for name in lost}:
            self.doubt(department)

    def look(self) -> None:
        """Begin to refresh, unless that was done a few seconds ago."""
        if monotonic() - self._looked < LOOK_EVERY:
            return
        if self._reading is None or self._reading.done():
            self._looked = monotonic()
            self._reading = asyncio.create_task(self.refresh())

    def of(self, department: str, record_type: RecordType) -> Presence | None:
        """Give what is known, however old."""
        return self._known.presences.get(name_of(department, record_type))

    def ruling(self, department: str, record_type: RecordType) -> Presence | None:
        """Give what can rule the department out: whole, and not too old."""
        found = self.of(department, record_type)
        if found is None or not found.whole or not self._limits.is_read_by(found):
            return None
        limit = self._limits.of(department)
        return found if found.age(self._now()) < limit else None

    def size(self, department: str) -> int | None:
        """Count the enterprises it holds records about; None: that is not known."""
        held = [
            one.held
            for one in self._known.presences.values()
            if one.department == department
        ]
        return len(BitMap.union(*held)) if held else None

    def distrust(self, department: str, record_type: RecordType) -> None:
        """Rule nobody out by what is known, until it is built anew."""
        known = self.of(department, record_type)
        if known is not None:
            known.whole = False
        self.doubt(department)

    def plugged(self, limits: AgeLimits, changed: Iterable[str]) -> None:
        """Go by the declarations in use now; have those that changed built anew."""
        self._limits = limits
        for department in changed:
            self.doubt(department)

    def sought(self, enterprises: Sequence[EnterpriseKey]) -> Sought:
        """Make the enterprises of a question ready."""
        return sought(enterprises, self.ordinals)

    async def add(
        self, department: str, record_type: RecordType, calls: Iterable[str]
    ) -> None:
        """Add whoever answers to these calls, durably.

        Raises OSError where that can't be written; it counts in memory all the same.
        """
        new = list(dict.fromkeys(calls))
        self._count(department, record_type, new)
        async with self._writing:
            lines = [(department, record_type, call) for call in new]
            await asyncio.to_thread(self._shelf.add, lines)

    async def learn(
        self, department: str, record_type: RecordType, calls: Iterable[str]
    ) -> None:
        """Add durably whoever answers to these calls and is not known yet.

        Raises OSError where that can't be written; then it is not known.
        """
        known = self.of(department, record_type)
        new = {
            call
            for call in calls
            if known is None or not known.has(call, self.ordinals)
        }
        if new:
            async with self._writing:
                lines = [(department, record_type, call) for call in sorted(new)]
                await asyncio.to_thread(self._shelf.add, lines)
            self._count(department, record_type, list(new))

    def _count(
        self, department: str, record_type: RecordType, calls: Sequence[str]
    ) -> None:
        """Let calls count in memory, also when that is being read anew."""
        known = self.of(department, record_type)
        if known is not None:
            known.add(calls, self.ordinals)
        if self._since is not None:
            self._since.append((name_of(department, record_type), calls))

    def doubt(self, department: str) -> None:
        """Ask for a department's presence to be built anew."""
        with suppress(asyncio.QueueFull):
            self.doubted.put_nowait(department)

    async def close(self) -> None:
        """Let a reading that runs come to its end."""
        if self._reading is not None:
            await asyncio.wait([self._reading])


def _read(shelf: Shelf, before: Known) -> Known:
    """Read what was written since `before`, and go on using the rest."""
    state = shelf.state()
    if state == before.state:
        return before
    ordinals = shelf.ordinals()
    kept: dict[str, Presence] = {}
    count = len(before.ordinals)
    if before.ordinals.fingerprint(count) == ordinals.fingerprint(count):
        kept = {
            name: one
            for name, one in before.presences.items()
            if state.get(name) == before.state.get(name)
        }
    return Known(ordinals, {**kept, **shelf.presences(ordinals, kept)}, state)
