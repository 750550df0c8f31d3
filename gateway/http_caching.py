"""How long caches on the way may give a public answer again (RFC 9111).

Told by what the answer contains: nothing that is half, and nothing for longer than what
it was made of is fresh.
"""

from hashlib import blake2b
from time import monotonic
from typing import Final

from graphql import ExecutionResult

from gateway.loading.life import Life
from gateway.replies import Header, Reply
from schema.departments import CompletenessStatus

LONGEST: Final = 60
"""Seconds for which any answer may be given again at the most."""
_JUST_ASKED: Final = 10
"""Seconds for an answer that departments gave just now."""
_RENEWING: Final = 30
"""Seconds more, while a cache fetches a new one."""
NO_STORE: Final[Header] = (b"cache-control", b"no-store")


def with_freshness(reply: Reply, result: ExecutionResult, life: Life | None) -> Reply:
    """Add to an answer what caches may do with it, and its ETag."""
    seconds = _seconds(result, life)
    if not seconds:
        return reply.with_headers([NO_STORE])
    freshness = f"public, max-age={seconds}, stale-while-revalidate={_RENEWING}"
    tag = b'"%s"' % blake2b(reply.body, digest_size=16).hexdigest().encode()
    return reply.with_headers([(b"cache-control", freshness.encode()), (b"etag", tag)])


def unless_known(reply: Reply, if_none_match: bytes | None) -> Reply:
    """Say «not modified» to who has the answer already."""
    tag = None if if_none_match is None else reply.header(b"etag")
    if tag is None or if_none_match is None:
        return reply
    known = {one.strip().removeprefix(b"W/") for one in if_none_match.split(b",")}
    if tag not in known and b"*" not in known:
        return reply
    kept = [(name, value) for name, value in reply.headers if name in _KEPT]
    return Reply(304, kept, b"")


_KEPT: Final = frozenset({b"cache-control", b"etag", b"vary"})


def _seconds(result: ExecutionResult, life: Life | None) -> int:
    if result.errors or result.data is None:
        return 0
    summed = (result.extensions or {}).get("completeness")
    if summed is None:
        return LONGEST
    if summed["verdict"] != CompletenessStatus.COMPLETE.value:
        return 0
    if life is None or not life.entries:
        return _JUST_ASKED
    return int(min(max(life.until - monotonic(), 0), LONGEST))
