"""What a department changes, by push or found by polling, reaches everything."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from gateway.polled import Overtaken, Polled
from mock_departments.world.model import CLOCK
from mock_departments.world.reader import StoredWorld
from schema.record_type import RecordType
from tests.gateway.changes.changing import (
    Province,
    Running,
    all_told,
    change,
    fill,
    grade,
    punish,
    told,
)

pytestmark = pytest.mark.anyio
POLLED = ["QH-EPD", "QH-SAW"]


async def set_aside(gateway: Running) -> dict[str, str]:
    """Give the reasons for which QH-EPD's rows are set aside, by record type."""
    async with gateway.gateway.core.engine.connect() as connection:
        rows = await connection.exec_driver_sql(
            "SELECT record_type, reasons FROM set_aside WHERE department = 'QH-EPD'"
        )
    return {row.record_type: row.reasons for row in rows}


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


async def test_a_push_is_followed_before_it_is_acknowledged(
    province: Province, gateway: Running
):
    uscc = province.people[0].uscc
    made = gateway.gateway
    await province.host.push_to(gateway.url)
    for letter in "AB":
        await grade(province, letter)
        followed = int(made.settings.changes_place().read_text())
        logged = await made.log.after(0, 100_000)
        own = [one.number for one in logged if uscc in one.change.after.row.values()]
        assert own
        assert followed >= own[-1]


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


async def test_who_is_killed_while_polling_loses_nothing_and_tells_nothing_twice(
    province: Province,
):
    async with province.gateway() as made:
        await fill(province, made)
        await made.polling.once()
    for who in range(3):
        async with province.polling_until_killed():
            for fine in range(1, 11):
                await punish(province, "QH-EPD", who, f"{fine}.00")
    async with province.gateway(POLL_EVERY="0.001") as again:
        nodes: list[dict[str, Any]] = []
        async with asyncio.timeout(30):
            while not nodes or nodes[-1]["after"]["fine"] != "10":
                await again.polling.once()  # not before the lease has ended
                nodes = (await again.since())["nodes"]
    for person in province.people:
        own = [one for one in nodes if one["enterprise"]["uscc"] == person.uscc]
        fines = [one["after"]["fine"] for one in own]
        assert fines[-1] == "10"
        assert [one["before"] and one["before"]["fine"] for one in own] == [
            None,
            *fines[:-1],
        ]
        assert own[0]["kind"] == "ADDED"


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
    assert set(await set_aside(gateway)) == {"LICENCE", "PENALTY"}
    await province.host.misbehave("QH-EPD", "healthy")
    await gateway.polling.once()
    assert told(await gateway.since()) == [("ADDED", second), ("ADDED", first)]
    assert await set_aside(gateway) == {}


async def test_a_row_that_can_not_be_read_is_kept_apart_and_holds_up_no_other(
    province: Province, gateway: Running
):
    await province.host.misbehave("QH-EPD", "bad_rows")  # the first of each four
    for who in range(3):
        await punish(province, "QH-EPD", who)
    await gateway.polling.once()
    people = [one.uscc for one in province.people]
    assert told(await gateway.since()) == [("ADDED", uscc) for uscc in people[1:]]
    (found,) = (await set_aside(gateway)).items()
    assert found[0] == "PENALTY"
    assert "去年" in found[1]


async def test_a_message_that_can_not_be_read_is_kept_and_holds_up_no_other(
    province: Province, gateway: Running
):
    await province.host.push_to(gateway.url)
    await province.host.misbehave("QH-TAX", "replay")
    await province.host.push_to(gateway.url)
    assert await gateway.gateway.refused.count() == 1
    uscc = province.people[0].uscc
    await grade(province, "A")
    found: Sequence[tuple[str, str]] = await all_told(gateway)
    assert found[-1] == ("ADDED", uscc)
