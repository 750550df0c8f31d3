"""How well departments answer: what their guards saw, and what is kept apart."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from adapters.registry import Registry
from gateway.loading.guard import GuardedSource
from gateway.loading.watch import figures
from gateway.quarantine import Counts, Quarantine
from schema.health import BreakerState, DepartmentHealth, RecordTypeHealth
from schema.record_type import RecordType

PresenceSize = Callable[[str], int | None]
"""Gives how many enterprises a department holds anything about; None: not known."""
_OURS = {kind: place for place, kind in enumerate(RecordType)}
_WORST = (BreakerState.OPEN, BreakerState.HALF_OPEN)


class Health:
    """Tells how each department answers this process."""

    def __init__(
        self,
        sources: Mapping[str, GuardedSource],
        registry: Registry,
        quarantine: Quarantine,
        presence_size: PresenceSize,
        clock: Callable[[], float],
        now: Callable[[], datetime],
    ) -> None:
        """Go by the guards' `clock`, in seconds, and date by `now`."""
        self._sources = sources
        self._registry = registry
        self._quarantine = quarantine
        self._presence_size = presence_size
        self._clock = clock
        self._now = now
        self._counting: asyncio.Task[Mapping[str, Counts]] | None = None

    async def of(self, department: str) -> DepartmentHealth | None:
        """Tell about one department; None for one that nobody can ask."""
        source = self._sources.get(department)
        if source is None:
            return None
        kept = (await self._counts()).get(department)
        watches = source.watches.values()
        seen = figures(one for watch in watches for one in watch.asks)
        as_of = _newest(watch.as_of for watch in watches)
        problem = self._registry.problem_of(department)
        states = {breaker.state for breaker in source.breakers.values()}
        return DepartmentHealth(
            breaker=next((s for s in _WORST if s in states), BreakerState.CLOSED),
            asks=seen.asks,
            latency_p50_ms=seen.p50,
            latency_p95_ms=seen.p95,
            error_rate=seen.error_rate,
            last_success=_newest(watch.last_success for watch in watches),
            as_of=as_of,
            freshness=(self._now() - as_of).total_seconds() if as_of else None,
            presence_size=self._presence_size(department),
            quarantined=kept.set_aside if kept else None,
            unresolved=kept.unresolved if kept else None,
            record_types=[
                self._of_type(source, kind)
                for kind in sorted(source.watches, key=_place)
                if kind is not RecordType.REGISTRATION
            ],
            problem=None if problem is None else str(problem),
        )

    def _of_type(self, source: GuardedSource, kind: RecordType) -> RecordTypeHealth:
        watch, breaker = source.watches[kind], source.breakers[kind]
        seen, pause = figures(watch.asks), breaker.pause
        return RecordTypeHealth(
            record_type=kind,
            breaker=breaker.state,
            paused_since=self._dated(pause.since) if pause else None,
            retried_at=self._dated(pause.until) if pause else None,
            asks=seen.asks,
            latency_p50_ms=seen.p50,
            latency_p95_ms=seen.p95,
            error_rate=seen.error_rate,
            last_success=watch.last_success,
            as_of=watch.as_of,
        )

    def _dated(self, moment: float) -> datetime:
        return self._now() + timedelta(seconds=moment - self._clock())

    async def _counts(self) -> Mapping[str, Counts]:
        """Count for all departments at once; who asks meanwhile shares the answer."""
        if self._counting is None or self._counting.done():
            self._counting = asyncio.create_task(self._quarantine.counts())
        return await asyncio.shield(self._counting)


def _place(kind: RecordType) -> tuple[int, str]:
    """Put our own record types first, in their order."""
    return (len(_OURS) if kind.brought else _OURS[kind]), kind.value


def _newest(moments: Iterable[datetime | None]) -> datetime | None:
    return max((one for one in moments if one is not None), default=None)
