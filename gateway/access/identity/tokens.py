"""Bearer tokens: signed JWTs (RFC 7519) as OpenID Connect issues them."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import orjson
from joserfc.errors import JoseError
from joserfc.jwk import Key
from joserfc.jws import JWSRegistry
from joserfc.util import urlsafe_b64decode

from gateway.access.identity.errors import bad_token, expired_token, revoked_token
from gateway.access.identity.keys import Keys, KeySet
from gateway.access.identity.profiles import faults_of
from gateway.access.identity.revocations import Revoked
from gateway.access.identity.revoking import KnowsRevoked, NothingRevoked
from gateway.access.viewer import Role, Viewer
from gateway.recent import Recent

LARGEST: Final = 8_192
"""Characters of a token at the most."""
ALGORITHMS: Final = ("ES256", "RS256", "EdDSA")
_ASYMMETRIC: Final = frozenset(
    f"{kind}{bits}" for kind in ("ES", "RS", "PS") for bits in (256, 384, 512)
) | {"EdDSA", "Ed25519", "Ed448"}
_HEADER: Final = 512
"""Characters of a token's header at the most."""
_NEVER: Final = frozenset({"crit", "b64", "enc", "zip"})
"""Headers that would change what a token means."""
_LEEWAY: Final = 30.0
"""Seconds that clocks may differ."""
_LATEST: Final = 253_402_300_800
"""The year 10000."""
_KEPT: Final = 10_000
_KEPT_CHARACTERS: Final = 16_777_216


