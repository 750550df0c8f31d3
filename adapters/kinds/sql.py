"""Departments that let us read a view of their own database."""

import re
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from adapters.contract import Origin, Row, Rows
from adapters.declaration import Declaration
from adapters.errors import (
    DeclarationError,
    SourceContractBroken,
    SourceDenied,
    SourceError,
    SourceTimedOut,
    SourceUnavailable,
)
from adapters.kinds.moments import read_moment
from adapters.kinds.options import read_options
from schema.record_type import RecordType

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*")


class Connection(msgspec.Struct, frozen=True):
    """`[connection]` of kind sql."""

    url: str
    """sqlite:///… or postgresql://…, as a rule `${…}`."""
    as_of: str = ""
    """View and column that say how fresh the data are: `V_META.ASOF`."""
    page: int = 4_000
    """Rows of one page of a scan."""


class Section(msgspec.Struct, frozen=True):
    """What a section says beside its fields."""

    view: str
    order: str = "ID"
    """A column that numbers the rows, for scans."""


class SqlTransport:
    """Rows of one department's views; reads only, by bound parameters only."""

    origin = Origin.LIVE

    def __init__(self, declaration: Declaration) -> None:
        """Read the declaration's options; raises DeclarationError."""
        connection, sections = read_options(declaration, Connection, Section)
        self._page = connection.page
        self._as_of = _as_of_query(declaration, connection)
        self._views: dict[RecordType, Section] = {}
        self._queries: dict[RecordType, TextClause] = {}
        for kind, section in sections.items():
            if isinstance(section, Section):
                self._views[kind] = section
                self._queries[kind] = _query(declaration, kind, section)
        self._engine = _engine(connection.url, declaration.deadline)

    async def ask(self, record_type: RecordType, keys: Sequence[str]) -> Rows:
        """Give the rows whose key column is one of `keys`."""
        try:
            async with self._engine.connect() as connection:
                rows = await _rows(
                    connection, self._queries[record_type], {"keys": list(keys)}
                )
                return Rows(rows, await self._freshness(connection))
        except (SQLAlchemyError, OSError) as error:
            raise _ours(error) from error

    async def scan(
        self, record_type: RecordType, since: str | None
    ) -> AsyncIterator[Rows]:
        """Give all rows in order of the numbering column."""
        section = self._views[record_type]
        query = text(
            f'SELECT * FROM "{section.view}" WHERE "{section.order}" > :after '  # noqa: S608
            f'ORDER BY "{section.order}" LIMIT :page'
        )
        after = int(since or -1)
        while True:
            try:
                async with self._engine.connect() as connection:
                    rows = await _rows(
                        connection, query, {"after": after, "page": self._page}
                    )
                    as_of = await self._freshness(connection)
            except (SQLAlchemyError, OSError) as error:
                raise _ours(error) from error
            last = len(rows) < self._page
            after = int(str(rows[-1][section.order])) if rows else after
            yield Rows(rows, as_of, cursor=None if last else str(after))
            if last:
                return

    async def check(self) -> None:
        """Ask for nobody's records."""
        for record_type in self._views:
            await self.ask(record_type, ["0"])

    async def close(self) -> None:
        """Close the connections."""
        await self._engine.dispose()

    async def _freshness(self, connection: AsyncConnection) -> datetime | None:
        if self._as_of is None:
            return None
        return read_moment((await connection.execute(self._as_of)).scalar())


def make(declaration: Declaration, _environment: Mapping[str, str]) -> SqlTransport:
    """Make the transport of a declaration of kind sql."""
    return SqlTransport(declaration)


async def _rows(
    connection: AsyncConnection, query: TextClause, values: Mapping[str, object]
) -> list[Row]:
    result = await connection.execute(query, values)
    names = list(result.keys())
    return [dict(zip(names, row, strict=True)) for row in result.all()]


def _query(declaration: Declaration, kind: RecordType, section: Section) -> TextClause:
    asked_by = declaration.capabilities.key
    columns = getattr(declaration.sections[kind].key, asked_by)
    faults = [
        declaration.places.fault(
            kind.value, word, f"{name!r} 不是列名或视图名 (no name)"
        )
        for word, name in (("view", section.view), ("order", section.order))
        if not _NAME.fullmatch(name)
    ]
    if not columns or not all(_NAME.fullmatch(column) for column in columns):
        words = f"应以一列给出 {asked_by} (a column is needed)"
        faults.append(declaration.places.fault(kind.value, "key", words))
    if faults:
        raise DeclarationError(faults)
    return text(
        f'SELECT * FROM "{section.view}" WHERE "{columns[0]}" IN :keys'  # noqa: S608
    ).bindparams(bindparam("keys", expanding=True))


def _as_of_query(declaration: Declaration, connection: Connection) -> TextClause | None:
    if not connection.as_of:
        return None
    view, _, column = connection.as_of.partition(".")
    if not (_NAME.fullmatch(view) and _NAME.fullmatch(column)):
        words = "应写成 视图.列 (view.column is needed)"
        raise DeclarationError([declaration.places.fault("connection", "as_of", words)])
    return text(f'SELECT max("{column}") FROM "{view}"')  # noqa: S608


def _engine(address: str, deadline: float) -> AsyncEngine:
    url = make_url(address)
    if url.get_backend_name() == "sqlite":
        url = url.set(
            drivername="sqlite+aiosqlite",
            database=f"file:{url.database}",
            query={"mode": "ro", "uri": "true"},
        )
        return create_async_engine(
            url, poolclass=NullPool, connect_args={"timeout": deadline}
        )
    milliseconds = str(int(deadline * 1000))
    return create_async_engine(
        url.set(drivername="postgresql+asyncpg"),
        pool_size=4,
        max_overflow=0,
        pool_timeout=deadline,
        connect_args={
            "timeout": deadline,
            "server_settings": {
                "statement_timeout": milliseconds,
                "default_transaction_read_only": "on",
            },
        },
    )


def _ours(error: Exception) -> SourceError:
    """Give the SourceError of a database's error."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    words = str(cause)
    if (
        "locked" in words
        or "statement timeout" in words
        or "TimeoutError" in repr(cause)
    ):
        return SourceTimedOut("数据库未在期限内答复 (no answer in time)")
    if (
        "no such column" in words
        or "no such table" in words
        or "does not exist" in words
    ):
        return SourceContractBroken("视图或列与约定不符 (view or column is missing)")
    if "password" in words or "permission denied" in words:
        return SourceDenied("数据库拒绝了访问凭据 (credentials were not accepted)")
    if isinstance(cause, sqlite3.DatabaseError) and "not a database" in words:
        return SourceContractBroken("数据库文件已损坏 (not a database)")
    return SourceUnavailable("数据库无法访问 (cannot be reached)")
