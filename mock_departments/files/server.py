"""One department that drops files."""

import asyncio
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from xlsxwriter import Workbook

from mock_departments.files.departments import DEPARTMENTS, FileDepartment
from mock_departments.files.drops import drop
from mock_departments.world.model import World

CODES = tuple(department.code for department in DEPARTMENTS)
_BY_CODE = {department.code: department for department in DEPARTMENTS}


class FileService:
    """A department's drop directory."""

    profiles = frozenset(
        {"healthy", "down", "garbage", "truncated", "partial_file", "stale", "gbk"}
        | {"schema_drift"}
    )

    def __init__(
        self, department: FileDepartment, world: World, directory: Path
    ) -> None:
        """Write the files, unless they are there."""
        self.code = department.code
        self._directory = directory / self.code
        self._department = department
        self._world = world
        stamp, wanted = directory / f"{self.code}.stamp", f"2:{world.seed}:{world.size}"
        if not (stamp.exists() and stamp.read_text() == wanted and self._whole()):
            self._fresh()
            stamp.write_text(wanted)

    @property
    def environment(self) -> Mapping[str, str]:
        """The directory."""
        name = f"{self.code.replace('-', '_')}_DIRECTORY"
        return {name: str(self._directory.resolve())}

    async def misbehave(self, profile: str) -> None:
        """Play a fault profile; raises ValueError for an unknown one."""
        if profile not in self.profiles:
            raise ValueError(
                f"{self.code} 不能模拟 {profile}；可用：{' '.join(sorted(self.profiles))}"
            )
        await asyncio.to_thread(self._play, profile)

    async def close(self) -> None:
        """Leave everything as it is."""

    def _play(self, profile: str) -> None:
        self._fresh()
        files = sorted(self._directory.iterdir())
        match profile:
            case "down":
                self._directory.rename(self._directory.with_suffix(".away"))
            case "garbage":
                for file in files:
                    file.write_bytes(b"\x00\xff rubbish" * 50)
            case "truncated" | "partial_file":
                for file in files:
                    os.truncate(file, file.stat().st_size // 2)
            case "stale":
                for file in files:
                    old = file.name.replace(self._department.day, "20160901")
                    file.rename(file.with_name(old))
            case "gbk" if self._department.suffix == "csv":
                for file in files:
                    text = file.read_text(encoding=self._department.encoding)
                    file.write_text(text, encoding="gbk", errors="ignore", newline="")
            case "schema_drift":
                self._drift(files)

    def _drift(self, files: list[Path]) -> None:
        """Drop the columns that everything hangs on."""
        for file in files:
            if self._department.suffix == "csv":
                encoding = self._department.encoding
                lines = file.read_text(encoding=encoding).splitlines(keepends=True)
                lines[0] = "A,B,C\r\n"
                file.write_text("".join(lines), encoding=encoding, newline="")
            else:
                file.unlink()
                shutil.copy(self._empty_book(), file)

    def _empty_book(self) -> Path:
        path = self._directory.with_suffix(".xlsx")
        with Workbook(str(path)) as book:
            book.add_worksheet("Sheet1").write_row(0, 0, ["A", "B", "C"])
        return path

    def _fresh(self) -> None:
        shutil.rmtree(self._directory.with_suffix(".away"), ignore_errors=True)
        shutil.rmtree(self._directory, ignore_errors=True)
        drop(self._department, self._world, self._directory)

    def _whole(self) -> bool:
        return self._directory.is_dir() and any(self._directory.iterdir())


async def start(code: str, world: World, directory: Path) -> FileService:
    """Write one department's files."""
    return await asyncio.to_thread(FileService, _BY_CODE[code], world, directory)