@dataclass(frozen=True, slots=True)
class ClaimNames:
    """Under which names the issuer says who somebody is."""

    role: str = "role"
    department: str = "department"
    region: str = "region"
    uscc: str = "uscc"


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose tokens are believed."""

    issuer: str
    audience: str
    """Must be what `aud` says, or among it."""
    algorithms: tuple[str, ...] = ALGORITHMS
    claims: ClaimNames = field(default_factory=ClaimNames)

    def __post_init__(self) -> None:
        """Raise ValueError for algorithms that prove nothing of who signed."""
        wrong = sorted({*self.algorithms} - _ASYMMETRIC)
        if wrong or not self.algorithms:
            raise ValueError(f"不可用的签名算法 (not an algorithm to trust): {wrong}")


@dataclass(frozen=True, slots=True)
class _Verified:
    viewer: Viewer
    begins: float
    ends: float
    issued: float | None
    jti: str | None


class Tokens:
    """Tells from a token who bears it, and remembers it while it is good."""

    def __init__(
        self,
        trust: Trust,
        keys: Keys,
        clock: Callable[[], float] = time.time,
        revoked: KnowsRevoked | None = None,
    ) -> None:
        """Believe what `trust` says, by `keys`, as far as it is not `revoked`.

        `clock` gives seconds since 1970.
        """
        self._revoked = revoked or NothingRevoked()
        self._trust = trust
        self._keys = keys
        self._clock = clock
        self._set: KeySet | None = None
        self._kept = _room()

    async def viewer_of(self, token: str) -> Viewer:
        """Give who bears a token; raises Unauthenticated and IdentityUnavailable."""
        if len(token) > LARGEST or not token.isascii():
            raise bad_token(f"larger than {LARGEST} characters, or not ASCII")
        keys = await self._keys.current()
        if keys is not self._set:  # a key that is gone vouches for nothing any more
            self._set, self._kept = keys, _room()
        known = self._kept.get(token)
        if known is None:
            known = _verified(await self._claims(token, keys), self._trust)
            _check_time(known, self._clock())
            if self._set is keys and self._kept.get(token) is None:
                self._kept.keep(token, known)
        else:
            _check_time(known, self._clock())
        _check_revoked(known, await self._revoked.current())
        return known.viewer

    async def close(self) -> None:
        """Let go of what tells of revoked tokens."""
        await self._revoked.close()

    async def _claims(self, token: str, keys: KeySet) -> Mapping[str, object]:
        """Give what a token says, its signature checked."""
        parts = token.split(".")
        if len(parts) != 3 or len(parts[0]) > _HEADER:
            raise bad_token("not a signed token")
        algorithm, kid = self._header(parts[0])
        key = keys.get(kid)
        if key is None and kid is not None:
            key = (await self._keys.newer()).get(kid)
        if key is None:
            raise bad_token(f"unknown key: {(kid or '')[:64]!r}")
        _check_signature(algorithm, key, parts)
        return _object(parts[1], "claims")

    def _header(self, segment: str) -> tuple[str, str | None]:
        """Give by which algorithm, and by which key, a token says it is signed.

        Keys and addresses of keys that a token brings along are not looked at.
        """
        header = _object(segment, "header")
        refused = sorted(_NEVER & header.keys())
        if refused:
            raise bad_token(f"header not allowed: {refused[0]}")
        algorithm = _text(header, "alg")
        if algorithm not in self._trust.algorithms:
            raise bad_token("algorithm not allowed")
        return algorithm, _text(header, "kid")


def _check_signature(name: str, key: Key, parts: list[str]) -> None:
    """Raise unless the key is one for the algorithm, and made the signature."""
    algorithm = JWSRegistry.algorithms[name]
    signed = f"{parts[0]}.{parts[1]}".encode()
    try:
        algorithm.check_key(key)
        good = algorithm.verify(signed, _bytes(parts[2], "signature"), key)
    except JoseError as error:
        raise bad_token(f"the key is not for {name}: {error.error}") from error
    if not good:
        raise bad_token("signature")


def _room() -> Recent[_Verified]:
    return Recent(_KEPT, _KEPT_CHARACTERS)


def _object(segment: str, part: str) -> dict[str, object]:
    try:
        found = orjson.loads(_bytes(segment, part))
    except ValueError as error:
        raise bad_token(f"{part}: no JSON") from error
    if not isinstance(found, dict):
        raise bad_token(f"{part}: no object")
    return found


def _bytes(segment: str, part: str) -> bytes:
    try:
        return urlsafe_b64decode(segment.encode("ascii"))
    except ValueError as error:
        raise bad_token(f"{part}: not base64url") from error


def _verified(claims: Mapping[str, object], trust: Trust) -> _Verified:
    """Give who somebody is, and from when until when that is said."""
    if claims.get("iss") != trust.issuer:
        raise bad_token("issuer")
    audience = claims.get("aud")
    if trust.audience not in (audience if isinstance(audience, list) else [audience]):
        raise bad_token("audience")
    ends = _moment(claims, "exp")
    if ends is None:
        raise bad_token("no exp")
    issued = _moment(claims, "iat")
    begins = max(_moment(claims, "nbf") or 0.0, issued or 0.0)
    viewer = _viewer(claims, trust.claims)
    return _Verified(viewer, begins, ends, issued, _text(claims, "jti"))


def _check_revoked(known: _Verified, revoked: Revoked) -> None:
    fault = revoked.fault_of(known.jti, known.viewer.subject, known.issued)
    if fault:
        raise revoked_token(fault)


def _check_time(known: _Verified, now: float) -> None:
    if now >= known.ends + _LEEWAY:
        raise expired_token("exp is over")
    if now < known.begins - _LEEWAY:
        raise bad_token("nbf or iat is to come")


def _moment(claims: Mapping[str, object], name: str) -> float | None:
    written = claims.get(name)
    if written is None:
        return None
    if isinstance(written, bool) or not isinstance(written, int | float):
        raise bad_token(f"{name} is no number")
    if not 0 <= written < _LATEST:
        raise bad_token(f"{name} is no moment")
    return float(written)


def _viewer(claims: Mapping[str, object], names: ClaimNames) -> Viewer:
    role = _text(claims, names.role)
    if role not in {one.value for one in Role}:
        raise bad_token("unknown role")
    viewer = Viewer(
        _text(claims, "sub") or "",
        Role(role),
        _text(claims, names.department),
        _text(claims, names.region),
        _text(claims, names.uscc),
    )
    faults = faults_of(viewer)
    if faults:
        raise bad_token(faults[0])
    return viewer


def _text(claims: Mapping[str, object], name: str) -> str | None:
    written = claims.get(name)
    if written is not None and not isinstance(written, str):
        raise bad_token(f"{name} is no text")
    return written
