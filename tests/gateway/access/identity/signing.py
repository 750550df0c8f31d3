"""An issuer of good tokens and of bad ones, and a clock that a test moves."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

import orjson
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from gateway.access.identity.keys import KeySet, read_keys
from gateway.access.identity.tokens import Trust

NOW = 1_800_000_000.0
ISSUER = "https://login.example.cn"
TRUST = Trust(ISSUER, "creditnet")
CLAIMS: Mapping[str, object] = {
    "iss": ISSUER,
    "aud": "creditnet",
    "sub": "u-1024",
    "iat": NOW,
    "exp": NOW + 600,
    "role": "analyst",
    "department": "QH-EPD",
    "region": "630100",
}
EC = ECKey.generate_key("P-256", {"kid": "ec"})
RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
ED = OKPKey.generate_key("Ed25519", {"kid": "ed"})


@dataclass
class Clock:
    """Seconds since 1970, and seconds of a stopwatch."""

    seconds: float = NOW

    def __call__(self) -> float:
        return self.seconds


def jwks(*keys: Key) -> bytes:
    return orjson.dumps({"keys": [key.as_dict(private=False) for key in keys]})


def key_set(*keys: Key) -> KeySet:
    return read_keys(jwks(*keys))


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def without(*names: str) -> dict[str, object]:
    return {name: value for name, value in CLAIMS.items() if name not in names}


@dataclass
class Token:
    """A token to write, good unless something is changed."""

    claims: Mapping[str, object] = field(default_factory=lambda: CLAIMS)
    algorithm: str = "ES256"
    key: Key = field(default_factory=lambda: EC)
    header: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        head = {"alg": self.algorithm, "kid": self.key.kid, **self.header}
        return self.signed(orjson.dumps(head), orjson.dumps(self.claims))

    def signed(self, header: bytes, claims: bytes) -> str:
        content = f"{encoded(header)}.{encoded(claims)}"
        algorithm = JWSRegistry.algorithms[self.algorithm]
        signature = algorithm.sign(content.encode(), self.key)
        return f"{content}.{encoded(signature)}"


def with_hmac(secret: bytes, kid: str) -> str:
    """Give a token whose HMAC is keyed by what everybody knows."""
    header = orjson.dumps({"alg": "HS256", "kid": kid})
    content = f"{encoded(header)}.{encoded(orjson.dumps(CLAIMS))}"
    mac = hmac.new(secret, content.encode(), hashlib.sha256).digest()
    return f"{content}.{encoded(mac)}"
