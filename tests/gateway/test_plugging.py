"""Departments are plugged in, changed and taken out while the gateway runs."""

import asyncio
import gc
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.quarantine import UnresolvedRow
from gateway.settlements import Decision
from schema.record_type import RecordType
from tests.adapters.declarations import penalty
from tests.gateway.core.fakes import code
from tests.gateway.plugs import Plugs, plugs
from tests.gateway.streaming import until

pytestmark = pytest.mark.anyio
HEALTH = "{ departments { code recordTypes health { breaker asks problem } } }"


async def health(one: Plugs, department: str = "QH-TST") -> dict[str, object]:
    found = (await one.ask(HEALTH))["data"]["departments"]
    told: dict[str, object] = next(
        each["health"] or {} for each in found if each["code"] == department
    )
    return told


async def test_what_changes_counts_at_once_and_the_rest_stays(tmp_path: Path) -> None:
    async with plugs(tmp_path) as one:
        assert await one.penalties() == (["/first"], "COMPLETE", {"QH-TST": "LIVE"})
        before = one.gateway.plugging.current
        await one.look()
        assert one.gateway.plugging.current is before
        one.declare("/other", "QH-EPD")
        await one.look()
        assert one.gateway.adapters["QH-TST"] is before.adapters["QH-TST"]
        nodes, status, sources = await one.penalties()
        assert (sorted(nodes), status) == (["/first", "/other"], "COMPLETE")
        assert sources == {"QH-EPD": "LIVE", "QH-TST": "CACHED"}
        assert (await health(one))["asks"] == 1
        one.declare("/second")
        await one.look()
        nodes, _, sources = await one.penalties()
        assert sorted(nodes) == ["/other", "/second"]
        assert sources == {"QH-EPD": "CACHED", "QH-TST": "LIVE"}
        await _taken_out(one)


async def _taken_out(one: Plugs) -> None:
    one.remove("QH-EPD")
    await one.look()
    assert await one.penalties() == (["/second"], "COMPLETE", {"QH-TST": "CACHED"})
    assert "QH-EPD" not in one.gateway.adapters
    one.remove()
    await one.look()
    assert one.gateway.adapters.keys() == {"QH-TST"}, "an emptied directory"
    assert "没有声明文件" in str(one.gateway.plugging.problem)


async def test_a_request_in_flight_ends_with_the_old_one(tmp_path: Path) -> None:
    async with plugs(tmp_path) as one:
        release = one.system.held["/first"] = asyncio.Event()
        asking = asyncio.create_task(one.penalties())
        asking.add_done_callback(lambda _: release.set())
        await until(lambda: "/first" in one.system.asked)
        one.remove()
        one.declare("/second", "QH-EPD")
        await one.look()
        assert (await one.penalties())[0] == ["/second"]
        assert one.gateway.plugging.retirement.waiting == 1
        release.set()
        assert await asking == (["/first"], "COMPLETE", {"QH-TST": "LIVE"})
        assert (await one.penalties())[0] == ["/second"]
        gc.collect()
        await until(lambda: not one.gateway.plugging.retirement.waiting)


async def test_a_broken_file_changes_nothing_and_says_why(tmp_path: Path) -> None:
    async with plugs(tmp_path) as one:
        assert (await health(one))["problem"] is None
        one.declare("/second", decidedOn="decideOn")
        await one.look()
        assert (await one.penalties(2))[0] == ["/first"]
        told = str((await health(one))["problem"])
        assert "QH-TST.toml" in told
        assert "decidedOn" in told
        state = (await one.client.get("/readyz")).json()
        assert state["refusedDeclarations"] == ["QH-TST"]
        one.write("QH-TST", "[source\n")
        await one.look()
        assert (await one.penalties(3))[0] == ["/first"]
        one.declare("/second")
        await one.look()
        assert (await one.penalties(3))[0] == ["/second"]
        assert (await health(one))["problem"] is None
        one.declare("/third", "QH-EPD", decidedOn="decideOn")
        await one.look()
        assert await one.penalties(3) == (
            ["/second"],
            "PARTIAL",
            {"QH-EPD": "FAILED", "QH-TST": "CACHED"},
        )


async def test_a_second_file_takes_no_department(tmp_path: Path) -> None:
    async with plugs(tmp_path) as one:
        text = (one.directory / "departments" / "QH-TST.toml").read_text()
        one.write("A", text.replace("/first", "/second"))
        await one.look()
        assert (await one.penalties())[0] == ["/first"]
        assert one.gateway.problems.keys() == {"A"}
        one.remove()
        await one.look()
        assert (await one.penalties())[0] == ["/second"]
        assert not one.gateway.problems


async def test_breaker_and_presence_are_new_with_the_adapter(tmp_path: Path) -> None:
    async with plugs(tmp_path, CREDITNET_BREAKER_FAILURES="1") as one:
        presences = one.gateway.presences
        assert presences is not None
        one.declare("/first", **{one.system.url: "http://127.0.0.1:9"})
        await one.look()
        edition = one.gateway.adapters["QH-TST"].edition(RecordType.PENALTY)
        for number in (1, 2):
            await one.penalties(number)
        assert (await health(one))["breaker"] == "OPEN"
        one.declare("/first")
        await one.look()
        assert (await health(one))["breaker"] == "CLOSED"
        assert (await one.penalties())[0] == ["/first"]
        changed = one.gateway.adapters["QH-TST"].edition(RecordType.PENALTY)
        assert changed != edition, "presence by the other address rules nobody out"
        assert presences.doubted.get_nowait() == "QH-TST", "it is to be built anew"


async def test_what_was_settled_holds_for_a_new_adapter(tmp_path: Path) -> None:
    async with plugs(tmp_path) as one:
        row, now = penalty(CODE="", CF_XDR_MC="某某厂"), datetime.now(UTC)
        unresolved = UnresolvedRow(
            "QH-TST", "PENALTY", "1", None, "某某厂", "", (), row, now
        )
        settled = one.gateway.settlements
        await settled.settle([unresolved], code(1), Decision("07", "同一厂", now))
        await settled.refresh()
        before = one.gateway.adapters["QH-TST"]
        one.declare("/second")
        await one.look()
        after = one.gateway.adapters["QH-TST"]
        assert after is not before
        read = after.read(RecordType.PENALTY, row, now)
        assert [subject.uscc for subject in read.subjects] == [code(1)]


async def test_requests_all_the_while_find_no_fault(tmp_path: Path) -> None:
    """Whatever is plugged in meanwhile, every answer is one or the other."""
    answers: list[tuple[list[str], str, dict[str, str]]] = []
    async with plugs(tmp_path) as one:

        async def keep_asking() -> None:
            for n in range(30):
                answers.append(await one.penalties(1 + n % 20))

        async def keep_changing() -> None:
            for n in range(12):
                one.declare("/second" if n % 2 else "/first")
                await one.look()

        await asyncio.gather(keep_asking(), keep_asking(), keep_changing())
    for nodes, status, _sources in answers:
        assert status == "COMPLETE"
        assert nodes in (["/first"], ["/second"])
