"""Rows of one department's views; reads only, by bound parameters only."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import orjson
from sqlalchemy import BindParameter, TextClause, bindparam, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from adapters.contract import Origin, Row, Rows
from adapters.declaration import Declaration
from adapters.errors import SourceContractBroken
from adapters.kinds.moments import read_moment
from adapters.kinds.sql import options
from adapters.kinds.sql.errors import ours
from adapters.kinds.sql.options import Options, View
from schema.record_type import RecordType

_T = TypeVar("_T")
_Page = tuple[Sequence[Row], datetime | None]
_MOST_ROWS = 50_000
"""Rows of one answer at the most."""
_SHARE_OF_DEADLINE = 0.8
"""The database gives up before we do, and can say why."""
_PAGE_SECONDS = 30.0
"""Within which a page of a scan must come; nobody waits for it on a screen."""


class SqlTransport:
    """Asks the views by key, or pages through them in the order of their numbers."""

    origin = Origin.LIVE

    def __init__(self, declaration: Declaration) -> None:
        """Read the declaration's options; raises DeclarationError."""
        self._options = options.read(declaration)
        self._deadline = declaration.deadline
        self._asking = {kind: _ask(v) for kind, v in self._options.views.items()}
        self._as_of = _as_of(self._options)
        self._engine = _engine(self._options, declaration.deadline)
        self._left: set[asyncio.Task[Any]] = set()
        """Work that nobody waits for any more; it ends within twice its deadline."""

    async def ask(self, record_type: RecordType, keys: Sequence[str]) -> Rows:
        """Give the rows whose key column is one of `keys`."""
        view = self._options.views[record_type]
        asked = {"keys": list(keys), "most": _MOST_ROWS + 1}

        async def read(connection: AsyncConnection) -> Rows:
            rows = await _rows(connection, self._asking[record_type], asked, view)
            if len(rows) > _MOST_ROWS:
                words = f"答复超过 {_MOST_ROWS:,} 行 (too many rows)"
                raise SourceContractBroken(words)
            return Rows(rows, await self._freshness(connection))

        return await self._read(self._deadline, read)

    async def scan(
        self, record_type: RecordType, since: str | None
    ) -> AsyncIterator[Rows]:
        """Give all rows in order of the numbering column."""
        view, page = self._options.views[record_type], self._options.page
        query, after = _scan(view), _number(since)

        async def count(connection: AsyncConnection) -> int:
            counted = await connection.execute(_count(view), {"after": after})
            return int(counted.scalar_one())

        async def turn(connection: AsyncConnection) -> _Page:
            place = {"after": after, "page": page}
            rows = await _rows(connection, query, place, view)
            return rows, await self._freshness(connection)

        total = await self._read(_PAGE_SECONDS, count)
        while True:
            rows, as_of = await self._read(_PAGE_SECONDS, turn)
            last = len(rows) < page
            after = _number(rows[-1][view.order]) if rows else after
            yield Rows(rows, as_of, cursor=None if last else str(after), total=total)
            if last:
                return

    async def read(self, statement: str, values: Mapping[str, object]) -> list[Row]:
        """Give the rows of a statement with bound values, for code adapters.

        A list is bound as the many values of `IN :name`.
        """
        several: list[BindParameter[object]] = [
            bindparam(name, expanding=True)
            for name, value in values.items()
            if isinstance(value, list | tuple)
        ]
        query = text(statement).bindparams(*several)

        async def turn(connection: AsyncConnection) -> list[Row]:
            found = await connection.execute(query, values)
            return [dict(row) for row in found.mappings()]

        return await self._read(self._deadline, turn)

    async def check(self) -> None:
        """Ask for nobody's records."""
        for record_type in self._options.views:
            await self.ask(record_type, ["0"])

    async def close(self) -> None:
        """Close the connections, when what was given up has ended."""
        if self._left:
            _, late = await asyncio.wait(self._left, timeout=self._deadline)
            for task in late:
                task.cancel()
        await self._engine.dispose()

    async def _read(
        self, seconds: float, work: Callable[[AsyncConnection], Awaitable[_T]]
    ) -> _T:
        """Do work on a connection; a database's errors leave as ours.

        Who no longer waits leaves the work to the deadline that the database keeps:
        a cancelled statement of SQLite keeps its lock until garbage is collected, and
        drivers do not bear being cancelled while they close.
        """
        task = asyncio.create_task(self._connected(2 * seconds, work))
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.shield(task)
        except (SQLAlchemyError, OSError) as error:
            raise ours(error) from error
        finally:
            if not task.done():
                self._left.add(task)
                task.add_done_callback(self._ended)

    async def _connected(
        self, seconds: float, work: Callable[[AsyncConnection], Awaitable[_T]]
    ) -> _T:
        async with asyncio.timeout(seconds), self._engine.connect() as connection:
            return await work(connection)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._left.discard(task)
        if not task.cancelled():
            task.exception()  # nobody waits for it any more

    async def _freshness(self, connection: AsyncConnection) -> datetime | None:
        if self._as_of is None:
            return None
        return read_moment((await connection.execute(self._as_of)).scalar())


