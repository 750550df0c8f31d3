"""What all tests share."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from adapters.contract import EnterpriseKey
from mock_departments.world.reader import StoredWorld, open_world
from tests.world import all_keys, small_world

ACCEPTANCE = Path(__file__).with_name("acceptance")


@pytest.hookimpl(tryfirst=True)  # before the groups are read
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep a file's tests in one process, and all that share the demonstration."""
    for item in items:
        shares = item.path.is_relative_to(ACCEPTANCE)
        group = "acceptance" if shares else str(item.path)
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def world_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small province, with all its stories, as generated."""
    folder = tmp_path_factory.mktemp("world")
    small_world(folder)
    return folder / "world.sqlite"


@pytest.fixture(scope="session")
def world(world_file: Path) -> StoredWorld:
    """The same, open."""
    return open_world(world_file)


@pytest.fixture(scope="session")
def keys(world: StoredWorld) -> Mapping[str, EnterpriseKey]:
    """The keys of everybody in it."""
    return all_keys(world)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with the real register; skips where there is none, fails in CI."""
    default = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("CREDITNET_SHARED_DATA", default))
    if not (folder / "qinghai_register_2015.csv").exists():
        missing = f"no register of enterprises in {folder}"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    return folder
