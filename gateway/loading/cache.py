"""Answers of departments from memory, as long as they count as fresh.

Fresh answers are given as CACHED. Those a little older are given too and asked for anew
beside it. When a department fails, its last answer is given as STALE, with its age, and
counts as incomplete: nobody knows what has come since.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from msgspec.structs import replace

from adapters.contract import EnterpriseKey, Stated
from gateway.loading.answers import GIVEN_NOTHING, Answer, Note, SourceCall, joined
from gateway.loading.clocks import Clocks
from gateway.loading.entries import Entries, Entry, Place, entry
from gateway.loading.shared import SharedEntries
from gateway.loading.sources import Source
from schema.departments import SourceOutcome
from schema.record_type import RecordType

_FAILED = GIVEN_NOTHING - {SourceOutcome.DENIED}
"""Outcomes in whose place the last word stands; who refuses has not failed."""
_Keys = Sequence[EnterpriseKey]


@dataclass(frozen=True, slots=True)
class Freshness:
    """How long answers count, in seconds."""

    fresh: Mapping[RecordType, float]
    """By record type, how long an answer stands for a new one."""
    otherwise: float = 60.0
    """The same for types that are not named."""
    renewing: float = 30.0
    """How much longer it does so while a new one is being fetched."""
    stale: float = 7 * 86_400.0
    """How long it may be given, as STALE, in the place of a department that fails."""

    def of(self, record_type: RecordType) -> float:
        """Give how long answers of a type are fresh."""
        return self.fresh.get(record_type, self.otherwise)


class CachedSource:
    """A department whose recent answers are remembered."""

    def __init__(
        self,
        source: Source,
        entries: Entries,
        freshness: Freshness,
        clocks: Clocks,
        shared: SharedEntries | None = None,
    ) -> None:
        """Ask `source` for what neither `entries` nor other gateways know."""
        self._source = source
        self._department = source.department
        self._entries = entries
        self._freshness = freshness
        self._clocks = clocks
        self._shared = shared
        self._flights: dict[Place, _Flight] = {}
        self._retired = False

    @property
    def department(self) -> str:
        """Code of the department."""
        return self._department

    @property
    def record_types(self) -> frozenset[RecordType]:
        """What it provides."""
        return self._source.record_types

    async def ask(
        self, record_type: RecordType, enterprises: _Keys, note: Note
    ) -> Mapping[str, Answer]:
        """Answer for every enterprise, keyed by USCC, from memory where that is fresh.

        What others are asking for just now is asked once for all. Never raises for the
        department's faults.
        """
        fresh = self._freshness.of(record_type)
        most = fresh + self._freshness.renewing
        now = self._clocks.ages()
        answers: dict[str, Answer] = {}
        relied: list[Entry] = []
        missing, aging = [], []
        for one in enterprises:
            found = self._entries.get(self._place(record_type, one))
            if found is None or found.gone or now - found.since > most:
                missing.append(one)
                continue
            answers[one.uscc] = self._remembered(found)
            relied.append(found)
            if now - found.since > fresh:
                aging.append(one)
        if relied:
            note.life.rely(relied, min(one.since for one in relied) + fresh)
        if aging:
            self._renew(record_type, aging, note.stated)
        told: Sequence[SourceCall] = ()
        if missing:
            found_out, told = await self._asked(record_type, missing, note)
            answers |= found_out
        note(joined(self._department, record_type, told, answers))
        return answers

    def retire(self) -> None:
        """Keep no more of what is said from now on: another adapter asks as well."""
        self._retired = True

    async def close(self) -> None:
        """Give up what is still being asked."""
        flights = {flight.task for flight in self._flights.values()}
        for task in flights:
            task.cancel()
        await asyncio.gather(*flights, return_exceptions=True)

    # ---- asking ----------------------------------------------------------------

    async def _asked(
        self, record_type: RecordType, missing: _Keys, note: Note
    ) -> tuple[Mapping[str, Answer], Sequence[SourceCall]]:
        """Give what was found out, and what it took; by others it took nothing."""
        others, own = self._flights_for(record_type, missing, note.stated)
        flights = [*others, *own]
        for flight in flights:
            flight.waiting += 1
        try:
            await asyncio.wait({flight.task for flight in flights})
        finally:
            for flight in flights:
                flight.leave()
        answers: dict[str, Answer] = {}
        for flight in flights:
            answers |= flight.task.result()
            note.life.rely(flight.note.life.entries, flight.note.life.until)
        calls = [call for flight in own for call in flight.note.calls]
        return {one.uscc: answers[one.uscc] for one in missing}, calls

    def _flights_for(
        self, record_type: RecordType, missing: _Keys, stated: Stated
    ) -> tuple[Collection["_Flight"], Collection["_Flight"]]:
        """Give the flights that bring what is missing, and a new one for the rest.

        A flight asks for what who started it stated; others who need it don't ask
        the department again.
        """
        places = {one.uscc: self._place(record_type, one) for one in missing}
        found = {uscc: self._flight(place) for uscc, place in places.items()}
        others = {flight for flight in found.values() if flight is not None}
        rest = [one for one in missing if found[one.uscc] is None]
        most = self._freshness.of(record_type) + self._freshness.renewing
        own = [self._fly(record_type, rest, most, stated)] if rest else []
        return others, own

    def _renew(self, record_type: RecordType, aging: _Keys, stated: Stated) -> None:
        """Ask anew beside the answer that is given from memory."""
        rest = [
            one for one in aging if self._flight(self._place(record_type, one)) is None
        ]
        if rest:
            fresh = self._freshness.of(record_type)
            self._fly(record_type, rest, fresh, stated).waiting += 1

    def _flight(self, place: Place) -> "_Flight | None":
        """Give the flight that brings what is true now."""
        found = self._flights.get(place)
        if found is None or self._entries.dropped_since(place, found.mark):
            return None
        return found

    def _fly(
        self, record_type: RecordType, keys: _Keys, most: float, stated: Stated
    ) -> "_Flight":
        """Begin to find out; what others learned counts up to an age of `most`."""
        places = [self._place(record_type, one) for one in keys]
        note = Note(stated=stated)
        mark = self._entries.mark()
        question = _Question(record_type, keys, most, mark)
        task = asyncio.create_task(self._brought(question, note))
        flight = _Flight(task, places, note, mark)
        self._flights.update(dict.fromkeys(places, flight))
        flight.task.add_done_callback(lambda _: self._landed(flight))
        return flight

    def _landed(self, flight: "_Flight") -> None:
        for place in flight.places:
            if self._flights.get(place) is flight:
                del self._flights[place]

    async def _brought(self, question: "_Question", note: Note) -> Mapping[str, Answer]:
        """Ask the others, then the department about the rest."""
        known = await self._known_to_others(question)
        if known:
            fresh = self._freshness.of(question.record_type)
            oldest = min(one.since for one in known.values())
            note.life.rely(known.values(), oldest + fresh)
        given = {uscc: self._remembered(one) for uscc, one in known.items()}
        rest = [one for one in question.keys if one.uscc not in known]
        if rest:
            given |= await self._told(question, rest, note)
        return given

    async def _told(
        self, question: "_Question", rest: _Keys, note: Note
    ) -> Mapping[str, Answer]:
        """Ask the department; keep what it said, and say its last word if it fails."""
        record_type, started = question.record_type, self._clocks.ages()
        answers = await self._source.ask(record_type, rest, note)
        given: dict[str, Answer] = {}
        learned: dict[str, Entry] = {}
        for one in rest:
            place, answer = self._place(record_type, one), answers[one.uscc]
            if answer.outcome in _FAILED:
                answer = self._last_word(place, answer)
            elif answer.outcome is SourceOutcome.LIVE:
                kept = self._kept(place, answer, started, question.mark)
                if kept is not None:
                    learned[one.uscc] = kept
            given[one.uscc] = answer
        if learned and self._shared is not None:
            self._shared.put(record_type, learned)
        return given

    async def _known_to_others(self, question: "_Question") -> Mapping[str, Entry]:
        """Give what others learned lately; keep all they know, for a last word."""
        if self._shared is None or self._retired:
            return {}
        record_type = question.record_type
        usccs = [one.uscc for one in question.keys]
        found = await self._shared.get(record_type, usccs)
        now = self._clocks.ages()
        lately: dict[str, Entry] = {}
        for uscc, one in found.items():
            place = (self._department, record_type, uscc)
            if self._entries.dropped_since(place, question.mark):
                continue
            ours = self._entries.get(place)
            if ours is None or ours.gone or ours.since < one.since:
                self._entries.put(place, one)
            if now - one.since <= question.most:
                lately[uscc] = one
        return lately

    # ---- remembering -----------------------------------------------------------

    def _place(self, record_type: RecordType, one: EnterpriseKey) -> Place:
        return self._department, record_type, one.uscc

    def _kept(
        self, place: Place, answer: Answer, started: float, mark: int
    ) -> Entry | None:
        """Keep a whole answer; one that may lack a record takes no other's place.

        Nor does one that was dropped while it was on its way.
        """
        if not answer.complete or answer.as_of is None or self._retired:
            return None
        if self._entries.dropped_since(place, mark):
            return None
        made = entry(answer.records, answer.as_of, self._clocks.now(), started)
        self._entries.put(place, made)
        return made

    def _remembered(self, found: Entry) -> Answer:
        return Answer(
            self._department,
            SourceOutcome.CACHED,
            found.records,
            found.as_of,
            fetched_at=found.fetched_at,
        )

    def _last_word(self, place: Place, fault: Answer) -> Answer:
        """Give what the department said last, if that is not too old to tell."""
        found = self._entries.get(place)
        if found is None:
            return fault
        age = self._clocks.ages() - found.since
        if age > self._freshness.stale:
            return fault
        words = f"以下为 {_age(age)} 前的答复 (its answer of {_age(age)} ago)"
        return replace(
            fault,
            outcome=SourceOutcome.STALE,
            records=found.records,
            as_of=found.as_of,
            fetched_at=found.fetched_at,
            reason=f"{fault.reason}；{words}" if fault.reason else words,
        )


def _age(seconds: float) -> str:
    return str(timedelta(seconds=round(seconds)))


@dataclass(frozen=True, slots=True)
class _Question:
    """What is to be found out."""

    record_type: RecordType
    keys: _Keys
    most: float
    """Seconds up to which what others learned counts."""
    mark: int
    """When it was put, among the drops."""


@dataclass(slots=True, eq=False)
class _Flight:
    """A question that is on its way, and how many wait for it."""

    task: asyncio.Task[Mapping[str, Answer]]
    places: Sequence[Place]
    note: Note
    mark: int
    waiting: int = 0

    def leave(self) -> None:
        """Give it up when the last of those who wait leaves."""
        self.waiting -= 1
        if self.waiting <= 0 and not self.task.done():
            self.task.cancel()
