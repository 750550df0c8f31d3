"""Pushed messages that could not be taken, kept for people to look at."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

MOST = 500
"""Messages kept of one department; older ones give way."""
MOST_BYTES = 1_048_576
"""Bytes kept of one message, its beginning."""


@dataclass(frozen=True, slots=True)
class RefusedMessage:
    """A message that was not taken."""

    number: int
    department: str
    way: str
    reason: str
    size: int
    """Bytes, all of which are kept up to MOST_BYTES."""
    times: int
    """How often the same bytes came."""
    first_seen: datetime
    last_seen: datetime


_KEEP = text(
    "INSERT INTO refused_message (department, digest, way, reason, body, size, times, "
    "first_seen, last_seen) VALUES (:department, :digest, :way, :reason, :body, :size, "
    "1, :now, :now) ON CONFLICT (department, digest) DO UPDATE SET "
    "times = refused_message.times + 1, last_seen = excluded.last_seen, "
    "reason = excluded.reason, way = excluded.way"
)
_FORGET = text(
    "DELETE FROM refused_message WHERE department = :department AND number <= ("
    "SELECT number FROM refused_message WHERE department = :department "
    "ORDER BY number DESC LIMIT 1 OFFSET :most)"
)
_LIST = text(
    "SELECT number, department, way, reason, size, times, first_seen, last_seen "
    "FROM refused_message ORDER BY number DESC LIMIT :most"
)
_BODY = text("SELECT body FROM refused_message WHERE number = :number")
_COUNT = text("SELECT count(*) FROM refused_message")


class RefusedMessages:
    """Keeps these in the gateway's own tables; the same bytes once."""

    def __init__(self, engine: AsyncEngine, most: int = MOST) -> None:
        """Use the tables of the gateway's migrations; keep `most` of a department."""
        self._engine = engine
        self._most = most

    async def keep(self, department: str, way: str, reason: str, body: bytes) -> None:
        """Keep a message durably, in place of the oldest one where there are many."""
        values = {
            "department": department,
            "digest": sha256(body).hexdigest(),
            "way": way,
            "reason": reason.replace("\x00", "\ufffd"),
            "body": body[:MOST_BYTES],
            "size": len(body),
            "now": datetime.fromtimestamp(time.time(), UTC).isoformat(),
        }
        async with self._engine.begin() as connection:
            await connection.execute(_KEEP, values)
            bound = {"department": department, "most": self._most}
            await connection.execute(_FORGET, bound)

    async def count(self) -> int:
        """Count what is kept."""
        async with self._engine.connect() as connection:
            return int((await connection.execute(_COUNT)).scalar_one())

    async def newest(self, most: int) -> Sequence[RefusedMessage]:
        """Give the newest ones, of all departments."""
        async with self._engine.connect() as connection:
            rows = (await connection.execute(_LIST, {"most": most})).all()
        return [
            RefusedMessage(
                *(number, department, way, reason, size, times),
                first_seen=datetime.fromisoformat(first),
                last_seen=datetime.fromisoformat(last),
            )
            for number, department, way, reason, size, times, first, last in rows
        ]

    async def body(self, number: int) -> bytes | None:
        """Give a message as it came; None for one that is not kept."""
        async with self._engine.connect() as connection:
            found = (await connection.execute(_BODY, {"number": number})).scalar()
        return None if found is None else bytes(found)
