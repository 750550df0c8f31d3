"""A small world and its departments, shared by tests."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from adapters.contract import EnterpriseKey
from mock_departments.host import Host
from mock_departments.world.generate import generate, is_world
from mock_departments.world.model import TrueEnterprise, World
from mock_departments.world.reader import StoredWorld, open_world
from schema.codes.names import normalise

SIZE = 600
SEED = 20161020


def small_world(directory: Path) -> StoredWorld:
    path = directory / "world.sqlite"
    if not is_world(path, enterprises=SIZE, seed=SEED):
        generate(path, enterprises=SIZE, seed=SEED)
    return open_world(path)


@asynccontextmanager
async def running(world: World, directory: Path, *codes: str) -> AsyncIterator[Host]:
    """Run some departments without delays or bad luck."""
    await asyncio.to_thread(_without_delays, directory)
    async with Host(world, directory) as host:
        for code in codes:
            await host.start(code)
        yield host


def _without_delays(directory: Path) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "pace").write_text("0")


def key_of(who: TrueEnterprise, bearers: Mapping[str, int]) -> EnterpriseKey:
    names = tuple(dict.fromkeys(normalise(n) for n in (who.name, *who.former_names)))
    shared = frozenset(name for name in names if bearers[name] > 1)
    return EnterpriseKey(who.uscc, who.registration_number, names, shared)


def all_keys(world: World) -> Mapping[str, EnterpriseKey]:
    """Give the keys of every enterprise, as the core would."""
    people = list(world.enterprises())
    bearers: dict[str, int] = {}
    for who in people:
        for name in {normalise(n) for n in (who.name, *who.former_names)}:
            bearers[name] = bearers.get(name, 0) + 1
    return {who.uscc: key_of(who, bearers) for who in people}
