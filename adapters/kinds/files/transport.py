"""Reads what a department left in its drop folder."""

import asyncio
import dataclasses
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from adapters.contract import Origin, Row, Rows, Unreadable
from adapters.declaration import Declaration
from adapters.errors import SourceContractBroken, SourceTimedOut
from adapters.kinds.files.drop import (
    DropFile,
    Unfinished,
    content_of,
    files_of,
    version_of,
)
from adapters.kinds.files.formats import read_file
from adapters.kinds.files.options import Connection, Section
from adapters.kinds.files.pages import Start, pages
from adapters.kinds.files.tables import Table, alternatives
from adapters.kinds.options import read_options
from schema.record_type import RecordType

T = TypeVar("T")
_LOOKED_AT = 10
"""Files of which the newest that can be read is taken."""
_SHRUNK = "比上一份小一半以上，疑似不完整（less than half of the one before）"


class FilesTransport:
    """Rows of one department out of its files; implements HeldTransport."""

    origin = Origin.MATERIALIZED

    def __init__(self, declaration: Declaration) -> None:
        """Read the declaration's options; raises DeclarationError."""
        self._connection, sections = read_options(declaration, Connection, Section)
        self._sections = {
            record_type: section
            for record_type, section in sections.items()
            if isinstance(section, Section)
        }
        self._wanted = {
            record_type: alternatives(section)
            for record_type, section in declaration.sections.items()
        }
        self._keys = {
            record_type: getattr(section.key, declaration.capabilities.key)
            for record_type, section in declaration.sections.items()
        }
        self._directory = Path(self._connection.directory)
        self._deadline = declaration.deadline
        self._threads = ThreadPoolExecutor(2, f"files-{declaration.department}")

    async def version(self, record_type: RecordType) -> str:
        """Say which files lie there now."""
        return version_of(await self._files(record_type))

    async def ask(self, record_type: RecordType, keys: Sequence[str]) -> Rows:
        """Give the rows whose key column is one of `keys`."""
        columns, sought = self._keys[record_type], frozenset(keys)
        found: list[tuple[Row, str]] = []
        async for page in self.scan(record_type, None):
            found += [
                (row, position)
                for row, position in zip(page.rows, page.positions, strict=True)
                if any(str(row.get(column)).strip() in sought for column in columns)
            ]
        return Rows([row for row, _ in found], positions=[at for _, at in found])

    async def scan(
        self, record_type: RecordType, since: str | None
    ) -> AsyncIterator[Rows]:
        """Give all rows file by file, or those after a page of a file still there."""
        held: Rows | None = None
        async for page in self._pages(record_type, Start.read(since)):
            if held is not None:
                yield held
            held = page
        if held is not None:
            yield dataclasses.replace(held, cursor=None)

    async def check(self) -> None:
        """Return when the folder has a file for every record type."""
        for record_type in self._sections:
            await self._files(record_type)

    async def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _pages(
        self, record_type: RecordType, start: Start
    ) -> AsyncIterator[Rows]:
        files = await self._files(record_type)
        if self._sections[record_type].mode == "full":
            file, table, stale = await self._newest(record_type, files)
            for page in pages(file, table, start.skipped(file), stale):
                yield page
            return
        async for file, table in self._every(record_type, start.left(files)):
            for page in pages(file, table, start.skipped(file)):
                yield page

    async def _newest(
        self, record_type: RecordType, files: Sequence[DropFile]
    ) -> tuple[DropFile, Table, str | None]:
        """Read the newest file that can be read; the last says why it is stale.

        One that is cut short will be replaced; one that broke its contract makes all
        before it stale.
        """
        left: list[Unreadable] = []
        stale: str | None = None
        for place in range(len(files) - 1, -1, -1)[:_LOOKED_AT]:
            file = files[place]
            try:
                if not self._sections[record_type].shrinks:
                    _refuse_shrunk(file, files[place - 1] if place else None)
                table = await self._table(record_type, file, set())
            except Unfinished as reason:
                left.append(Unreadable(file.name, str(reason)))
                continue
            except SourceContractBroken as error:
                left.append(Unreadable(file.name, error.reason))
                stale = stale or error.reason
                continue
            unreadable = (*left, *table.unreadable)
            return file, dataclasses.replace(table, unreadable=unreadable), stale
        raise _refusal(left)

    async def _every(
        self, record_type: RecordType, files: Sequence[DropFile]
    ) -> AsyncIterator[tuple[DropFile, Table]]:
        """Read all files, the same content once.

        The newest may be cut short and waits for its end; any before it must be
        whole, or what they add up to would lack a part.
        """
        seen: set[str] = set()
        left: list[Unreadable] = []
        last: DropFile | None = None
        for file in files:
            try:
                table = await self._table(record_type, file, seen)
            except Unfinished as reason:
                left.append(Unreadable(file.name, str(reason)))
                continue
            if left:
                raise _refusal(left)
            last = file
            yield file, table
        if last is None:
            raise _refusal(left)
        if left:
            yield last, Table([], [], tuple(left))

    async def _files(self, record_type: RecordType) -> Sequence[DropFile]:
        patterns = self._sections[record_type].patterns
        settle = self._connection.settle
        return await self._in_thread(
            lambda: files_of(self._directory, patterns, settle, time.time()),
            self._deadline,
        )

    async def _table(
        self, record_type: RecordType, file: DropFile, seen: set[str]
    ) -> Table:
        """Read one file, unless its content was seen before; note it as seen."""
        connection, section = self._connection, self._sections[record_type]

        def read() -> Table:
            data = content_of(file, connection.max_bytes)
            digest = sha256(data).hexdigest()
            if digest in seen:
                return Table([], [], ())
            table = read_file(
                data, file.name, section, self._wanted[record_type], connection
            )
            seen.add(digest)
            return table

        return await self._in_thread(read, connection.seconds)

    async def _in_thread(self, work: Callable[[], T], seconds: float) -> T:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(seconds):
                return await loop.run_in_executor(self._threads, work)
        except TimeoutError:
            words = "没有在规定时间内读完（drop folder answers too slowly）"
            raise SourceTimedOut(words) from None


def make(declaration: Declaration, _environment: Mapping[str, str]) -> FilesTransport:
    """Make the transport of a declaration of kind files."""
    return FilesTransport(declaration)


def _refusal(left: Sequence[Unreadable]) -> SourceContractBroken:
    """Say why none of the files can be used."""
    return SourceContractBroken(
        "；".join(
            one.reason
            if one.reason.startswith(one.position)
            else f"{one.position}: {one.reason}"
            for one in left
        )
    )


def _refuse_shrunk(file: DropFile, before: DropFile | None) -> None:
    if before is None or before.path.suffix != file.path.suffix:
        return
    if file.size * 2 < before.size:
        raise Unfinished(_SHRUNK)
