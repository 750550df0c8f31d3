"""Two gateways that share what a department said, over a real Redis."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from gateway.loading.answers import Note
from schema.departments import SourceOutcome
from tests.gateway.loading.sharing_gateways import (
    PLACE_A,
    Hands,
    Two,
    gateway,
    until,
)
from tests.gateway.loading.test_cache import (
    PENALTY,
)
from tests.redis_server import ADDRESS, room

pytestmark = pytest.mark.anyio


@pytest.fixture
async def hands() -> Hands:
    return Hands(begun=500.0)


@pytest.fixture
async def two(hands: Hands, anyio_backend: str) -> AsyncIterator[Two]:
    async with (
        room() as prefix,
        Redis.from_url(ADDRESS) as client,
        gateway(ADDRESS, prefix, Hands()) as first,
        gateway(ADDRESS, prefix, hands) as second,
    ):
        yield Two(first, second, client, prefix)


async def test_what_one_learned_the_other_knows(two: Two):
    await two.first.ask("A", "B")
    await two.shared("A", "B")
    note = Note()
    assert await two.second.ask("A", "B", "C", note=note) == {
        "A": ("CACHED", ["1", "2"]),
        "B": ("CACHED", []),
        "C": ("LIVE", []),
    }
    assert two.second.asked == [["C"]]
    assert len(note.life.entries) == 2
    assert await two.second.ask("A") == {"A": ("CACHED", ["1", "2"])}


async def test_what_is_known_from_others_is_as_old_as_it_is(two: Two, hands: Hands):
    await two.first.ask("A")
    await two.shared("A")
    hands.seconds = 50.0
    assert (await two.second.ask("A"))["A"] == ("CACHED", ["1", "2"])
    found = two.second.entries.get(PLACE_A)
    assert found is not None
    assert found.since == 500.0
    hands.seconds = 91.0
    assert (await two.second.ask("A"))["A"] == ("LIVE", ["1", "2"])


async def test_what_another_said_long_ago_is_the_last_word_of_who_fails(
    two: Two, hands: Hands
):
    await two.first.ask("A")
    await two.shared("A")
    hands.seconds = 600.0
    two.second.department.fault = SourceOutcome.FAILED
    assert (await two.second.ask("A"))["A"] == ("STALE", ["1", "2"])


async def test_what_one_drops_all_forget(two: Two):
    await two.first.ask("A", "B")
    await two.shared("A", "B")
    await two.second.ask("A", "B")
    for one in (two.first, two.second):
        one.department.held = {"A": ("3",)}
    await two.first.memory.drop("QH-X", PENALTY, ["A"])
    await until(lambda: two.second.entries.get(PLACE_A) is None)
    for one in (two.first, two.second):
        assert await one.ask("A", "B") == {
            "A": ("LIVE", ["3"]),
            "B": ("CACHED", []),
        }


async def test_an_answer_from_before_a_drop_is_nowhere_remembered(two: Two):
    two.second.department.open.clear()
    before = asyncio.create_task(two.second.ask("A"))
    await until(lambda: two.second.asked != [])
    mark = two.second.entries.mark()
    await two.first.memory.drop("QH-X", PENALTY, ["A"])
    await until(lambda: two.second.entries.dropped_since(PLACE_A, mark))
    after = asyncio.create_task(two.second.ask("A"))
    await until(lambda: len(two.second.asked) == 2)
    two.second.department.open.set()
    await asyncio.gather(before, after)
    assert two.second.asked == [["A"], ["A"]]
    assert await two.second.ask("A") == {"A": ("CACHED", ["1", "2"])}


async def test_nothing_is_put_where_something_was_just_dropped(two: Two):
    await two.first.memory.drop("QH-X", PENALTY, ["A"])
    await two.first.ask("A", "B")
    await two.shared("B")
    assert await two.client.get(f"{two.prefix}:1:QH-X:PENALTY:A") == b"-"
    assert await two.second.ask("A", "B") == {
        "A": ("LIVE", ["1", "2"]),
        "B": ("CACHED", []),
    }


async def test_gateways_that_ask_otherwise_do_not_read_each_other(two: Two):
    await two.first.ask("A")
    await two.shared("A")
    async with gateway(ADDRESS, two.prefix, declared="2") as third:
        assert await third.ask("A") == {"A": ("LIVE", ["1", "2"])}


@pytest.mark.parametrize(
    "text",
    [
        b"[",
        b"[1]",
        b"{}",
        b'["1", 1476936000.0, "2016", "2016", [["2016-10-20T12:00:00+08:00", []]]]',
        b'["1", 1476939999.0, "2016-10-20T12:00:00+08:00", '
        b'"2016-10-20T12:00:00+08:00", []]',
        b'["1", 1476936000.0, "2016-10-20T12:00:00+08:00", '
        b'"2016-10-20T12:00:00+08:00", [["2016-10-20T12:00:00+08:00", {"n": "?"}]]]',
    ],
    ids=["half", "short", "object", "no row", "in the future", "unreadable row"],
)
async def test_what_makes_no_sense_counts_as_nothing(two: Two, text: bytes):
    await two.client.set(f"{two.prefix}:1:QH-X:PENALTY:A", text)
    assert await two.first.ask("A") == {"A": ("LIVE", ["1", "2"])}


async def test_a_message_that_makes_no_sense_may_mean_anything(two: Two):
    await two.first.ask("A")
    await two.client.publish(f"{two.prefix}:1", b"{")
    found = two.first.entries.get(PLACE_A)
    assert found is not None
    await until(lambda: found.gone)
    assert await two.first.ask("A") == {"A": ("CACHED", ["1", "2"])}


# ---- a server that dies ----------------------------------------------------------
