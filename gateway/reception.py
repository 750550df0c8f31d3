"""Who comes in: what a request proves of its caller, and states of its purpose."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Protocol
from urllib.parse import unquote_to_bytes

import structlog
from starlette.types import Scope

from gateway.access.demand.address import Networks, client_address
from gateway.access.identity.authentication import (
    API_KEY,
    AUTHORIZATION,
    Authentication,
)
from gateway.access.identity.certificates import shown_in
from gateway.access.identity.errors import IdentityError, Unauthenticated
from gateway.access.viewer import ANYBODY, Caller
from gateway.graphql_over_http import Finds, RequestRefused, Sizes

PURPOSE: Final = b"x-creditnet-purpose"
CASE: Final = b"x-creditnet-case"
LONGEST: Final = 200
"""Characters of a purpose or a case number at the most."""
_WRITTEN: Final = LONGEST * 4 * 3
"""Bytes of it: four for a character, each percent-encoded."""
_log = structlog.get_logger(__name__)


class Reception(Protocol):
    """Names the caller of a request."""

    async def caller(self, scope: Scope, headers: Mapping[bytes, bytes]) -> Caller:
        """Give who asks; raises RequestRefused (400, 401, 503)."""


@dataclass(frozen=True, slots=True)
class OpenToAll:
    """Lets anybody in, unnamed."""

    proxies: Networks = ()
    """Whose `X-Forwarded-For` is believed."""

    async def caller(self, scope: Scope, headers: Mapping[bytes, bytes]) -> Caller:
        """Give anybody."""
        del headers
        return Caller(ANYBODY, address=client_address(scope, self.proxies))


@dataclass(frozen=True, slots=True)
class ByName:
    """Lets in who proves his name."""

    authentication: Authentication
    proxies: Networks = ()

    async def caller(self, scope: Scope, headers: Mapping[bytes, bytes]) -> Caller:
        """Give who asks, and what for."""
        try:
            viewer = await self.authentication.viewer_of(
                headers.get(AUTHORIZATION), headers.get(API_KEY), shown_in(scope)
            )
        except IdentityError as error:
            raise _refused(error) from error
        return Caller(
            viewer,
            _stated(headers, PURPOSE, "X-Creditnet-Purpose"),
            _stated(headers, CASE, "X-Creditnet-Case"),
            client_address(scope, self.proxies),
        )


@dataclass(frozen=True, slots=True)
class Entrance:
    """How requests come to one endpoint."""

    reception: Reception
    most: Sizes
    documents: Finds | None = None
    """Those that need only be named; None: all come whole."""


def _refused(error: IdentityError) -> RequestRefused:
    _log.info("caller not known", reason=error.reason)
    headers = (
        {"WWW-Authenticate": error.challenge}
        if isinstance(error, Unauthenticated)
        else {"Retry-After": "10"}
    )
    return RequestRefused(error.status, error.message, error.code, headers)


def _stated(
    headers: Mapping[bytes, bytes], name: bytes, written_name: str
) -> str | None:
    """Read a statement: UTF-8, percent-encoded or as it is."""
    written = headers.get(name)
    if written is None:
        return None
    text = _text(written) if len(written) <= _WRITTEN else ""
    if not text or len(text) > LONGEST or not text.isprintable():
        raise RequestRefused(
            400,
            f"{written_name}: 应为 1 至 {LONGEST} 个字符，UTF-8，可用百分号编码 "
            f"(1 to {LONGEST} printable characters, UTF-8, may be percent-encoded)",
        )
    return text


@lru_cache(maxsize=1_000)
def _text(written: bytes) -> str:
    """Decode a statement; the same ones come again. Empty: it is not UTF-8."""
    try:
        return unquote_to_bytes(written).decode().strip()
    except UnicodeDecodeError:
        return ""
