"""Answers from memory: fresh, renewed, joined, and the last word of who fails."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from adapters.contract import EnterpriseKey, SourceRecord, Stated, Subject
from gateway.loading.answers import Answer, Note, joined
from gateway.loading.cache import CachedSource, Freshness
from gateway.loading.clocks import Clocks
from gateway.loading.entries import Entries
from schema.departments import SourceOutcome
from schema.record_type import RecordType

pytestmark = pytest.mark.anyio
NOON = datetime.fromisoformat("2016-10-20T12:00:00+08:00")
PENALTY = RecordType.PENALTY
FRESHNESS = Freshness({PENALTY: 60.0}, renewing=30.0, stale=3600.0)
HELD = {"A": ("1", "2"), "B": ()}


def record(number: str) -> SourceRecord:
    return SourceRecord(PENALTY, number, (Subject(uscc="A"),), {}, NOON, {"n": number})


@dataclass
class Department:
    """A source whose answers a test can hold back or spoil."""

    held: Mapping[str, Sequence[str]] = field(default_factory=lambda: dict(HELD))
    fault: SourceOutcome | None = None
    complete: bool = True
    open: asyncio.Event = field(default_factory=asyncio.Event)
    asked: list[list[str]] = field(default_factory=list)
    stated: list[Stated] = field(default_factory=list)
    cancelled: int = 0
    department: str = "QH-X"
    record_types: frozenset[RecordType] = frozenset({PENALTY})

    async def ask(
        self, record_type: RecordType, enterprises: Sequence[EnterpriseKey], note: Note
    ) -> Mapping[str, Answer]:
        codes = [one.uscc for one in enterprises]
        self.asked.append(codes)
        self.stated.append(note.stated)
        try:
            await self.open.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        answers = {code: self._about(code) for code in codes}
        note(joined("QH-X", record_type, [], answers))
        return answers

    def _about(self, code: str) -> Answer:
        if self.fault is not None:
            return Answer("QH-X", self.fault, reason="无法连接", complete=False)
        records = tuple(map(record, self.held.get(code, ())))
        return Answer(
            "QH-X", SourceOutcome.LIVE, records, NOON, 1.0, complete=self.complete
        )


class Case:
    """A department, its cache, and a clock that a test moves."""

    def __init__(self, most: int = 1_000_000) -> None:
        self.department = Department()
        self.department.open.set()
        self.seconds = 0.0
        self.entries = Entries(most)
        clocks = Clocks(
            lambda: NOON + timedelta(seconds=self.seconds), lambda: self.seconds
        )
        self.source = CachedSource(self.department, self.entries, FRESHNESS, clocks)

    async def ask(self, *codes: str, note: Note | None = None) -> Mapping[str, Answer]:
        keys = [EnterpriseKey(code) for code in codes]
        return await self.source.ask(PENALTY, keys, note or Note())


def told(answers: Mapping[str, Answer]) -> dict[str, tuple[str, list[str]]]:
    return {
        code: (one.outcome.value, [r.source_record_id for r in one.records])
        for code, one in answers.items()
    }


async def test_what_was_said_is_remembered_nothing_too() -> None:
    case = Case()
    assert told(await case.ask("A", "B")) == {
        "A": ("LIVE", ["1", "2"]),
        "B": ("LIVE", []),
    }
    note = Note()
    again = await case.ask("B", "A", note=note)
    assert told(again) == {"B": ("CACHED", []), "A": ("CACHED", ["1", "2"])}
    assert again["A"].fetched_at == NOON
    assert all(one.complete for one in again.values())
    assert case.department.asked == [["A", "B"]]
    assert [(call.calls, call.outcomes) for call in note.calls] == [
        (0, {SourceOutcome.CACHED: 2})
    ]


async def test_the_department_hears_what_for_it_is_asked_once() -> None:
    case = Case()
    first, second = Note(stated=Stated("核查")), Note(stated=Stated("年检"))
    case.department.open.clear()
    asking = [
        asyncio.create_task(case.ask("A", note=first)),
        asyncio.create_task(case.ask("A", note=second)),
    ]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    case.department.open.set()
    assert told(await asking[0]) == told(await asking[1])
    assert case.department.stated == [first.stated]


async def test_who_is_refused_does_not_get_the_last_word() -> None:
    case = Case()
    await case.ask("A")
    case.seconds = 100.0
    case.department.fault = SourceOutcome.DENIED
    assert told(await case.ask("A")) == {"A": ("DENIED", [])}


async def test_only_what_is_missing_is_asked_for() -> None:
    case = Case()
    await case.ask("A")
    assert set(told(await case.ask("A", "B", "C"))) == {"A", "B", "C"}
    assert case.department.asked == [["A"], ["B", "C"]]


async def test_after_its_time_an_answer_is_given_while_it_is_renewed_then_no_more() -> (
    None
):
    case = Case()
    await case.ask("A")
    case.seconds, case.department.held = 61.0, {"A": ("3",)}
    assert told(await case.ask("A")) == {"A": ("CACHED", ["1", "2"])}
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert told(await case.ask("A")) == {"A": ("CACHED", ["3"])}
    case.seconds = 61.0 + 91.0
    assert told(await case.ask("A")) == {"A": ("LIVE", ["3"])}


async def test_two_who_ask_at_the_same_time_are_one_question() -> None:
    case = Case()
    case.department.open.clear()
    first = asyncio.create_task(case.ask("A", "B"))
    second = asyncio.create_task(case.ask("B", "C"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    case.department.open.set()
    assert set(await first) == {"A", "B"}
    assert set(await second) == {"B", "C"}
    assert case.department.asked == [["A", "B"], ["C"]]


async def test_a_question_ends_when_the_last_who_waits_leaves() -> None:
    case = Case()
    case.department.open.clear()
    first = asyncio.create_task(case.ask("A"))
    second = asyncio.create_task(case.ask("A"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.wait({first})
    assert case.department.cancelled == 0
    second.cancel()
    await asyncio.wait({second})
    await asyncio.sleep(0)
    assert case.department.cancelled == 1
    case.department.open.set()
    assert told(await case.ask("A")) == {"A": ("LIVE", ["1", "2"])}


@pytest.mark.parametrize(
    "fault",
    [
        SourceOutcome.FAILED,
        SourceOutcome.TIMED_OUT,
        SourceOutcome.CIRCUIT_OPEN,
    ],
)
async def test_who_fails_has_his_last_word_which_is_never_complete(
    fault: SourceOutcome,
) -> None:
    case = Case()
    await case.ask("A", "B")
    case.seconds, case.department.fault = 600.0, fault
    answers = await case.ask("A", "B", "C")
    assert told(answers) == {
        "A": ("STALE", ["1", "2"]),
        "B": ("STALE", []),
        "C": (fault.value, []),
    }
    assert not any(one.complete for one in answers.values())
    assert (
        answers["A"].reason
        == "无法连接；以下为 0:10:00 前的答复 (its answer of 0:10:00 ago)"
    )
    assert answers["A"].as_of == NOON
    case.seconds = 4000.0
    assert told(await case.ask("A")) == {"A": (fault.value, [])}


async def test_an_answer_that_may_lack_a_record_is_not_remembered() -> None:
    case = Case()
    case.department.complete = False
    await case.ask("A")
    await case.ask("A")
    assert case.department.asked == [["A"], ["A"]]
    assert len(case.entries) == 0


async def test_what_is_dropped_is_asked_for_anew() -> None:
    case = Case()
    await case.ask("A", "B")
    case.entries.drop_all("QH-X", PENALTY, ["A"])
    assert told(await case.ask("A", "B")) == {
        "A": ("LIVE", ["1", "2"]),
        "B": ("CACHED", []),
    }


async def test_memory_is_bounded_and_the_least_used_goes_first() -> None:
    case = Case(most=3_000)
    await case.ask("X1", "X2", "X3", "X4")
    await case.ask("X1")
    await case.ask("X5", "X6")
    assert case.entries.size <= 3_000
    asked = len(case.department.asked)
    await case.ask("X1", "X5", "X6")
    assert len(case.department.asked) == asked


def test_drops_that_are_no_longer_known_by_their_place_may_have_been_anything() -> None:
    entries = Entries(1_000)
    entries.drop_all("QH-X", PENALTY, ["A"])
    mark = entries.mark()
    assert not entries.dropped_since(("QH-X", PENALTY, "A"), mark)
    entries.drop_all("QH-X", PENALTY, ["B"])
    assert entries.dropped_since(("QH-X", PENALTY, "B"), mark)
    assert not entries.dropped_since(("QH-X", PENALTY, "C"), mark)
    entries.drop_all("QH-X", PENALTY, map(str, range(10_000)))
    assert entries.dropped_since(("QH-X", PENALTY, "C"), mark)
    assert not entries.dropped_since(("QH-X", PENALTY, "C"), entries.mark())


async def test_what_may_have_changed_unheard_is_only_a_last_word() -> None:
    case = Case()
    await case.ask("A")
    case.entries.doubt_all()
    case.department.fault = SourceOutcome.FAILED
    assert told(await case.ask("A")) == {"A": ("STALE", ["1", "2"])}
    case.department.fault = None
    assert told(await case.ask("A")) == {"A": ("LIVE", ["1", "2"])}
    assert told(await case.ask("A")) == {"A": ("CACHED", ["1", "2"])}
