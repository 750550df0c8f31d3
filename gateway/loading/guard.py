"""Asks one department within its deadline; never raises for its faults."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import random
from time import monotonic

import structlog

from adapters.contract import Adapter, Ask, EnterpriseKey, Fetched, Origin
from adapters.errors import (
    SourceContractBroken,
    SourceCrowded,
    SourceError,
    SourceTimedOut,
    SourceUnavailable,
)
from gateway.loading.answers import Answer, Note, SourceCall, outcome_of
from gateway.loading.breaker import Breaker, BreakerPolicy, Pause
from gateway.loading.watch import Watch
from schema.departments import SourceOutcome
from schema.record_type import RecordType

_log = structlog.get_logger(__name__)
_OUTCOMES = {
    Origin.LIVE: SourceOutcome.LIVE,
    Origin.MATERIALIZED: SourceOutcome.MATERIALIZED,
}
_OF_THE_SYSTEM = (SourceUnavailable, SourceTimedOut, SourceContractBroken)
"""Faults that say a department's system is not well."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Guarding:
    """How departments are guarded, and by which clocks."""

    policy: BreakerPolicy = field(default_factory=BreakerPolicy)
    clock: Callable[[], float] = monotonic
    """Seconds, for breakers and latencies."""
    now: Callable[[], datetime] = _now
    """Dates answers."""
    chance: Callable[[], float] = random
    """0 to 1; spreads the waits of breakers."""


class GuardedSource:
    """A department as the loader sees it: every enterprise gets an answer, in time."""

    def __init__(self, adapter: Adapter, guarding: Guarding) -> None:
        """Guard one department's adapter."""
        self.adapter = adapter
        self._clock = guarding.clock
        self._last_fault: dict[RecordType, str] = {}
        self.breakers = {
            kind: Breaker(guarding.policy, guarding.clock, guarding.chance)
            for kind in adapter.record_types
        }
        self.watches = {kind: Watch(guarding.now) for kind in adapter.record_types}

    @property
    def department(self) -> str:
        """Code of the department."""
        return self.adapter.department

    @property
    def record_types(self) -> frozenset[RecordType]:
        """What it provides."""
        return self.adapter.record_types

    async def ask(
        self, record_type: RecordType, enterprises: Sequence[EnterpriseKey], note: Note
    ) -> Mapping[str, Answer]:
        """Ask about a set of enterprises; the answers are keyed by USCC.

        `note` is told what it took, and says what for it is asked. The adapter cuts
        the set into batches; one that is late or fails costs only its own enterprises.
        Nobody is asked while the breaker is open.
        """
        ask = Ask(record_type, tuple(enterprises), stated=note.stated)
        breaker = self.breakers[record_type]
        admitted = breaker.admit()
        if admitted is None:
            answers = self._same(ask, self._paused(record_type))
            note(self._call(ask, None, 0.0, answers))
            return answers
        failed: bool | None = None
        started = self._clock()
        try:
            found = await self._fetched(ask)
            taken = round((self._clock() - started) * 1000, 3)
            failed = self._heard(ask, found, taken)
        finally:
            breaker.settle(admitted, failed=failed)
        if isinstance(found, SourceError):
            answers, calls = self._same(ask, self._refusal(found, taken)), None
        else:
            answers, calls = self._answers(ask, found, taken), found.calls
        note(self._call(ask, calls, taken, answers))
        return answers

    async def _fetched(self, ask: Ask) -> Fetched | SourceError:
        seconds = self.adapter.deadline
        try:
            async with asyncio.timeout(seconds):
                return await self.adapter.fetch(ask)
        except TimeoutError:
            return SourceTimedOut(
                f"{seconds:g} 秒内未答复 (no answer within {seconds:g} s)"
            )
        except SourceError as error:
            return error
        except Exception:  # noqa: BLE001 - a bug in one adapter costs its records only
            _log.exception("adapter failed", department=self.adapter.department)
            return SourceError("适配器内部错误 (fault inside the adapter)")

    def _heard(
        self, ask: Ask, found: Fetched | SourceError, taken: float
    ) -> bool | None:
        """Keep how it went; say whether the department's system failed.

        It did when half of the enterprises got no answer by its fault; None: that
        can't be told, for it was too busy, or not asked at all.
        """
        watch = self.watches[ask.record_type]
        if isinstance(found, SourceError):
            faults: Sequence[Exception] = [found] * len(ask.enterprises)
        else:
            faults = list(found.failed.values())
            watch.seen(found.as_of)
        watch.took(taken, failed=bool(faults))
        ill = [one for one in faults if _is_of_the_system(one)]
        if ill:
            self._last_fault[ask.record_type] = str(ill[-1])
        if ill and len(ill) * 2 >= len(ask.enterprises):
            return True
        return None if isinstance(found, SourceError) else False

    def _call(
        self, ask: Ask, calls: int | None, taken: float, answers: Mapping[str, Answer]
    ) -> SourceCall:
        return SourceCall(
            self.adapter.department,
            ask.record_type,
            answers.values(),
            calls,
            taken,
        )

    def _answers(
        self, ask: Ask, fetched: Fetched, latency: float
    ) -> Mapping[str, Answer]:
        department, outcome = self.adapter.department, _OUTCOMES[fetched.origin]
        stale = fetched.stale
        answers = {}
        for enterprise in ask.enterprises:
            uscc = enterprise.uscc
            fault = fetched.failed.get(uscc)
            if fault is None and uscc not in fetched.records:
                fault = SourceError("答复中缺少该企业 (the answer leaves it out)")
            if fault is not None:
                answers[uscc] = self._refusal(fault, latency)
                continue
            doubt = stale.reason if stale else fetched.unsure.get(uscc)
            answers[uscc] = Answer(
                department,
                SourceOutcome.STALE if stale else outcome,
                fetched.records[uscc],
                fetched.as_of,
                latency,
                doubt,
                complete=doubt is None,
                fetched_at=stale.since if stale else None,
            )
        return answers

    def _same(self, ask: Ask, answer: Answer) -> Mapping[str, Answer]:
        return {enterprise.uscc: answer for enterprise in ask.enterprises}

    def _refusal(self, fault: Exception, latency: float) -> Answer:
        return Answer(
            self.adapter.department,
            outcome_of(fault),
            latency_ms=latency,
            reason=fault.reason if isinstance(fault, SourceError) else None,
            complete=False,
        )

    def _paused(self, record_type: RecordType) -> Answer:
        """Say since when it is not asked, when it will be, and what was wrong."""
        now = self._clock()
        pause = self.breakers[record_type].pause or Pause(now, now)
        since, left = round(now - pause.since), max(round(pause.until - now), 0)
        fault = self._last_fault.get(record_type, "")
        return Answer(
            self.adapter.department,
            SourceOutcome.CIRCUIT_OPEN,
            reason=f"多次未能答复，{since} 秒前起暂停访问，{left} 秒后再试 "
            f"(not asked since {since} s ago, asked again in {left} s)；"
            f"此前：{fault}",
            complete=False,
        )


def _is_of_the_system(fault: Exception) -> bool:
    return isinstance(fault, _OF_THE_SYSTEM) and not isinstance(fault, SourceCrowded)


def guard(
    adapters: Mapping[str, Adapter], guarding: Guarding
) -> Mapping[str, GuardedSource]:
    """Guard all departments, each by itself."""
    return {code: GuardedSource(one, guarding) for code, one in adapters.items()}
