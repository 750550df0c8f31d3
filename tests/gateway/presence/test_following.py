"""Presence between two reconciliations."""

from pathlib import Path

import pytest

from adapters.contract import Capabilities
from gateway.building import Building
from gateway.core import Core
from gateway.loading.presence import told
from tests.gateway.core.fakes import FakeAdapter, enterprise
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


async def lost(province: Province) -> list[str]:
    building = Building(province.core, province.shelf)
    adapters = {one.department: one for one in province.departments}
    again = await building.lost(adapters)
    await province.presences.refresh()
    return list(again)


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
    assert await lost(province) == ["QH-GL", "QH-SAW"]


async def test_why_a_department_is_always_asked(core: Core, tmp_path: Path) -> None:
    province = Province(core, tmp_path, [Department([penalty(1, 1)])])
    await province.build()
    (one,) = province.shelf.presences(province.shelf.ordinals()).values()
    assert "yes" in told(one, DAY, NOW)
    assert "old" in told(one, DAY, NOW + DAY)
    assert "none" in told(None, DAY, NOW)
    one.whole = False
    assert "nobody" in told(one, DAY, NOW)
