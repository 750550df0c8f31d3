"""Reads PostgreSQL through statements that each connection prepares once."""

import asyncio
from collections.abc import Mapping
from typing import Any

import asyncpg  # type: ignore[import-untyped]

from gateway.core.reading import SECONDS, Rows, Values, in_postgresql

_CONNECTIONS = 8


class PostgreSQLReads:
    """Implements `Reads` over a pool, which prepares a query once per connection."""

    like = "ILIKE"
    trigrams = False

    def __init__(self, pool: asyncpg.Pool) -> None:
        """Read through the connections of a pool."""
        self._pool = pool

    async def rows(self, query: str, values: Values, keys: int | None = None) -> Rows:
        """Give all rows of a query."""
        del keys  # another server is asked the same way however little it looks for
        statement, names = in_postgresql(query)
        async with asyncio.timeout(SECONDS):
            found: Rows = await self._pool.fetch(
                statement, *(values[name] for name in names)
            )
        return found

    async def close(self) -> None:
        """Let go of the database."""
        async with asyncio.timeout(SECONDS):
            await self._pool.close()


async def open_postgresql(address: Mapping[str, Any]) -> PostgreSQLReads:
    """Open a pool, with SQLAlchemy's arguments for asyncpg; it connects when asked."""
    drivers = {k: v for k, v in address.items() if not k.startswith("prepared_")}
    pool = await asyncpg.create_pool(
        **(drivers | {"timeout": SECONDS}),
        min_size=0,
        max_size=_CONNECTIONS,
        reset=_keep,
    )
    return PostgreSQLReads(pool)


async def _keep(_: object) -> None:
    """Leave a connection as it is: what only reads leaves nothing to reset."""
