"""The API keys that are good, at hand: no request waits for the database."""

import asyncio
import hmac
import re
import time
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from gateway.access.identity.api_keys import ApiKey, ApiKeyTable, day_of, hash_of
from gateway.access.identity.errors import (
    CERTIFICATE_EXPIRED,
    CERTIFICATE_NOT_KNOWN,
    KEY_EXPIRED,
    KEY_NOT_VALID,
    Unauthenticated,
)
from gateway.access.identity.renewed import NotFetched, Pace, Renewed
from gateway.access.viewer import Viewer

_log = structlog.get_logger(__name__)
PACE: Final = Pace(fresh=15.0, waited=30.0, usable=300.0, apart=1.0, patience=2.0)
"""A key that is revoked is good for 30 s more, or 300 s while there is no database."""
_FORM: Final = re.compile(r"cn_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
_SECONDS: Final = 15.0
"""Of reading the table; SQLite itself gives up earlier, and is never cancelled."""


class KeyRing:
    """Tells from an API key who bears it."""

    def __init__(
        self,
        table: ApiKeyTable,
        clock: Callable[[], float] = time.time,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        """Keep what `table` holds; `clock` gives seconds since 1970."""
        self._table = table
        self._clock = clock
        self._renewed = Renewed("API keys", self._fetch, PACE, elapsed)
        self._used: dict[str, date] = {}
        self._unwritten: set[str] = set()
        self._writing: asyncio.Task[None] | None = None

    async def viewer_of(self, written: str) -> Viewer:
        """Give who bears a key; raises Unauthenticated and IdentityUnavailable."""
        match = _FORM.fullmatch(written)
        if match is None:
            raise Unauthenticated(KEY_NOT_VALID, "no API key by its form")
        one, secret = match.groups()
        key = await self._found(one)
        if key is None:
            raise Unauthenticated(KEY_NOT_VALID, f"API key unknown or revoked: {one}")
        if not hmac.compare_digest(hash_of(secret), key.hash):
            raise Unauthenticated(KEY_NOT_VALID, f"API key with a wrong secret: {one}")
        return self._viewer(key, KEY_EXPIRED)

    async def viewer_of_certificate(self, fingerprint: str) -> Viewer:
        """Give who holds a certificate; raises as `viewer_of` does."""
        key = await self._found(fingerprint)
        if key is None:
            reason = f"certificate unknown or revoked: {fingerprint[:16]}"
            raise Unauthenticated(CERTIFICATE_NOT_KNOWN, reason)
        return self._viewer(key, CERTIFICATE_EXPIRED)

    async def _found(self, shown: str) -> ApiKey | None:
        """Find what is shown: a key's id, or a fingerprint, which no id can be."""
        key = (await self._renewed.get()).get(shown)
        if key is None:  # made just now, perhaps
            key = (await self._renewed.newer()).get(shown)
        return key

    def _viewer(self, key: ApiKey, expired: str) -> Viewer:
        now = self._clock()
        if now >= key.expires.timestamp():
            raise Unauthenticated(expired, f"{key.kind} expired: {key.id}")
        self._note(key, day_of(now))
        return key.viewer

    async def close(self) -> None:
        """Keep the days of use that are not kept yet."""
        await self._renewed.close()
        if self._writing is not None:
            await self._writing
        await self._write_days()

    def _note(self, key: ApiKey, day: date) -> None:
        known = self._used.get(key.id, key.last_used_day)
        if known is None or known < day:
            self._used[key.id] = day
            self._unwritten.add(key.id)

    async def _fetch(self) -> Mapping[str, ApiKey]:
        if self._unwritten and (self._writing is None or self._writing.done()):
            self._writing = asyncio.create_task(self._write_days())
        try:
            async with asyncio.timeout(_SECONDS):
                return await self._table.unrevoked()
        except TimeoutError as error:
            raise NotFetched(f"no answer within {_SECONDS:g} s") from error
        except (SQLAlchemyError, OSError) as error:
            raise NotFetched(type(error).__name__) from error

    async def _write_days(self) -> None:
        """Write them; who writes the core may take long, so nobody waits for it."""
        used = {one: self._used[one] for one in self._unwritten}
        try:
            async with asyncio.timeout(_SECONDS):
                await self._table.note(used)
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            _log.warning("use of keys not noted", reason=type(error).__name__)
            return
        self._unwritten -= {one for one, day in used.items() if self._used[one] == day}
