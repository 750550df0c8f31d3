"""Digests as the public may see them.

A row holds what the public may not see, and few unknown digits of it could be found by
trying them against its digest. Sealed by a key of ours the digest still tells whether
two rows are the same, and `creditnet record verify` still checks it.
"""

import hmac
from collections.abc import Callable
from hashlib import sha256

Seal = Callable[[str], str]
"""A digest → the sealed one; both 64 hex digits."""


def sealed_by(secret: str) -> Seal:
    """Seal by HMAC-SHA256."""
    key = secret.encode()

    def seal(digest: str) -> str:
        return hmac.new(key, digest.encode(), sha256).hexdigest()

    return seal
