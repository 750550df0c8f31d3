"""The public keys of who issues tokens: from a JWK Set that we hold, or from a URL."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Final, Protocol

import aiohttp
import msgspec
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import Key, import_key

from gateway.access.identity.renewed import NotFetched, Pace, Renewed

_log = structlog.get_logger(__name__)
LARGEST: Final = 262_144
"""Bytes of a set at the most."""
MOST: Final = 100
"""Keys of a set at the most."""
_CHUNK: Final = 16_384
_LENGTHS: Final = range(342, 1_367)
"""Of RSA's modulus in base64url: 2,048 to 8,192 bits."""
_SECONDS: Final = 5.0
"""Of a fetch."""
_KINDS: Final = frozenset({"EC", "RSA", "OKP"})
_CURVES: Final = frozenset({None, "P-256", "P-384", "P-521", "Ed25519", "Ed448"})


class KeysRefused(Exception):
    """What should be a JWK Set (RFC 7517) is none."""


@dataclass(frozen=True, eq=False)
class KeySet:
    """Public keys by `kid`; another set is another object."""

    keys: Mapping[str, Key]

    def get(self, kid: str | None) -> Key | None:
        """Give a key; without `kid`, the only one."""
        if kid is None:
            return next(iter(self.keys.values())) if len(self.keys) == 1 else None
        return self.keys.get(kid)


class Keys(Protocol):
    """Knows the keys of an issuer.

    The implementer must give the same object as long as nothing changed, never wait
    long, and bound what callers with invented names of keys can make it do.
    """

    async def current(self) -> KeySet:
        """Give the keys that count now; raises IdentityUnavailable."""

    async def newer(self) -> KeySet:
        """Give them again, when one that should be among them is not."""

    async def close(self) -> None:
        """Let go of the source."""


class HeldKeys:
    """Keys that we hold ourselves."""

    def __init__(self, keys: KeySet) -> None:
        """Give these, always."""
        self._keys = keys

    async def current(self) -> KeySet:
        """Give them."""
        return self._keys

    async def newer(self) -> KeySet:
        """Give the same ones."""
        return self._keys

    async def close(self) -> None:
        """Do nothing."""


class RemoteKeys:
    """Keys that an issuer publishes under a URL."""

    def __init__(
        self,
        url: str,
        minutes: float = 10.0,
        clock: Callable[[], float] = monotonic,
        seconds: float = _SECONDS,
    ) -> None:
        """Fetch them again after so many minutes, each time within so many seconds."""
        self._url = url
        self._seconds = seconds
        fresh = minutes * 60.0
        pace = Pace(fresh, 2 * fresh, max(86_400.0, 2 * fresh), 10.0, seconds)
        self._renewed = Renewed("JWKS", self._fetch, pace, clock)
        self._last: tuple[bytes, KeySet] | None = None

    async def current(self) -> KeySet:
        """Give what was fetched; old keys go on for a day while none can be had."""
        return await self._renewed.get()

    async def newer(self) -> KeySet:
        """Fetch them now, unless that was tried within ten seconds."""
        return await self._renewed.newer()

    async def close(self) -> None:
        """End a fetch that runs."""
        await self._renewed.close()

    async def _fetch(self) -> KeySet:
        try:
            async with asyncio.timeout(self._seconds):
                content = await self._content()
            if self._last is None or self._last[0] != content:
                self._last = content, read_keys(content)
        except KeysRefused as error:
            raise NotFetched(str(error)) from error
        except TimeoutError as error:
            raise NotFetched(f"no answer within {self._seconds:g} s") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise NotFetched(f"cannot be reached: {type(error).__name__}") from error
        return self._last[1]

    async def _content(self) -> bytes:
        async with (
            aiohttp.ClientSession() as session,
            session.get(
                self._url,
                allow_redirects=False,
                headers={"Accept": "application/jwk-set+json, application/json"},
            ) as answer,
        ):
            if answer.status != 200:
                raise KeysRefused(f"status {answer.status}")
            content = b""
            async for chunk in answer.content.iter_chunked(_CHUNK):
                content += chunk
                if len(content) > LARGEST:
                    raise KeysRefused(f"more than {LARGEST} bytes")
            return content


class _Set(msgspec.Struct):
    keys: list[msgspec.Raw]


class _Jwk(msgspec.Struct, omit_defaults=True):
    """What we read of a key: never a private part."""

    kty: str
    kid: str | None = None
    use: str | None = None
    alg: str | None = None
    key_ops: list[str] | None = None
    crv: str | None = None
    x: str | None = None
    y: str | None = None
    n: str | None = None
    e: str | None = None


def read_keys(content: bytes) -> KeySet:
    """Read a JWK Set; raises KeysRefused unless one key at least can be used.

    Keys that are not for signatures, symmetric, weak or broken are left out.
    """
    try:
        told = msgspec.json.decode(content[: LARGEST + 1], type=_Set).keys
    except (msgspec.MsgspecError, RecursionError) as error:
        raise KeysRefused("not a JWK Set") from error
    if len(told) > MOST:
        raise KeysRefused(f"more than {MOST} keys")
    found: dict[str, Key] = {}
    for one in told:
        key = _key(one)
        if key is not None and key.kid is not None:
            found.setdefault(key.kid, key)
    if len(found) < len(told):
        _log.warning("keys left out", told=len(told), used=len(found))
    if not found:
        raise KeysRefused("no key that can be used")
    return KeySet(found)


def _key(written: msgspec.Raw) -> Key | None:
    try:
        jwk = msgspec.json.decode(written, type=_Jwk)
        if jwk.kty not in _KINDS or jwk.crv not in _CURVES or jwk.use == "enc":
            return None
        if jwk.n is not None and len(jwk.n) not in _LENGTHS:
            return None
        key = import_key(msgspec.to_builtins(jwk))
        key.ensure_kid()
        key.get_op_key("verify")
    except (msgspec.MsgspecError, JoseError, ValueError, TypeError):
        return None
    return key