def make(declaration: Declaration, _environment: Mapping[str, str]) -> SqlTransport:
    """Make the transport of a declaration of kind sql."""
    return SqlTransport(declaration)


async def _rows(
    connection: AsyncConnection,
    query: TextClause,
    values: Mapping[str, object],
    view: View,
) -> list[Row]:
    result = await connection.execute(query, values)
    names = list(result.keys())
    missing = sorted(view.columns.difference(names))
    if missing:
        words = f"视图缺少约定的列 {'、'.join(missing)} (columns are missing)"
        raise SourceContractBroken(words)
    rows = [dict(zip(names, row, strict=True)) for row in result.all()]
    for column in view.json:
        for row in rows:
            row[column] = _parsed(row[column])
    return list(rows)


def _parsed(value: object) -> object:
    """Read JSON; what is none stays as it is, for the mapping to refuse."""
    if not isinstance(value, str) or not value.strip():
        return value
    try:
        parsed: object = orjson.loads(value)
    except orjson.JSONDecodeError:
        return value
    return parsed


# Columns are written with their view: SQLite takes "X" for a text when there is no
# column X, and would answer «nothing held».


def _ask(view: View) -> TextClause:
    return text(
        f'SELECT v.* FROM "{view.name}" AS v '  # noqa: S608
        f'WHERE v."{view.key}" IN :keys LIMIT :most'
    ).bindparams(bindparam("keys", expanding=True))


def _scan(view: View) -> TextClause:
    return text(
        f'SELECT v.* FROM "{view.name}" AS v '  # noqa: S608
        f'WHERE v."{view.order}" > :after ORDER BY v."{view.order}" LIMIT :page'
    )


def _count(view: View) -> TextClause:
    return text(
        f'SELECT count(*) FROM "{view.name}" AS v '  # noqa: S608
        f'WHERE v."{view.order}" > :after'
    )


def _as_of(told: Options) -> TextClause | None:
    if told.as_of is None:
        return None
    view, column = told.as_of
    return text(f'SELECT max(v."{column}") FROM "{view}" AS v')  # noqa: S608


def _number(written: object) -> int:
    """Read a row's number, or a cursor; rows are numbered from 0."""
    try:
        return -1 if written is None else int(str(written))
    except ValueError as error:
        words = "序号列不是整数 (rows are not numbered)"
        raise SourceContractBroken(words) from error


def _engine(told: Options, deadline: float) -> AsyncEngine:
    seconds = deadline * _SHARE_OF_DEADLINE
    if told.url.get_backend_name() == "sqlite":
        url = told.url.set(
            drivername="sqlite+aiosqlite",
            database=f"file:{told.url.database}",
            query={"mode": "ro", "uri": "true"},
        )
        return create_async_engine(
            url, poolclass=NullPool, connect_args={"timeout": seconds}
        )
    settings = {
        "statement_timeout": str(int(seconds * 1000)),
        "default_transaction_read_only": "on",
    }
    # No statement outlives its execution: a view may change between two of them, and
    # poolers before the database don't keep statements.
    return create_async_engine(
        told.url.set(drivername="postgresql+asyncpg"),
        pool_size=4,
        max_overflow=0,
        pool_timeout=seconds,
        connect_args={
            "timeout": seconds,
            "server_settings": settings,
            "statement_cache_size": 0,
            "prepared_statement_cache_size": 0,
        },
    )
