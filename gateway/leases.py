"""Lets one gateway of several on a database do what only one should."""

from collections.abc import Callable

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

_TAKE = text(
    "INSERT INTO lease (name, holder, until) VALUES (:name, :holder, :until) "
    "ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until "
    "WHERE lease.holder = :holder OR lease.until < :now"
)
_RELEASE = text("DELETE FROM lease WHERE name = :name AND holder = :holder")


class Leases:
    """Leases in the gateway's own tables; each ends by itself."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], float]) -> None:
        """Use the tables of the gateway's migrations; `clock` is all gateways'."""
        self._engine = engine
        self._clock = clock

    async def take(self, name: str, holder: str, seconds: float) -> bool:
        """Take a lease, or take it longer; False while another one holds it."""
        now = self._clock()
        values = {"name": name, "holder": holder, "until": now + seconds, "now": now}
        async with self._engine.begin() as connection:
            return (await connection.execute(_TAKE, values)).rowcount > 0

    async def release(self, name: str, holder: str) -> None:
        """Let others take a lease at once, if this holder has it."""
        values = {"name": name, "holder": holder}
        async with self._engine.begin() as connection:
            await connection.execute(_RELEASE, values)
