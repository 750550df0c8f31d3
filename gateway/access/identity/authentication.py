"""From what a request shows to who asks."""

import re
from typing import Final

from gateway.access.identity.errors import (
    NOTHING_SHOWN,
    REALM,
    SEVERAL_SHOWN,
    Unauthenticated,
    bad_token,
)
from gateway.access.identity.key_ring import KeyRing
from gateway.access.identity.keys import Keys
from gateway.access.identity.tokens import LARGEST, Tokens
from gateway.access.viewer import Viewer

AUTHORIZATION: Final = b"authorization"
API_KEY: Final = b"x-creditnet-key"
_BEARER: Final = re.compile(rb"(?i:bearer) +([A-Za-z0-9._~+/-]+=*) *")
_LONGEST: Final = LARGEST + 64
"""Bytes of a header that is looked at."""
_TWO: Final = f'{REALM}, error="invalid_request"'


class Authentication:
    """Knows who asks."""

    def __init__(self, tokens: Tokens, keys: Keys, ring: KeyRing) -> None:
        """Ask `tokens` and `ring`; `keys` are what `tokens` goes by."""
        self._tokens = tokens
        self._keys = keys
        self._ring = ring

    async def viewer_of(
        self,
        authorization: bytes | None,
        api_key: bytes | None,
        certificate: str | None = None,
    ) -> Viewer:
        """Give who asks, by the values of two headers.

        Without them, by the fingerprint of the certificate that the connection proved.
        Raises Unauthenticated, also when all are absent, and IdentityUnavailable.
        """
        if authorization is not None and api_key is not None:
            raise Unauthenticated(SEVERAL_SHOWN, "token and API key", _TWO)
        if api_key is not None:
            return await self._ring.viewer_of(api_key[:_LONGEST].decode("latin-1"))
        if authorization is None and certificate is not None:
            return await self._ring.viewer_of_certificate(certificate)
        if authorization is None:
            raise Unauthenticated(NOTHING_SHOWN, "nothing shown")
        return await self._tokens.viewer_of(_token(authorization))

    async def close(self) -> None:
        """Let go of the network and the database."""
        await self._tokens.close()
        await self._keys.close()
        await self._ring.close()


def _token(authorization: bytes) -> str:
    if len(authorization) > _LONGEST:
        raise bad_token(f"header larger than {_LONGEST} bytes")
    if authorization[:7].lower() != b"bearer ":
        raise Unauthenticated(NOTHING_SHOWN, "not the scheme Bearer")
    match = _BEARER.fullmatch(authorization)
    if match is None:
        raise bad_token("not one token by its form")
    return match[1].decode("ascii")
