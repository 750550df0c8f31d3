"""The revocations that stand, at hand: no request waits for the database."""

import asyncio
import time
from collections.abc import Callable
from typing import Final, Protocol

from sqlalchemy.exc import SQLAlchemyError

from gateway.access.identity.renewed import NotFetched, Pace, Renewed
from gateway.access.identity.revocations import RevocationTable, Revoked

PACE: Final = Pace(fresh=5.0, waited=10.0, usable=300.0, apart=1.0, patience=2.0)
"""A token that is revoked counts for 10 s more, or 300 s while there is no database."""
_SECONDS: Final = 15.0
"""Of reading the table; SQLite itself gives up earlier, and is never cancelled."""


class KnowsRevoked(Protocol):
    """Knows which tokens count no more."""

    async def current(self) -> Revoked:
        """Give what is revoked now; raises IdentityUnavailable."""

    async def close(self) -> None:
        """Let go of the source."""


class NothingRevoked:
    """Nothing is, wherever tokens only are looked at."""

    async def current(self) -> Revoked:
        """Give nothing."""
        return Revoked()

    async def close(self) -> None:
        """Do nothing."""


class Revoking:
    """Reads the table anew, every few seconds while tokens come."""

    def __init__(
        self,
        table: RevocationTable,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        """Keep what `table` holds."""
        self._table = table
        self._renewed = Renewed("revoked tokens", self._fetch, PACE, elapsed)

    async def current(self) -> Revoked:
        """Give what is revoked now, 10 s ago at the most; raises IdentityUnavailable.

        Without a database, what was read last goes on for five minutes.
        """
        return await self._renewed.get()

    async def close(self) -> None:
        """End a reading that runs."""
        await self._renewed.close()

    async def _fetch(self) -> Revoked:
        try:
            async with asyncio.timeout(_SECONDS):
                return await self._table.standing()
        except TimeoutError as error:
            raise NotFetched(f"no answer within {_SECONDS:g} s") from error
        except (SQLAlchemyError, OSError) as error:
            raise NotFetched(type(error).__name__) from error
