"""One department that opens a view of its own database."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from mock_departments.sql import amr, gsxt, others
from mock_departments.sql.database import SqliteDatabase
from mock_departments.world.model import World

CODES = ("QH-AMR", "QH-FIN", "QH-HUD", "QH-QTS")
_KEYS = {
    "QH-AMR": "UNISCID",
    "QH-FIN": "shxydm",
    "QH-HUD": "zch",
    "QH-QTS": "XK_XDR_SHXYM",
}


class SqlService:
    """A department's database."""

    profiles = frozenset(
        {"healthy", "down", "hang", "garbage", "stale", "schema_drift"}
    )

    def __init__(self, code: str, world: World, directory: Path) -> None:
        """Build the database, unless it is there."""
        self.code = code
        self._database = SqliteDatabase(directory / f"{code}.sqlite")
        self._profile = "healthy"
        stamp = f"2:{world.seed}:{world.size}"
        if not self._database.is_built(stamp):
            tables = (
                amr.tables(world) if code == "QH-AMR" else others.tables(code, world)
            )
            self._database.build(tables, stamp, _KEYS[code])
        views = gsxt.VIEWS if code == "QH-AMR" else others.VIEWS
        held = world.record_types(code)
        self._views = [view for kind, view in views.items() if kind in held]

    @property
    def environment(self) -> Mapping[str, str]:
        """The database's address."""
        return {f"{self.code.replace('-', '_')}_DATABASE_URL": self._database.url}

    async def misbehave(self, profile: str) -> None:
        """Play a fault profile; raises ValueError for an unknown one."""
        if profile not in self.profiles:
            raise ValueError(
                f"{self.code} 不能模拟 {profile}；可用：{' '.join(sorted(self.profiles))}"
            )
        await asyncio.to_thread(self._play, profile)
        self._profile = profile

    async def close(self) -> None:
        """Leave the database whole."""
        await asyncio.to_thread(self._play, "healthy")

    def _play(self, profile: str) -> None:
        self._database.restore()
        if self._profile == "schema_drift":
            self._database.undrift(self._views)
        if self._profile == "stale":
            self._database.age(0)
        match profile:
            case "down":
                self._database.hide()
            case "hang":
                self._database.lock()
            case "garbage":
                self._database.spoil()
            case "stale":
                self._database.age(40)
            case "schema_drift":
                self._database.drift(self._views)
            case _:
                return


async def start(code: str, world: World, directory: Path) -> SqlService:
    """Build and open one department's database."""
    return await asyncio.to_thread(SqlService, code, world, directory)
