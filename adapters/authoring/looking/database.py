"""Looks at the tables and views of a database."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, inspect, table, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool
from sqlalchemy.sql import select

from adapters.authoring.errors import CannotAuthor
from adapters.authoring.sample import MOST_ROWS, Doubt, Look, Sample
from adapters.contract import Row
from adapters.faults import nearest
from adapters.kinds.moments import read_moment
from adapters.kinds.sql.errors import ours

SECONDS = 20.0
"""In which all must be seen."""
_MOST_TABLES = 60
_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
_FRESH = ("gxsj", "gengxinshijian", "update_time", "updated_at", "sjc", "etl_time")


@dataclass(frozen=True, slots=True)
class _Seen:
    """One table or view."""

    name: str
    rows: Sequence[Row]
    columns: tuple[str, ...]
    titles: Mapping[str, str]
    keys: tuple[str, ...]
    """Columns of the primary key."""


async def look_at_database(written: str, variable: str) -> Look:
    """Look at one table or view (`url#NAME`), or at all of them.

    Raises CannotAuthor with what to change where; nothing is written to the database.
    """
    address, _, wanted = written.partition("#")
    url = _url(address)
    engine = _engine(url)
    try:
        async with asyncio.timeout(SECONDS), engine.connect() as connection:
            seen = await connection.run_sync(lambda one: _look(one, wanted))
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        reason = ours(error).reason
        words = f"{url.render_as_string(hide_password=True)}: {reason}"
        raise CannotAuthor(f"{words}；{_ADVICE}") from error
    finally:
        await engine.dispose()
    samples = tuple(map(_sample, seen))
    as_of = next((moment for one in seen if (moment := _as_of(one))), "")
    scans = all("order" in sample.section for sample in samples)
    return Look(
        kind="sql",
        connection={
            "url": f"${{{variable}}}",
            **({"as_of": as_of} if as_of else {}),
        },
        samples=samples,
        capabilities={"batch": 200, "concurrency": 2, "scan": scans},
        variables={} if url.password else {variable: _whole(url, address)},
        freshness="PT1H",
        doubts=(
            *((Doubt("as_of", "这一列是数据更新时间吗？（right?）"),) if as_of else ()),
            *((Doubt("scan", _UNNUMBERED),) if not scans else ()),
        ),
    )


_ADVICE = "请核对地址、用户名、口令和只读权限（check address, login and grants）"
_UNNUMBERED = (
    "没有整数序号列，无法列出全部；请在视图中加一列，写成 order（no numbering column）"
)


def _whole(url: URL, address: str) -> str:
    """Name a file by its whole path, from wherever the gateway starts."""
    if url.get_backend_name() != "sqlite" or not url.database:
        return address
    return f"sqlite:///{Path(url.database).resolve()}"


def _url(address: str) -> URL:
    try:
        return make_url(address)
    except ArgumentError as error:
        words = "不是数据库地址，应如 sqlite:///数据.db、postgresql://用户:口令@主机/库"
        raise CannotAuthor(f"{words}（not a database URL）") from error


def _engine(url: URL) -> AsyncEngine:
    """Open for reading only."""
    backend = url.get_backend_name()
    try:
        if backend == "sqlite":
            url = url.set(
                drivername=_DRIVERS[backend],
                database=f"file:{url.database}",
                query={"mode": "ro", "uri": "true"},
            )
            return create_async_engine(url, poolclass=NullPool)
        if backend == "postgresql":
            settings = {"default_transaction_read_only": "on"}
            return create_async_engine(
                url.set(drivername=_DRIVERS[backend]),
                poolclass=NullPool,
                connect_args={"timeout": SECONDS, "server_settings": settings},
            )
        return create_async_engine(url, poolclass=NullPool)
    except (NoSuchModuleError, ImportError, SQLAlchemyError) as error:
        words = f"{url.drivername}: 没有这种数据库的驱动（no driver for it）"
        raise CannotAuthor(words) from error


def _look(connection: Connection, wanted: str) -> Sequence[_Seen]:
    look = inspect(connection)
    there = [*look.get_view_names(), *look.get_table_names()]
    if wanted and wanted not in there:
        words = f"没有表或视图 {wanted!r}，{nearest(wanted, there)}（no such table）"
        raise CannotAuthor(words)
    names = [wanted] if wanted else there[:_MOST_TABLES]
    seen = [_table(connection, name) for name in names]
    filled = [one for one in seen if one.rows]
    if not filled:
        what = wanted or "数据库"
        words = f"{what}: 没有数据，或没有读取权限（no rows, or not granted）"
        raise CannotAuthor(f"{words}；{'、'.join(there[:20])}")
    return filled


def _table(connection: Connection, name: str) -> _Seen:
    look = inspect(connection)
    described = look.get_columns(name)
    columns = tuple(str(one["name"]) for one in described)
    query = select(text("*")).select_from(table(name)).limit(MOST_ROWS)
    result = connection.execute(query)
    heads = list(result.keys())
    rows = [dict(zip(heads, row, strict=True)) for row in result.all()]
    titles = {
        str(one["name"]): str(one["comment"]) for one in described if one.get("comment")
    }
    keys = look.get_pk_constraint(name).get("constrained_columns") or []
    return _Seen(name, rows, columns or tuple(heads), titles, tuple(map(str, keys)))


def _sample(seen: _Seen) -> Sample:
    order = _order(seen)
    section: dict[str, object] = {"view": seen.name}
    if order:
        section["order"] = order
    return Sample(
        name=seen.name,
        rows=seen.rows,
        columns=tuple(one for one in seen.columns if one != order),
        section=section,
        titles=seen.titles,
    )


def _order(seen: _Seen) -> str:
    """Find the column that numbers the rows: the key if it does, else one alike."""
    likely = [*seen.keys] if len(seen.keys) == 1 else []
    likely += [
        one for one in seen.columns if one.lower() in {"id", "xh", "rowid", "seq"}
    ]
    return next((one for one in likely if _numbers(one, seen.rows)), "")


def _numbers(column: str, rows: Sequence[Row]) -> bool:
    values = [row.get(column) for row in rows]
    whole = all(type(value) is int and value >= 0 for value in values)
    return whole and len(set(values)) == len(values)


def _as_of(seen: _Seen) -> str:
    for column in seen.columns:
        if column.lower() in _FRESH and all(
            read_moment(row.get(column)) is not None for row in seen.rows[:20]
        ):
            return f"{seen.name}.{column}"
    return ""
