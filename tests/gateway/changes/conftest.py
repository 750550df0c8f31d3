"""Departments whose records change, and a gateway on them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.core import Core
from mock_departments.world.reader import StoredWorld
from tests.gateway.changes.changing import Province, Running, fill, unknown_people
from tests.world import running


@pytest.fixture
async def province(
    world: StoredWorld, tmp_path: Path, url: str, core: Core
) -> AsyncIterator[Province]:
    """Departments that run, and a database with a core; `core` empties it at last."""
    del core
    people = unknown_people(world, 3)
    async with running(
        world, tmp_path / "departments", "QH-EPD", "QH-SAW", "QH-TAX"
    ) as host:
        yield Province(host, world, url, tmp_path, people)


@pytest.fixture
async def gateway(province: Province) -> AsyncIterator[Running]:
    """A gateway that has seen all the departments hold."""
    async with province.gateway() as made:
        await fill(province, made)
        await made.polling.once()
        yield made
