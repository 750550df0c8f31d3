"""What a department changes, by push or found by polling, reaches everything."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.core import Core
from gateway.polled import Overtaken, Polled
from mock_departments.world.model import CLOCK
from mock_departments.world.reader import StoredWorld
from schema.record_type import RecordType
from tests.gateway.changing import Province, Running, change, fill, unknown_people
from tests.world import running

pytestmark = pytest.mark.anyio
POLLED = ["QH-EPD", "QH-SAW"]


@pytest.fixture
async def province(
    world: StoredWorld, tmp_path: Path, url: str, core: Core
) -> AsyncIterator[Province]:
    """Departments that run, and a database with a core; `core` empties it at last."""
    del core
    people = unknown_people(world, 3)
    async with running(world, tmp_path / "departments", *POLLED, "QH-TAX") as host:
        yield Province(host, world, url, tmp_path, people)


@pytest.fixture
async def gateway(province: Province) -> AsyncIterator[Running]:
    """A gateway that has seen all the departments hold."""
    async with province.gateway() as made:
        await fill(province, made)
        await made.polling.once()
        yield made


async def punish(
    province: Province, department: str, who: int = 0, fine: str = "5000.00"
) -> None:
    """Let a department add a penalty, or change the fine of the one it added."""
    number = f"{department}罚〔2016〕{who}号"
    facts = {"decisionNumber": number, "fine": fine}
    uscc = province.people[who].uscc
    await province.host.amend(department, "PENALTY", uscc, facts)


async def grade(province: Province, letter: str, who: int = 0) -> None:
    """Let the tax authority push a grade."""
    facts = {"grade": letter, "year": 2015}
    uscc = province.people[who].uscc
    await province.host.amend("QH-TAX", "TAX_CREDIT", uscc, facts)


def told(page: dict[str, Any]) -> list[tuple[str, str]]:
    """Give kind and enterprise of each change on a page."""
    return [(one["kind"], one["enterprise"]["uscc"]) for one in page["nodes"]]


async def all_told(gateway: Running, **wanted: object) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    cursor: str | None = None
    while True:
        page = await gateway.since(cursor=cursor, **wanted)
        found += told(page)
        cursor = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return found


async def test_what_a_department_held_at_first_is_no_change(gateway: Running):
    assert (await gateway.since())["nodes"] == []
    await gateway.polling.once()
    assert (await gateway.since())["nodes"] == []


@pytest.mark.parametrize("department", POLLED)
async def test_a_polled_change_is_told(
    department: str, province: Province, gateway: Running
):
    uscc = province.people[0].uscc
    async with gateway.subscribed() as heard:
        await punish(province, department)
        await gateway.polling.once()
        added = await change(heard)
        await punish(province, department, fine="9000.00")
        await gateway.polling.once()
        changed = await change(heard)
    assert (added["kind"], added["before"]) == ("ADDED", None)
    assert added["department"] == {"code": department}
    assert added["enterprise"] == {"uscc": uscc}
    assert added["at"] == "2016-10-20T09:00:00+08:00"
    assert added["after"]["provenance"] == {"outcome": "LIVE"}
    assert (changed["kind"], changed["before"]["fine"]) == ("CHANGED", "5000")
    assert changed["after"]["fine"] == "9000"
    assert (await gateway.since())["nodes"] == [added, changed]


@pytest.mark.parametrize("department", POLLED)
async def test_presence_and_answers_follow_a_polled_change(
    department: str, province: Province, gateway: Running
):
    uscc = province.people[0].uscc
    await gateway.build_presence()
    assert await gateway.penalties(uscc, department) == (set(), {"NOTHING_HELD"})
    async with gateway.subscribed() as heard:
        await punish(province, department)
        await gateway.polling.once()
        await change(heard)
        number = f"{department}罚〔2016〕0号"
        assert await gateway.penalties(uscc, department) == ({number}, {"LIVE"})
        assert await gateway.penalties(uscc, department) == ({number}, {"CACHED"})
        await punish(province, department, fine="9000.00")
        assert await gateway.penalties(uscc, department) == ({number}, {"CACHED"})
        await gateway.polling.once()
        await change(heard)
        assert await gateway.penalties(uscc, department) == ({number}, {"LIVE"})


async def test_a_pushed_change_reaches_everything(province: Province, gateway: Running):
    uscc = province.people[0].uscc
    await gateway.build_presence()
    await province.host.push_to(gateway.url)
    async with gateway.subscribed("QH-TAX") as heard:
        await grade(province, "A")
        while (told_of := await change(heard))["enterprise"]["uscc"] != uscc:
            pass
        assert (told_of["kind"], told_of["after"]["grade"]) == ("ADDED", "A")
        await grade(province, "B")
        later = await change(heard)
    assert (later["kind"], later["before"]["grade"]) == ("CHANGED", "A")
    presences = gateway.gateway.presences
    assert presences
    known = presences.of("QH-TAX", RecordType.TAX_CREDIT)
    assert known is None or known.has(uscc, presences.ordinals)
    last = (await all_told(gateway, departments=["QH-TAX"]))[-2:]
    assert last == [("ADDED", uscc), ("CHANGED", uscc)]


async def test_a_record_of_before_the_first_poll_changes_without_before(
    province: Province, gateway: Running, world: StoredWorld
):
    clean = next(
        one
        for one in world.records("QH-EPD", "PENALTY")
        if not one.dirt and len(one.usccs) == 1
    )
    (uscc,) = clean.usccs
    who = world.enterprise(uscc)
    assert who
    province.people = (*province.people, who)
    await fill(province, gateway)
    await province.host.amend("QH-EPD", "PENALTY", uscc, {"fine": "1234.00"})
    await gateway.polling.once()
    (node,) = (await gateway.since())["nodes"]
    assert (node["kind"], node["before"]) == ("CHANGED", None)
    assert node["after"]["fine"] == "1234"


async def test_a_restart_loses_nothing_and_tells_nothing_twice(province: Province):
    first, second, third = (one.uscc for one in province.people)
    async with province.gateway() as made:
        await fill(province, made)
        await made.polling.once()
        await punish(province, "QH-EPD", 0)
        await made.polling.once()
        page = await made.since()
        assert told(page) == [("ADDED", first)]
    await punish(province, "QH-SAW", 1)  # while nobody looks
    async with province.gateway() as again:
        await again.build_presence()
        await again.polling.once()
        await punish(province, "QH-EPD", 2)
        await again.polling.once()
        everybody = [("ADDED", uscc) for uscc in (first, second, third)]
        assert told(await again.since()) == everybody
        rest = await again.since(cursor=page["pageInfo"]["endCursor"])
        assert told(rest) == everybody[1:]


async def test_what_was_logged_and_not_followed_is_after_a_restart(
    province: Province,
):
    uscc = province.people[0].uscc
    async with province.gateway() as made:
        await fill(province, made)
        await made.build_presence()
        await made.polling.once()
    async with province.gateway("two") as other:
        await punish(province, "QH-EPD")
        await other.polling.once()
    async with province.gateway() as again:
        assert told(await again.since()) == [("ADDED", uscc)]
        presences = again.gateway.presences
        assert presences
        known = presences.of("QH-EPD", RecordType.PENALTY)
        assert known
        assert known.has(uscc, presences.ordinals)


async def test_another_gateway_polls_when_one_is_killed(province: Province):
    async with (
        province.gateway("one", POLL_EVERY="0.001") as made,
        province.gateway("two", POLL_EVERY="0.001") as other,
    ):
        await fill(province, made)
        await made.polling.once()
        await punish(province, "QH-EPD")
        await other.polling.once()
        assert len((await made.since())["nodes"]) == 1


async def test_a_page_is_kept_once_whoever_polls_it(
    province: Province, gateway: Running
):
    made = gateway.gateway
    polled = Polled(made.core.engine, made.log)
    await punish(province, "QH-EPD")
    place = await polled.place("QH-EPD", RecordType.PENALTY)
    adapter = made.adapters["QH-EPD"]
    pages = [p async for p in adapter.since(RecordType.PENALTY, place.cursor)]
    await polled.take(place, pages[0], CLOCK)
    with pytest.raises(Overtaken):
        await polled.take(place, pages[0], CLOCK)
    assert len((await gateway.since())["nodes"]) == 1


async def test_one_gateway_polls_and_all_hear(province: Province, gateway: Running):
    uscc = province.people[0].uscc
    async with province.gateway("two") as other, other.subscribed() as heard:
        await punish(province, "QH-EPD")
        await other.polling.once()
        assert (await other.since())["nodes"] == []
        await gateway.polling.once()
        assert (await change(heard))["enterprise"] == {"uscc": uscc}
        await province.host.push_to(gateway.url)
        await grade(province, "A")
        assert (await change(heard))["department"] == {"code": "QH-TAX"}


@pytest.mark.parametrize("profile", ["garbage", "errors", "down"])
async def test_who_fails_to_tell_holds_up_nobody(
    profile: str, province: Province, gateway: Running
):
    first, second = (one.uscc for one in province.people[:2])
    await punish(province, "QH-EPD", 0)
    await punish(province, "QH-SAW", 1)
    await province.host.misbehave("QH-EPD", profile)
    await gateway.polling.once()
    assert told(await gateway.since()) == [("ADDED", second)]
    await province.host.misbehave("QH-EPD", "healthy")
    await gateway.polling.once()
    assert told(await gateway.since()) == [("ADDED", second), ("ADDED", first)]


async def test_a_row_that_can_not_be_read_is_kept_apart_and_holds_up_no_other(
    province: Province, gateway: Running
):
    made = gateway.gateway
    await made.quarantine.replace("QH-EPD", "PENALTY", [], [])
    await province.host.misbehave("QH-EPD", "bad_rows")  # the first of each four
    for who in range(3):
        await punish(province, "QH-EPD", who)
    await gateway.polling.once()
    people = [one.uscc for one in province.people]
    assert told(await gateway.since()) == [("ADDED", uscc) for uscc in people[1:]]
    async with made.core.engine.connect() as connection:
        rows = await connection.exec_driver_sql(
            "SELECT record_type, reasons FROM set_aside WHERE department = 'QH-EPD'"
        )
    (row,) = rows.all()
    assert row.record_type == "PENALTY"
    assert "去年" in row.reasons


async def test_a_page_at_a_time(province: Province, gateway: Running):
    people = [one.uscc for one in province.people]
    for who in range(3):
        await punish(province, "QH-EPD", who)
    await gateway.polling.once()
    one = await gateway.since(first=1)
    two = await gateway.since(first=1, cursor=one["pageInfo"]["endCursor"])
    three = await gateway.since(first=1, cursor=two["pageInfo"]["endCursor"])
    last = await gateway.since(cursor=three["pageInfo"]["endCursor"])
    assert [told(page)[0][1] for page in (one, two, three)] == people
    assert one["edges"][0]["cursor"] == one["pageInfo"]["endCursor"]
    assert [p["pageInfo"]["hasNextPage"] for p in (one, two, three, last)] == [
        *(True, True),
        *(False, False),
    ]
    assert last["nodes"] == []
    await punish(province, "QH-SAW", 0)
    await gateway.polling.once()
    rest = await gateway.since(cursor=last["pageInfo"]["endCursor"])
    assert told(rest) == [("ADDED", people[0])]
    nothing = await gateway.since(first=0)
    assert (nothing["nodes"], nothing["pageInfo"]["hasNextPage"]) == ([], True)


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({}, 2),
        ({"departments": ["QH-EPD"]}, 1),
        ({"departments": ["QH-TAX"]}, 0),
        ({"departments": []}, 0),
        ({"recordTypes": ["PENALTY"]}, 2),
        ({"recordTypes": ["LICENCE"]}, 0),
        ({"since": CLOCK.isoformat()}, 2),
        ({"since": (CLOCK + timedelta(seconds=1)).isoformat()}, 0),
        ({"since": "2016-10-01T00:00:00Z", "departments": ["QH-SAW"]}, 1),
    ],
)
async def test_what_is_wanted_is_told(
    province: Province, gateway: Running, wanted: dict[str, object], count: int
):
    await punish(province, "QH-EPD", 0)
    await punish(province, "QH-SAW", 1)
    await gateway.polling.once()
    page = await gateway.since(**wanted)
    assert len(page["nodes"]) == count
    assert not page["pageInfo"]["hasNextPage"]
    more = await gateway.since(cursor=page["pageInfo"]["endCursor"])
    assert more["nodes"] == [] or count < 2


async def test_a_place_that_is_no_longer_kept_is_refused(
    province: Province, gateway: Running
):
    begun = (await gateway.since())["pageInfo"]["endCursor"]
    await punish(province, "QH-EPD")
    await gateway.polling.once()
    end = (await gateway.since())["pageInfo"]["endCursor"]
    later = CLOCK + timedelta(minutes=1)
    await gateway.gateway.log.trim(later)
    error = await gateway.refused(cursor=begun)
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["extensions"]["argument"] == "cursor"
    assert "2016-10-20 09:01" in error["message"]
    early = await gateway.refused(since="2016-10-20T00:00:00+08:00")
    assert early["extensions"]["argument"] == "since"
    assert (await gateway.since(cursor=end))["nodes"] == []
    assert (await gateway.since(since=later.isoformat()))["nodes"] == []


@pytest.mark.parametrize(
    "wanted",
    [
        {"cursor": "nonsense"},
        {"cursor": "WyJhIiwiYiJd"},
        {"cursor": "WzEsMV0", "since": "2016-10-20T00:00:00Z"},
        {"departments": ["QH-XXX"]},
        {"first": -1},
    ],
)
async def test_what_can_not_be_asked(gateway: Running, wanted: dict[str, object]):
    error = await gateway.refused(**wanted)
    assert error["extensions"]["code"] == "BAD_USER_INPUT"


async def test_a_message_that_can_not_be_read_is_kept_and_holds_up_no_other(
    province: Province, gateway: Running
):
    await province.host.push_to(gateway.url)
    await province.host.misbehave("QH-TAX", "replay")
    await province.host.push_to(gateway.url)
    kept = await gateway.gateway.quarantine.messages()
    assert [(one.department, one.raw) for one in kept] == [
        ("QH-TAX", {"message": '{"messageId": "poison"'})
    ]
    uscc = province.people[0].uscc
    await grade(province, "A")
    found: Sequence[tuple[str, str]] = await all_told(gateway)
    assert found[-1] == ("ADDED", uscc)
