"""Asks one department within its deadline; never raises for its faults."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from time import perf_counter

import structlog

from adapters.contract import Adapter, Ask, EnterpriseKey, Fetched, Origin
from adapters.errors import SourceError, SourceTimedOut
from gateway.loading.answers import Answer, Note, SourceCall
from schema.departments import SourceOutcome
from schema.record_type import RecordType

_log = structlog.get_logger(__name__)
_OUTCOMES = {
    Origin.LIVE: SourceOutcome.LIVE,
    Origin.MATERIALIZED: SourceOutcome.MATERIALIZED,
}


class GuardedSource:
    """A department as the loader sees it: every enterprise gets an answer, in time."""

    def __init__(self, adapter: Adapter) -> None:
        """Guard one department's adapter."""
        self.adapter = adapter

    async def ask(
        self, record_type: RecordType, enterprises: Sequence[EnterpriseKey], note: Note
    ) -> Mapping[str, Answer]:
        """Ask about a set of enterprises; the answers are keyed by USCC.

        `note` is told what it took. The adapter cuts the set into batches; one that is
        late or fails costs only its own enterprises.
        """
        ask = Ask(record_type, tuple(enterprises))
        seconds = self.adapter.deadline
        started = perf_counter()
        try:
            async with asyncio.timeout(seconds):
                fetched = await self.adapter.fetch(ask)
        except TimeoutError:
            fault: SourceError = SourceTimedOut(
                f"{seconds:g} 秒内未答复 (no answer within {seconds:g} s)"
            )
        except SourceError as error:
            fault = error
        except Exception:  # noqa: BLE001 - a bug in one adapter costs its records only
            _log.exception("adapter failed", department=self.adapter.department)
            fault = SourceError("适配器内部错误 (fault inside the adapter)")
        else:
            taken = _milliseconds_since(started)
            answers = self._answers(ask, fetched, taken)
            note(self._call(ask, fetched.calls, taken, answers))
            return answers
        taken = _milliseconds_since(started)
        answer = self._refusal(fault, taken)
        answers = {enterprise.uscc: answer for enterprise in ask.enterprises}
        note(self._call(ask, None, taken, answers))
        return answers

    def _call(
        self, ask: Ask, calls: int | None, taken: float, answers: Mapping[str, Answer]
    ) -> SourceCall:
        return SourceCall(
            self.adapter.department,
            ask.record_type,
            len(ask.enterprises),
            calls,
            taken,
            Counter(answer.outcome for answer in answers.values()),
        )

    def _answers(
        self, ask: Ask, fetched: Fetched, latency: float
    ) -> Mapping[str, Answer]:
        department, outcome = self.adapter.department, _OUTCOMES[fetched.origin]
        answers = {}
        for enterprise in ask.enterprises:
            uscc = enterprise.uscc
            fault = fetched.failed.get(uscc)
            if fault is None and uscc not in fetched.records:
                fault = SourceError("答复中缺少该企业 (the answer leaves it out)")
            if fault is not None:
                answers[uscc] = self._refusal(fault, latency)
                continue
            doubt = fetched.unsure.get(uscc)
            answers[uscc] = Answer(
                department,
                outcome,
                fetched.records[uscc],
                fetched.as_of,
                latency,
                doubt,
                complete=doubt is None,
            )
        return answers

    def _refusal(self, fault: Exception, latency: float) -> Answer:
        late = isinstance(fault, SourceTimedOut)
        return Answer(
            self.adapter.department,
            SourceOutcome.TIMED_OUT if late else SourceOutcome.FAILED,
            latency_ms=latency,
            reason=fault.reason if isinstance(fault, SourceError) else None,
            complete=False,
        )


def _milliseconds_since(started: float) -> float:
    return round((perf_counter() - started) * 1000, 3)
