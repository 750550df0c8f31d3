"""What every mock department's server looks like to the host that runs them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from mock_departments.world.model import World


class Service(Protocol):
    """One running department."""

    @property
    def code(self) -> str:
        """Its code in the register of departments."""

    @property
    def environment(self) -> Mapping[str, str]:
        """How to reach it: e.g. `QH_EPD_URL`, `QH_EPD_TOKEN`."""

    @property
    def profiles(self) -> frozenset[str]:
        """Fault profiles that it can play, `healthy` among them."""

    async def misbehave(self, profile: str) -> None:
        """Play a fault profile from now on; `healthy` ends it.

        Raises ValueError for a profile that it can't play.
        """

    async def close(self) -> None:
        """Stop serving."""


class Starter(Protocol):
    """Starts the department `code`; each kind's module offers one as `start`."""

    async def __call__(self, code: str, world: World, directory: Path) -> Service:
        """Serve the department's part of the world; files go below `directory`."""
