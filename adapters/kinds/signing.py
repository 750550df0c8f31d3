"""Signs a request with a shared secret: HMAC over its parts, by SHA-256 or SM3."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

import msgspec
from cryptography.hazmat.primitives import hashes, hmac
from yarl import URL

Part = Literal[
    "method", "path", "query", "name", "time", "nonce", "body", "body_digest"
]
_DIGESTS: Mapping[str, type[hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256,
    "sm3": hashes.SM3,
}


class SigningHeaders(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Names of the headers that tell what was signed; empty: it is not told."""

    name: str = "X-App-Id"
    time: str = "X-Timestamp"
    nonce: str = "X-Nonce"
    signature: str = "X-Signature"


class Signing(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """How requests are signed."""

    digest: Literal["sha256", "sm3"] = "sha256"
    """HMAC-SHA256 (RFC 2104), or HMAC-SM3 (GB/T 32905-2016)."""
    over: tuple[Part, ...] = ("method", "path", "query", "time", "nonce", "body_digest")
    """The parts that are signed, in this order."""
    between: str = "\n"
    """Stands between two parts."""
    encoding: Literal["hex", "base64"] = "hex"
    time: Literal["seconds", "milliseconds"] = "milliseconds"
    """Since 1970, as digits."""
    headers: SigningHeaders = SigningHeaders()


@dataclass(frozen=True, slots=True)
class Signed:
    """What is signed of one request."""

    method: str
    url: URL
    """With the query."""
    body: bytes
    seconds: float
    """The moment, since 1970."""
    nonce: str


def sign(signing: Signing, name: str, secret: str, request: Signed) -> dict[str, str]:
    """Give the headers of a signed request.

    `query` is signed as parameters in the order of their names, percent-encoded (RFC
    3986); `body_digest` as the hexadecimal digest of the body's bytes.
    """
    factor = 1000 if signing.time == "milliseconds" else 1
    moment = str(int(request.seconds * factor))
    parts: Mapping[Part, bytes] = {
        "method": request.method.encode(),
        "path": request.url.raw_path.encode(),
        "query": canonical_query(request.url).encode(),
        "name": name.encode(),
        "time": moment.encode(),
        "nonce": request.nonce.encode(),
        "body": request.body,
        "body_digest": _digest(signing, request.body).hex().encode(),
    }
    text = signing.between.encode().join(parts[part] for part in signing.over)
    mark = _hmac(signing, secret.encode(), text)
    told = {
        signing.headers.name: name,
        signing.headers.time: moment,
        signing.headers.nonce: request.nonce,
        signing.headers.signature: mark.hex()
        if signing.encoding == "hex"
        else b64encode(mark).decode(),
    }
    return {header: value for header, value in told.items() if header}


def canonical_query(url: URL) -> str:
    """Write the parameters in order, percent-encoded."""
    pairs = sorted((quote(k, safe=""), quote(v, safe="")) for k, v in url.query.items())
    return "&".join(f"{name}={value}" for name, value in pairs)


def _digest(signing: Signing, data: bytes) -> bytes:
    made = hashes.Hash(_DIGESTS[signing.digest]())
    made.update(data)
    return made.finalize()


def _hmac(signing: Signing, secret: bytes, data: bytes) -> bytes:
    made = hmac.HMAC(secret, _DIGESTS[signing.digest]())
    made.update(data)
    return made.finalize()
