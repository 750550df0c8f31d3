"""Rows of one department's views; reads only, by bound parameters only."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

import orjson
from sqlalchemy import BindParameter, Select, bindparam, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.contract import Origin, Row, Rows
from adapters.declaration import Declaration
from adapters.errors import SourceContractBroken
from adapters.kinds.moments import read_moment
from adapters.kinds.sql import options
from adapters.kinds.sql.errors import ours
from adapters.kinds.sql.options import View
from adapters.kinds.sql.servers import open_engine
from adapters.kinds.sql.statements import ask, count, newest, page
from adapters.kinds.turning import MOST_ROWS, Turning, refuse_more
from schema.record_type import RecordType

_T = TypeVar("_T")
_Page = tuple[Sequence[Row], datetime | None]
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
        views = self._options.views.items()
        self._asking = {kind: ask(view, MOST_ROWS + 1) for kind, view in views}
        self._as_of = newest(*self._options.as_of) if self._options.as_of else None
        seconds = declaration.deadline * _SHARE_OF_DEADLINE
        self._engine = open_engine(self._options.url, seconds)
        self._left: set[asyncio.Task[Any]] = set()
        """Work that nobody waits for any more; it ends within twice its deadline."""

    async def ask(self, record_type: RecordType, keys: Sequence[str]) -> Rows:
        """Give the rows whose key column is one of `keys`."""
        view = self._options.views[record_type]
        asked = {"keys": list(keys)}

        async def read(connection: AsyncConnection) -> Rows:
            rows = await _rows(connection, self._asking[record_type], asked, view)
            refuse_more(rows)
            return Rows(rows, await self._freshness(connection))

        return await self._read(self._deadline, read)

    async def scan(
        self, record_type: RecordType, since: str | None
    ) -> AsyncIterator[Rows]:
        """Give all rows in order of the numbering column."""
        view, place = self._options.views[record_type], _place(since)
        size = self._options.page if view.order else MOST_ROWS + 1

        async def counted(connection: AsyncConnection) -> int:
            found = await connection.execute(count(view, after=bool(place)), place)
            return int(str(found.scalar_one()))

        async def turn(connection: AsyncConnection) -> _Page:
            query = page(view, size, after=bool(place))
            rows = await _rows(connection, query, place, view)
            return rows, await self._freshness(connection)

        total, turning = await self._read(_PAGE_SECONDS, counted), Turning(since)
        while True:
            rows, as_of = await self._read(_PAGE_SECONDS, turn)
            if not view.order:
                refuse_more(rows)
            cursor = None if len(rows) < size else _cursor(rows[-1][view.order])
            turning.turn(rows, cursor)
            yield Rows(rows, as_of, cursor=cursor, total=total)
            if cursor is None:
                return
            place = _place(cursor)

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
            names = _as_stored(connection, list(found.keys()))
            some = found.fetchmany(MOST_ROWS + 1)
            rows = [dict(zip(names, row, strict=True)) for row in some]
            refuse_more(rows)
            return list(rows)

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
        except (SQLAlchemyError, OSError, UnicodeError) as error:
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
    query: Select[Any],
    values: Mapping[str, object],
    view: View,
) -> list[Row]:
    result = await connection.execute(query, values)
    names = _as_stored(connection, list(result.keys()))
    missing = sorted(view.columns.difference(names))
    if missing:
        words = f"视图缺少约定的列 {'、'.join(missing)} (columns are missing)"
        raise SourceContractBroken(words)
    rows = [dict(zip(names, row, strict=True)) for row in result.all()]
    for column in view.json:
        for row in rows:
            row[column] = _parsed(row[column])
    return list(rows)


def _as_stored(connection: AsyncConnection, names: list[str]) -> list[str]:
    """Name columns as the database does; SQLAlchemy lowers Oracle's names."""
    dialect = connection.dialect
    if not dialect.requires_name_normalize:
        return names
    return [str(dialect.denormalize_name(name)) for name in names]


def _parsed(value: object) -> object:
    """Read JSON; what is none stays as it is, for the mapping to refuse."""
    if not isinstance(value, str) or not value.strip():
        return value
    try:
        parsed: object = orjson.loads(value)
    except orjson.JSONDecodeError:
        return value
    return parsed


def _place(cursor: str | None) -> dict[str, object]:
    """Read where to go on; nothing at the beginning."""
    try:
        return {} if cursor is None else {"after": orjson.loads(cursor)}
    except orjson.JSONDecodeError:
        return {"after": cursor}


def _cursor(value: object) -> str:
    """Write the place of a row: numbers and texts, each to be read as it was."""
    if isinstance(value, Decimal) and value == value.to_integral_value():
        value = int(value)
    if isinstance(value, str | int):
        return orjson.dumps(value).decode()
    raise SourceContractBroken("序号列须为整数或文字 (rows are not numbered)")
