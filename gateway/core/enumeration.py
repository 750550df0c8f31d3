"""Goes through everybody in the core, and tells whether somebody was changed."""

from collections.abc import AsyncIterator, Sequence

from gateway.core.reading import Reads

_CODES = "SELECT uscc FROM registration WHERE uscc > :after ORDER BY uscc LIMIT :most"
_SYNCED = (
    "SELECT source, generation, coalesce(cursor, ''), coalesce(completed_at, '') "
    "FROM sync_state WHERE record_type = 'REGISTRATION' ORDER BY source"
)


async def codes(reads: Reads, most: int) -> AsyncIterator[Sequence[str]]:
    """Yield all codes in their order, so many at a time."""
    after = ""
    while found := await reads.rows(_CODES, {"after": after, "most": most}):
        after = found[-1][0]
        yield [row[0] for row in found]


async def mark(reads: Reads) -> str:
    """Give what differs after any synchronization of registration data."""
    rows = await reads.rows(_SYNCED, {})
    return "\n".join(" ".join(map(str, row)) for row in rows)
