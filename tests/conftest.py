"""What all tests share."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from adapters.contract import EnterpriseKey
from mock_departments.world.reader import StoredWorld, open_world
from tests.world import all_keys, small_world


class Sharing(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Keeps a file's tests in one process, and all that share the demonstration."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return "acceptance" if "/acceptance/" in path else path


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Sharing:
    return Sharing(config, log)


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
