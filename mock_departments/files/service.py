"""One department that leaves files in its drop folder."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from mock_departments.files.departments import DEPARTMENTS, FilesDepartment
from mock_departments.files.drops import drop_of, lay, take_away
from mock_departments.world.model import World

FORMAT = "files 3"
CODES = tuple(department.code for department in DEPARTMENTS)
_BY_CODE = {department.code: department for department in DEPARTMENTS}
_PROFILES = frozenset(
    {"healthy", "down", "stale", "partial_file", "truncated", "garbage"}
    | {"schema_drift", "bad_rows", "replay"}
)


class FilesService:
    """A department whose service is a folder."""

    def __init__(
        self, department: FilesDepartment, world: World, directory: Path
    ) -> None:
        """Use the folder `directory`/CODE."""
        self.code = department.code
        self._department = department
        self._world = world
        self._folder = (directory / department.code).resolve()
        self._stamp_file = directory / f"{department.code}.stamp"
        csv = department.ending == "csv"
        self.profiles = _PROFILES | {"gbk"} if csv else _PROFILES

    @property
    def environment(self) -> Mapping[str, str]:
        """Where the folder is."""
        return {f"{self.code.replace('-', '_')}_DIRECTORY": str(self._folder)}

    async def start(self) -> None:
        """Leave the files, unless they lie there from before."""
        if not await asyncio.to_thread(self._is_laid):
            await self.misbehave("healthy")

    async def misbehave(self, profile: str) -> None:
        """Play a fault profile; raises ValueError for an unknown one."""
        if profile not in self.profiles:
            known = " ".join(sorted(self.profiles))
            raise ValueError(f"{self.code} 不能模拟 {profile}；可用：{known}")
        await asyncio.to_thread(self._play, profile)

    async def close(self) -> None:
        """Leave everything where it is."""

    def _play(self, profile: str) -> None:
        self._stamp_file.unlink(missing_ok=True)
        if profile == "down":
            take_away(self._folder)
            return
        lay(drop_of(self._department, self._world, profile), self._folder)
        if profile == "healthy":
            self._stamp_file.write_text(self._stamp)

    @property
    def _stamp(self) -> str:
        return f"{FORMAT} {self._world.seed} {self._world.size}"

    def _is_laid(self) -> bool:
        found = self._stamp_file.exists() and self._stamp_file.read_text()
        return found == self._stamp and self._folder.is_dir()


async def start(code: str, world: World, directory: Path) -> FilesService:
    """Start one department of files."""
    service = FilesService(_BY_CODE[code], world, directory)
    await service.start()
    return service
