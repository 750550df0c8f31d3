"""Turns «these records of these enterprises» into one batch per department."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import datetime
from time import monotonic
from typing import Any, Final, Protocol

from adapters.contract import EnterpriseKey, SourceRecord
from gateway.loading.answers import Answer, Note, SourceCall
from gateway.loading.late import LateAsks
from gateway.loading.presences import Presences
from gateway.loading.sources import Source
from gateway.loading.sparing import Question, Sparing
from schema.departments import SourceOutcome
from schema.record_type import RecordType

_LONGEST: Final = 86_400.0
"""Seconds that anything is waited for; asks have deadlines of their own."""


class Core(Protocol):
    """What the loader needs of the core."""

    async def freshness(self) -> Mapping[RecordType, datetime]:
        """Say how fresh each kind of its data is."""

    async def keys_of(self, usccs: Sequence[str]) -> Mapping[str, EnterpriseKey]:
        """Give the keys by which departments may know the enterprises."""

    async def annual_reports(
        self, usccs: Sequence[str]
    ) -> Mapping[str, Sequence[SourceRecord]]:
        """Give the materialized annual reports."""


class Loader:
    """Asks all departments that provide a record type, side by side."""

    def __init__(
        self,
        sources: Mapping[str, Source],
        core: Core,
        late: LateAsks,
        presences: Presences | None = None,
    ) -> None:
        """Ask `sources`, by code; what is late goes on among `late`.

        Without `presences`, every department is asked about everybody.
        """
        self._core = core
        self._late = late
        self._presences = presences
        self._sources = dict(sorted(sources.items()))

    def providers(self, record_type: RecordType) -> Sequence[str]:
        """Name the departments that provide a record type."""
        return [
            code
            for code, source in self._sources.items()
            if record_type in source.record_types
        ]

    async def load(
        self,
        record_type: RecordType,
        usccs: Sequence[str],
        departments: frozenset[str] | None,
        note: Note,
    ) -> Mapping[str, Sequence[Answer]]:
        """Give every provider's answer for every enterprise, keyed by USCC.

        `departments` limits whom to ask; a code that provides no such records is
        ignored. `note` is told of every question to a department, and says how long
        the answer is waited for; who is late is TIMED_OUT.
        """
        asked = [
            code
            for code in self.providers(record_type)
            if departments is None or code in departments
        ]
        if not asked:
            note.unasked += 1
        if record_type is RecordType.ANNUAL_REPORT:
            told = [await self._annual_reports(usccs, code, note) for code in asked]
            return {uscc: [part[uscc] for part in told] for uscc in usccs}
        keys = await self._core.keys_of(usccs)
        known = [keys.get(uscc) or EnterpriseKey(uscc) for uscc in usccs]
        parts = await self._in_time(asked, record_type, known, note)
        return {uscc: [part[uscc] for part in parts] for uscc in usccs}

    async def _in_time(
        self,
        asked: Sequence[str],
        record_type: RecordType,
        known: Sequence[EnterpriseKey],
        note: Note,
    ) -> Sequence[Mapping[str, Answer]]:
        """Ask all; an ask that is late goes on for whoever keeps what it brings."""
        left = note.left
        if left <= 0 or not asked:
            return [_missed(code, record_type, known, note, 0.0) for code in asked]
        ask = self._asking(record_type, known, note)
        asks = [asyncio.create_task(ask(self._sources[code])) for code in asked]
        try:
            _, late = await asyncio.wait(asks, timeout=min(left, _LONGEST))
        except asyncio.CancelledError:
            for task in asks:
                task.cancel()
            raise
        self._late.keep(late)
        return [
            _missed(code, record_type, known, note, left)
            if task in late
            else task.result()
            for code, task in zip(asked, asks, strict=True)
        ]

    def _asking(
        self, record_type: RecordType, known: Sequence[EnterpriseKey], note: Note
    ) -> Callable[[Source], Coroutine[Any, Any, Mapping[str, Answer]]]:
        """Give what asks a department, sparing it by presence where there is any."""
        if self._presences is not None:
            self._presences.look()
        if self._presences is None or self._presences.empty:
            return lambda source: source.ask(record_type, known, note)
        question = Question(record_type, known, self._presences.sought(known))
        sparing = Sparing(self._presences)
        return lambda source: sparing.ask(source, question, note)

    async def _annual_reports(
        self, usccs: Sequence[str], department: str, note: Note
    ) -> Mapping[str, Answer]:
        """Give a department's reports out of the core."""
        started = monotonic()
        reports = await self._core.annual_reports(usccs)
        as_of = (await self._core.freshness()).get(RecordType.ANNUAL_REPORT)
        if as_of is None:
            fault = "年报尚未同步 (annual reports are not synchronized yet)"
            unfilled = Answer(
                department, SourceOutcome.FAILED, reason=fault, complete=False
            )
            answers = dict.fromkeys(usccs, unfilled)
        else:
            answers = {
                uscc: Answer(
                    department,
                    SourceOutcome.MATERIALIZED,
                    reports.get(uscc, ()),
                    as_of,
                )
                for uscc in usccs
            }
        taken = round((monotonic() - started) * 1000, 3)
        kind = RecordType.ANNUAL_REPORT
        note(SourceCall(department, kind, answers.values(), 0, taken))
        return answers


def _missed(
    department: str,
    record_type: RecordType,
    enterprises: Sequence[EnterpriseKey],
    note: Note,
    waited: float,
) -> Mapping[str, Answer]:
    """Say that the query could wait no longer, whoever it waited for."""
    taken = round(waited * 1000, 3)
    answer = Answer(
        department,
        SourceOutcome.TIMED_OUT,
        latency_ms=taken,
        reason="查询的时限已到 (the deadline of the query has come)",
        complete=False,
    )
    answers = {enterprise.uscc: answer for enterprise in enterprises}
    note(SourceCall(department, record_type, answers.values(), None, taken))
    return answers
