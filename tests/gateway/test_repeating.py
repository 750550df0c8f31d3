"""Whole answers are given again as long as all they say is true."""

import asyncio
from contextlib import suppress
from datetime import datetime

import pytest

from gateway.loading.entries import Entries, Entry, entry
from gateway.loading.life import Life
from gateway.repeating import Answer, Repeats
from gateway.replies import Reply
from schema.record_type import RecordType

NOON = datetime.fromisoformat("2016-10-20T12:00:00+08:00")
PLACE = ("QH-X", RecordType.PENALTY, "A")


class Case:
    """Answers, the entry they are made of, and a clock that a test moves."""

    def __init__(self, most: int = 100_000) -> None:
        self.seconds = 0.0
        self.repeats = Repeats(most, 10.0, lambda: self.seconds)
        self.entries = Entries(100_000)
        self.entry = entry((), NOON, NOON, 0.0)
        self.entries.put(PLACE, self.entry)

    def life(self, until: float = 60.0, *more: Entry) -> Life:
        life = Life()
        life.rely([self.entry, *more], until)
        return life

    def keep(self, asked: str, life: Life | None = None, size: int = 10) -> Answer:
        reply = Answer(Reply(200, [], b"x" * size))
        self.repeats.keep(asked, reply, life or self.life(), self.repeats.era)
        return reply


@pytest.mark.parametrize(("until", "last"), [(60.0, 10.0), (4.0, 4.0)])
def test_an_answer_is_given_again_for_a_while(until: float, last: float) -> None:
    case = Case()
    reply = case.keep("q", case.life(until))
    case.seconds = last
    assert case.repeats.get("q") is reply
    assert case.repeats.get("another") is None
    case.seconds = last + 0.1
    assert case.repeats.get("q") is None


def test_it_is_forgotten_with_any_entry_it_was_made_of() -> None:
    case = Case()
    case.keep("q")
    case.entries.drop([PLACE])
    assert case.repeats.get("q") is None
    case.keep("again")
    assert case.repeats.get("again") is None, "the entry was gone before"


def test_what_relies_on_nothing_is_not_kept() -> None:
    case = Case()
    case.keep("q", Life())
    assert case.repeats.get("q") is None


def test_an_answer_begun_before_all_was_forgotten_is_not_kept() -> None:
    case = Case()
    era = case.repeats.era
    case.keep("before")
    case.repeats.clear()
    case.repeats.keep("q", Answer(Reply(200, [], b"")), case.life(), era)
    assert case.repeats.get("before") is None
    assert case.repeats.get("q") is None


def test_room_is_bounded_and_the_least_given_goes_first() -> None:
    case = Case(most=10_000)
    case.keep("large", size=5_000)
    assert case.repeats.get("large") is None
    for number in range(9):
        case.keep(f"q{number}", size=500)
    case.repeats.get("q0")
    for number in range(9, 12):
        case.keep(f"q{number}", size=500)
    kept = [n for n in range(12) if case.repeats.get(f"q{n}") is not None]
    assert 0 in kept
    assert 1 not in kept


@pytest.mark.anyio
async def test_who_asks_for_what_is_being_made_is_given_that() -> None:
    case = Case()
    with case.repeats.making("q"):
        waiting = asyncio.create_task(case.repeats.awaited("q", 60.0))
        await asyncio.sleep(0)
        answer = case.keep("q")
        with case.repeats.making("q"):
            assert not waiting.done(), "a second maker ends nothing"
    assert await waiting is answer
    assert await case.repeats.awaited("q", 60.0) is None, "nobody is making it"


@pytest.mark.anyio
@pytest.mark.parametrize("fails", [True, False])
async def test_what_was_made_for_one_alone_is_given_to_nobody_else(
    *, fails: bool
) -> None:
    case = Case()
    with suppress(RuntimeError), case.repeats.making("q"):
        waiting = asyncio.create_task(case.repeats.awaited("q", 60.0))
        await asyncio.sleep(0)
        if fails:
            raise RuntimeError
    assert await waiting is None


@pytest.mark.anyio
async def test_it_is_waited_for_a_small_part_of_the_time_only() -> None:
    case = Case()
    with case.repeats.making("q"):
        assert await case.repeats.awaited("q", 0.0) is None
        assert await case.repeats.awaited("q", 0.1) is None
