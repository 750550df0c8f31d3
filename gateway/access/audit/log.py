"""The audit log of one gateway."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from gateway.access.audit.committing import Committing, Patience
from gateway.access.audit.entries import (
    KIND,
    MOST_ENTERPRISES,
    Matter,
    written_who,
)
from gateway.access.audit.errors import AuditUnavailable
from gateway.access.audit.journal import Habits, Journal, Line
from gateway.access.audit.kept_documents import MOST, KeptDocuments
from gateway.access.audit.lines import Place, line_of
from gateway.access.audit.signing import SigningKey, signing_key
from gateway.access.viewer import Caller

KEY: Final = "signing.pem"
DOCUMENTS: Final = "documents"
_GATEWAYS: Final = 64
"""On one data directory at the most."""
_OPENING: Final = 60.0
"""Seconds that the last segments may take to be read."""

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Keeping:
    """How a log is kept."""

    habits: Habits = field(default_factory=Habits)
    patience: Patience = field(default_factory=Patience)
    enterprises: int = MOST_ENTERPRISES
    """USCCs that an entry lists at the most."""
    documents: int = MOST
    """Documents that are kept."""


class AuditLog:
    """Records looks, durably."""

    def __init__(
        self, committing: Committing, documents: KeptDocuments, most: int
    ) -> None:
        """Write by `committing`; list at most so many enterprises of a look."""
        self._committing = committing
        self._documents = documents
        self._most = most

    async def write(self, caller: Caller, matter: Matter, seconds: float) -> Line:
        """Record a look that took so many seconds; it is on the disk at the return.

        Raises AuditUnavailable, and then what was looked at must not be answered.
        """

        def line(place: Place) -> bytes:
            what = matter.written(self._documents.keep, self._most)
            return line_of(place, KIND, written_who(caller, seconds), what)

        return await self._committing.put(line)


@asynccontextmanager
async def open_log(
    directory: Path, clock: Clock, keeping: Keeping | None = None
) -> AsyncIterator[AuditLog]:
    """Open the log of a gateway: the first chain there that nobody else writes.

    `clock` tells the real time, with offset. Raises AuditUnavailable, AuditBroken.
    """
    kept = keeping or Keeping()

    def opened() -> Journal:
        try:
            key = signing_key(directory / KEY)
        except OSError as error:
            raise AuditUnavailable(
                f"{directory}: 无法写入，{error.strerror} (can't be written)"
            ) from error
        return own_journal(directory, key, clock, kept.habits)

    async with asyncio.timeout(_OPENING):
        journal = await asyncio.to_thread(opened)
    committing = Committing(journal, kept.patience)
    documents = KeptDocuments(directory / DOCUMENTS, kept.documents)
    async with committing.running():
        yield AuditLog(committing, documents, kept.enterprises)


def own_journal(
    directory: Path, key: SigningKey, clock: Clock, habits: Habits
) -> Journal:
    """Take the first chain of a directory that nobody else writes."""
    refusal: AuditUnavailable | None = None
    for number in range(1, _GATEWAYS + 1):
        try:
            return Journal(directory / f"gateway-{number}", key, clock, habits)
        except AuditUnavailable as error:
            if not isinstance(error.__cause__, BlockingIOError):
                raise
            refusal = error
    raise refusal or AuditUnavailable("没有空位 (no chain is free)")
