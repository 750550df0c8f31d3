"""Joins what tells who asks, as an operator set it."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.access.identity.api_keys import ApiKeyTable
from gateway.access.identity.authentication import Authentication
from gateway.access.identity.issuer import AUDIENCE, open_issuer, trust
from gateway.access.identity.key_ring import KeyRing
from gateway.access.identity.keys import (
    LARGEST,
    HeldKeys,
    Keys,
    KeysRefused,
    RemoteKeys,
    read_keys,
)
from gateway.access.identity.revocations import RevocationTable
from gateway.access.identity.revoking import Revoking
from gateway.access.identity.tokens import ALGORITHMS, ClaimNames, Tokens, Trust
from gateway.errors import OperationRefused

_OURSELVES: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Provider:
    """Who logs people in; without `issuer`, our own issuer gives tokens."""

    issuer: str = ""
    """What tokens say as `iss`."""
    keys: str = ""
    """URL or file of its JWK Set."""
    audience: str = AUDIENCE
    algorithms: tuple[str, ...] = ALGORITHMS
    claims: ClaimNames = field(default_factory=ClaimNames)
    minutes: float = 10.0
    """After which keys are fetched again."""


def open_authentication(
    provider: Provider, data: Path, engine: AsyncEngine
) -> Authentication:
    """Open it; raises OperationRefused for a provider that can't be used."""
    if provider.issuer:
        try:
            trusted = Trust(
                *(provider.issuer, provider.audience),
                algorithms=provider.algorithms,
                claims=provider.claims,
            )
        except ValueError as error:
            raise OperationRefused(str(error)) from error
        keys = _keys(provider)
    else:
        trusted, keys = trust(), HeldKeys(open_issuer(data).keys())
    ring = KeyRing(ApiKeyTable(engine, time.time))
    revoking = Revoking(RevocationTable(engine, time.time))
    tokens = Tokens(trusted, keys, revoked=revoking)
    return Authentication(tokens, keys, ring)


def _keys(provider: Provider) -> Keys:
    address = urlsplit(provider.keys)
    if address.scheme in {"http", "https"}:
        if address.scheme == "http" and address.hostname not in _OURSELVES:
            raise OperationRefused(
                "签名公钥只能经 https 获取 (keys are fetched by https only; "
                "set CREDITNET_OIDC_KEYS)"
            )
        return RemoteKeys(provider.keys, provider.minutes)
    path = Path(provider.keys)
    try:
        with path.open("rb") as file:
            return HeldKeys(read_keys(file.read(LARGEST + 1)))
    except OSError as error:
        words = error.strerror
    except KeysRefused as error:
        words = str(error)
    raise OperationRefused(
        f"签名公钥 {path} 无法使用：{words} "
        "(not a JWK Set that can be used; set CREDITNET_OIDC_KEYS)"
    )
