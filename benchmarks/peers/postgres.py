"""A copy of the bench province in PostgreSQL, for the peer that needs one."""

import asyncio
import sqlite3
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import asyncpg  # type: ignore[import-untyped]
import orjson

from benchmarks.machine import NotRunnable
from benchmarks.peers.answers import ENTERPRISE, REPORT

DATABASE = "creditnet_bench"
_AMOUNTS = {"registered_capital", "total_assets", "total_revenue", "net_profit"}
_NUMBERS = _AMOUNTS | {"total_tax"}
_DAYS = {"established_on", "submitted_on"}
_WHOLE = {"year", "employees"}
_MORE = """
ALTER TABLE bench.enterprise ADD PRIMARY KEY (uscc);
ALTER TABLE bench.annual_report ADD PRIMARY KEY (uscc, year);
ALTER TABLE bench.annual_report ADD FOREIGN KEY (uscc) REFERENCES bench.enterprise;
CREATE FUNCTION bench.enterprises_of(usccs text[]) RETURNS SETOF bench.enterprise
    LANGUAGE sql STABLE AS
    $$ SELECT * FROM bench.enterprise WHERE uscc = ANY (usccs) ORDER BY uscc $$;
ANALYZE bench.enterprise;
ANALYZE bench.annual_report;
"""


def copied(core: Path, server: str) -> str:
    """Give the address of a database with a copy of the core; raises NotRunnable."""
    try:
        return asyncio.run(_copied(core, server))
    except (OSError, asyncpg.PostgresError) as error:
        raise NotRunnable(f"PostgreSQL: {error}") from error


async def _copied(core: Path, server: str) -> str:
    address, version = f"{server}/{DATABASE}", core.parent.name
    connection = await asyncpg.connect(f"{server}/postgres", timeout=5)
    try:
        known = "SELECT 1 FROM pg_database WHERE datname = $1"
        if not await connection.fetchval(known, DATABASE):
            await connection.execute(f"CREATE DATABASE {DATABASE}")
    finally:
        await connection.close()
    connection = await asyncpg.connect(address)
    try:
        about = "SELECT obj_description(to_regnamespace('bench'))"
        if await connection.fetchval(about) != version:
            print("copying the core to PostgreSQL …", flush=True)
            await _copy(connection, core)
            await connection.execute(f"COMMENT ON SCHEMA bench IS '{version}'")
    finally:
        await connection.close()
    return address


async def _copy(connection: Any, core: Path) -> None:  # noqa: ANN401 - of asyncpg
    reports = {"uscc": "uscc", **REPORT}
    await connection.execute("DROP SCHEMA IF EXISTS bench CASCADE")
    await connection.execute("CREATE SCHEMA bench")
    for table, columns, query in (
        ("enterprise", ENTERPRISE, "SELECT uscc, body FROM registration"),
        ("annual_report", reports, "SELECT uscc, facts FROM annual_report"),
    ):
        described = ", ".join(f"{name} {_kind(name)}" for name in columns.values())
        await connection.execute(f"CREATE TABLE bench.{table} ({described})")
        await connection.copy_records_to_table(
            table,
            schema_name="bench",
            columns=list(columns.values()),
            records=_rows(core, query, columns),
        )
    await connection.execute(_MORE)


def _rows(
    core: Path, query: str, columns: Mapping[str, str]
) -> Iterator[tuple[object, ...]]:
    held = sqlite3.connect(core)
    for code, text in held.execute(query):
        facts = {**orjson.loads(text), "uscc": code}
        yield tuple(_value(name, facts[name]) for name in columns.values())
    held.close()


def _kind(name: str) -> str:
    if name in _NUMBERS:
        return "numeric"
    if name in _DAYS:
        return "date"
    return "integer" if name in _WHOLE else "text"


def _value(name: str, stored: Any) -> object:  # noqa: ANN401 - whatever JSON holds
    if name in _NUMBERS:
        number = Decimal(stored)
        return number.quantize(Decimal(1)) if number == number.to_integral() else number
    return date.fromisoformat(stored) if name in _DAYS else stored
