"""Reads the files that a department drops into a directory."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from adapters.contract import Origin, Rows, Unreadable
from adapters.declaration import Declaration
from adapters.errors import SourceContractBroken, SourceUnavailable
from adapters.kinds.files.tables import Shape, Table, read_table
from adapters.kinds.options import read_options
from schema.record_type import RecordType

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_DAY = re.compile(r"(?<![0-9])(20[0-9]{2})-?([01][0-9])-?([0-3][0-9])(?![0-9])")


class Connection(msgspec.Struct, frozen=True):
    """`[connection]` of kind files."""

    directory: str
    max_bytes: int = 104_857_600
    """A file larger than this is refused."""


class Section(msgspec.Struct, frozen=True):
    """What a section says beside its fields."""

    pattern: str
    """Names of the files: `行政许可_*.csv`."""
    mode: Literal["full", "delta"] = "full"
    """full: the newest file replaces older ones; delta: all count together."""
    header: int = 1
    footer: str = ""
    encoding: str = "auto"
    sheet: str = ""


class FilesTransport:
    """Rows of one department's files; they lie with us, so they can be indexed."""

    origin = Origin.MATERIALIZED

    def __init__(self, declaration: Declaration) -> None:
        """Read the declaration's options; raises DeclarationError."""
        self._connection, sections = read_options(declaration, Connection, Section)
        self._directory = Path(self._connection.directory)
        self._sections: dict[RecordType, tuple[Section, Shape]] = {}
        for kind, section in sections.items():
            if isinstance(section, Section):
                self._sections[kind] = section, _shape(declaration, kind, section)

    async def version(self, record_type: RecordType) -> str:
        """Give a mark of names, sizes and times of the files."""
        return await asyncio.to_thread(self._version, record_type)

    async def ask(self, record_type: RecordType, keys: Sequence[str]) -> Rows:
        """Give all rows; whoever holds them looks up the keys."""
        async for rows in self.scan(record_type, None):
            return rows
        return Rows([])

    async def scan(
        self, record_type: RecordType, since: str | None
    ) -> AsyncIterator[Rows]:
        """Give all rows of the files that count."""
        yield await asyncio.to_thread(self._read, record_type)

    async def check(self) -> None:
        """Read all files."""
        for record_type in self._sections:
            await asyncio.to_thread(self._read, record_type)

    async def close(self) -> None:
        """Nothing is open."""

    def _version(self, record_type: RecordType) -> str:
        stats = [(file.name, file.stat()) for file in self._files(record_type)]
        return ";".join(f"{name}:{s.st_size}:{s.st_mtime_ns}" for name, s in stats)

    def _files(self, record_type: RecordType) -> Sequence[Path]:
        """List the files, the newest first."""
        if not self._directory.is_dir():
            raise SourceUnavailable("交换目录无法访问 (the drop directory is missing)")
        section, _ = self._sections[record_type]
        found = [f for f in self._directory.glob(section.pattern) if f.is_file()]
        if not found:
            raise SourceUnavailable("尚未收到文件 (no file was dropped yet)")
        return sorted(found, key=lambda f: (as_of(f), f.name), reverse=True)

    def _read(self, record_type: RecordType) -> Rows:
        section, shape = self._sections[record_type]
        tables: list[Table] = []
        faults: list[Unreadable] = []
        seen: set[str] = set()
        newest: datetime | None = None
        for file in self._files(record_type):
            try:
                table = self._table(file, shape, seen)
            except SourceContractBroken as error:
                faults.append(Unreadable(file.name, error.reason))
                continue
            if table is None:
                continue
            tables.append(table)
            newest = newest or as_of(file)
            if section.mode == "full":
                break
        if not tables:
            raise SourceContractBroken(faults[0].reason)
        return Rows(
            [row for table in tables for row in table.rows],
            newest,
            (*faults, *(one for table in tables for one in table.unreadable)),
            positions=[place for table in tables for place in table.positions],
        )

    def _table(self, file: Path, shape: Shape, seen: set[str]) -> Table | None:
        """Read a file, unless the same content was read under another name."""
        if file.stat().st_size > self._connection.max_bytes:
            raise SourceContractBroken(f"{file.name}: 文件过大 (the file is too large)")
        digest = sha256(file.read_bytes()).hexdigest()
        if digest in seen:
            return None
        seen.add(digest)
        return read_table(file, shape)


def make(declaration: Declaration, _environment: Mapping[str, str]) -> FilesTransport:
    """Make the transport of a declaration of kind files."""
    return FilesTransport(declaration)


def as_of(file: Path) -> datetime:
    """Give the day in a file's name, else when it was written."""
    match = _DAY.search(file.name)
    if match:
        try:
            year, month, day = (int(part) for part in match.groups())
            return datetime(year, month, day, tzinfo=_SHANGHAI)
        except ValueError:
            pass
    return datetime.fromtimestamp(file.stat().st_mtime, _SHANGHAI)


def _shape(declaration: Declaration, kind: RecordType, section: Section) -> Shape:
    key = declaration.sections[kind].key
    required = {"uscc": key.uscc, "registration_number": key.registration_number}.get(
        declaration.capabilities.key, key.name
    )
    shape = Shape(section.header, section.footer, section.encoding, section.sheet)
    return replace(shape, required=required[:1])
