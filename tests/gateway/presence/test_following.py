"""Presence between two reconciliations."""

from pathlib import Path

import pytest

from adapters.contract import Capabilities
from gateway.building import Building
from gateway.core import Core
from gateway.loading.presence import told
from schema.departments import SourceOutcome
from tests.gateway.core.fakes import FakeAdapter, code, enterprise
from tests.gateway.presence.departments import (
    DAY,
    NOW,
    Department,
    Province,
    penalty,
    quiet,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
async def core(core: Core) -> Core:
    await core.sync(FakeAdapter([enterprise(number) for number in range(1, 7)]), quiet)
    return core


async def follow(province: Province) -> list[str]:
    building = Building(province.core, province.shelf)
    adapters = {one.department: one for one in province.departments}
    again = await building.follow(adapters)
    await province.presences.refresh()
    return list(again)


async def test_what_a_department_tells_of_changes_is_added(
    core: Core, tmp_path: Path
) -> None:
    department = Department(
        [penalty(1, 1), penalty(2, 2)], size=1, capabilities=Capabilities(delta=True)
    )
    province = Province(core, tmp_path, [department])
    await province.build()
    department.records = [*department.records, penalty(3, 3)]
    assert (await province.load(3))[code(3)].outcome is SourceOutcome.NOTHING_HELD
    department.asked.clear()
    assert await follow(province) == []
    assert [since for _, since in department.asked] == ["1"]
    assert (await province.load(3))[code(3)].records


async def test_a_department_that_fails_to_tell_keeps_its_presence(
    core: Core, tmp_path: Path
) -> None:
    department = Department(
        [penalty(1, 1), penalty(2, 2)], size=1, capabilities=Capabilities(delta=True)
    )
    province = Province(core, tmp_path, [department])
    await province.build()
    department.fails_at = department.pages
    assert await follow(province) == []
    assert (await province.load(4))[code(4)].outcome is SourceOutcome.NOTHING_HELD


async def test_who_should_be_read_anew(core: Core, tmp_path: Path) -> None:
    departments = [
        Department([penalty(1, 1)], department="QH-EPD"),
        Department([penalty(1, 1)], department="QH-GL", kind="files"),
        Department([penalty(1, 1)], department="QH-SAW"),
        Department(
            [penalty(1, 1)], department="QH-TAX", capabilities=Capabilities(scan=False)
        ),
    ]
    province = Province(core, tmp_path, departments[:2])
    await province.build()
    province.departments = departments
    assert await follow(province) == ["QH-GL", "QH-SAW"]


async def test_why_a_department_is_always_asked(core: Core, tmp_path: Path) -> None:
    province = Province(core, tmp_path, [Department([penalty(1, 1)])])
    await province.build()
    (one,) = province.shelf.presences(province.shelf.ordinals()).values()
    assert "yes" in told(one, DAY, NOW)
    assert "old" in told(one, DAY, NOW + DAY)
    assert "none" in told(None, DAY, NOW)
    one.whole = False
    assert "nobody" in told(one, DAY, NOW)
