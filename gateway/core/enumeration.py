"""Goes through everybody in the core, and tells whether somebody was changed."""

from collections.abc import AsyncIterator, Sequence

from gateway.core.reading import Reads, of_keys

_CODES = "SELECT uscc FROM registration WHERE uscc > :after ORDER BY uscc LIMIT :most"
_NUMBERED = "SELECT uscc FROM registration WHERE registration_number IN :keys"
_NAMED = "SELECT uscc FROM bearer WHERE name_key IN :keys"
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


async def bearers(reads: Reads, calls: Sequence[str]) -> set[str]:
    """Give the codes of all who bear, or bore, one of these numbers or names."""
    rows = [
        *await of_keys(reads, _NUMBERED, calls),
        *await of_keys(reads, _NAMED, calls),
    ]
    return {row[0] for row in rows}


async def mark(reads: Reads) -> str:
    """Give what differs after any synchronization of registration data."""
    rows = await reads.rows(_SYNCED, {})
    return "\n".join(" ".join(map(str, row)) for row in rows)
