"""A declaration and a transport together: the adapter of one department."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import cast

from adapters.contract import (
    Ask,
    Capabilities,
    Fetched,
    HeldTransport,
    Page,
    Row,
    Rows,
    SetAside,
    SourceRecord,
    Subject,
    TellsChanges,
    Transport,
)
from adapters.declaration import Declaration
from adapters.entries import map_rows
from adapters.errors import SourceContractBroken
from adapters.held import HeldSource
from adapters.live import LiveSource
from adapters.mapping import Mapper
from adapters.readers.dates import SHANGHAI
from adapters.section import Section
from adapters.settlement import NOTHING_SETTLED, Settlement
from schema.record_type import RecordType

_WHO_ASKS = frozenset({"auth", "secret", "tls", "ticket"})
"""Options of connections that may change while what is asked does not."""


def _nothing() -> Settlement:
    return NOTHING_SETTLED


def _clock() -> datetime:
    return datetime.now(SHANGHAI)


class DeclaredAdapter:
    """Implements `Adapter` by what the department declares."""

    def __init__(
        self,
        declaration: Declaration,
        transport: Transport,
        now: Callable[[], datetime] = _clock,
        settled: Callable[[], Settlement] = _nothing,
    ) -> None:
        """Compile the declaration's sections; `now` dates answers without a time.

        `settled` gives what its officers have settled by now.
        """
        self._declaration = declaration
        self._transport = transport
        self._now = now
        self._settled = settled
        self._mappers = {
            record_type: Mapper(section)
            for record_type, section in declaration.sections.items()
        }
        self._editions = {
            record_type: _edition(declaration, section)
            for record_type, section in declaration.sections.items()
        }
        self._source = _source(declaration, transport)

    @property
    def department(self) -> str:
        """Code in the register of departments."""
        return self._declaration.department

    @property
    def declaration(self) -> Declaration:
        """What it was made of."""
        return self._declaration

    @property
    def transport(self) -> Transport:
        """What moves its rows."""
        return self._transport

    @property
    def kind(self) -> str:
        """The technology that it speaks."""
        return self._declaration.kind

    @property
    def record_types(self) -> frozenset[RecordType]:
        """What it provides."""
        return frozenset(self._declaration.sections)

    @property
    def capabilities(self) -> Capabilities:
        """What the declaration says the source can do."""
        return self._declaration.capabilities

    @property
    def deadline(self) -> float:
        """Seconds."""
        return self._declaration.deadline

    async def fetch(self, ask: Ask) -> Fetched:
        """Fetch the records of many enterprises."""
        mapper = self._mappers[ask.record_type]
        settled = self._settled()
        meant = replace(ask, enterprises=settled.asked(ask.enterprises))
        return await self._source.fetch(meant, mapper, self._now, settled)

    async def keys(self, record_type: RecordType) -> AsyncIterator[frozenset[str]]:
        """Yield all by which rows may be found, page by page.

        A valid code or number alone; otherwise the code and the name as written.
        """
        mapper = self._mappers[record_type]
        async for rows in _whole(self._transport.scan(record_type, None)):
            yield frozenset(
                call
                for row in rows.rows
                for subject in mapper.subjects(row)
                for call in _as_written(subject)
            )

    async def changes(
        self, record_type: RecordType, since: str | None
    ) -> AsyncIterator[Page]:
        """Yield all it holds (`since=None`), or go on after a page of that listing."""
        async for page in self._pages(
            record_type, self._transport.scan(record_type, since)
        ):
            yield page

    async def _pages(
        self, record_type: RecordType, given: AsyncIterator[Rows]
    ) -> AsyncIterator[Page]:
        mapper, settled = self._mappers[record_type], self._settled()
        number = 0
        async for rows in _whole(given):
            number += 1
            as_of = rows.as_of or self._now()
            entries = settled.applied(
                await map_rows(mapper, rows, as_of, f"page {number} ")
            )
            yield Page(
                records=tuple(e for e in entries if isinstance(e, SourceRecord)),
                set_aside=tuple(e for e in entries if isinstance(e, SetAside)),
                cursor=rows.cursor,
                total=rows.total,
            )

    async def since(
        self, record_type: RecordType, cursor: str | None
    ) -> AsyncIterator[Page]:
        """Yield what changed after a cursor that a page of this gave."""
        if not isinstance(self._transport, TellsChanges):
            raise SourceContractBroken("该部门没有增量接口 (it tells no changes)")
        async for page in self._pages(
            record_type, self._transport.since(record_type, cursor)
        ):
            yield page

    def read(
        self, record_type: RecordType, row: Row, as_of: datetime
    ) -> SourceRecord | SetAside:
        """Read a row that it gave before, as its declaration says now."""
        entry = self._mappers[record_type].map(row, "row", as_of)
        return self._settled().applied([entry])[0]

    def edition(self, record_type: RecordType) -> str:
        """Name what its declaration says of a record type; another if that changes."""
        return self._editions[record_type]

    async def check(self) -> None:
        """Return when the source can be reached with our credentials."""
        await self._transport.check()

    async def close(self) -> None:
        """Stop what still runs and free connections."""
        if isinstance(self._source, HeldSource):
            await self._source.close()
        await self._transport.close()


def _source(declaration: Declaration, transport: Transport) -> LiveSource | HeldSource:
    """Rows that lie with us have versions; a live source has none."""
    if hasattr(transport, "version"):
        return HeldSource(
            cast("HeldTransport", transport), delta=declaration.capabilities.delta
        )
    return LiveSource(transport, declaration.capabilities, declaration.deadline)


async def _whole(given: AsyncIterator[Rows]) -> AsyncIterator[Rows]:
    """Pass pages on, unless newer rows than these arrived and can't be read.

    Whom they don't name may still be held, so that they are no listing.
    """
    async for rows in given:
        if rows.stale is not None:
            raise SourceContractBroken(rows.stale)
        yield rows


def _edition(declaration: Declaration, section: Section) -> str:
    """Name what is asked, how it is read and at which address; not who asks."""
    address = {k: v for k, v in declaration.connection.items() if k not in _WHO_ASKS}
    said = declaration.kind, address, declaration.capabilities.key, section
    return sha256(repr(said).encode()).hexdigest()[:16]


def _as_written(subject: Subject) -> tuple[str, ...]:
    told = subject.uscc or subject.registration_number
    if told is not None:
        return (told,)
    written = (subject.written_code, subject.written_name)
    return tuple(text for text in written if text is not None)
