"""How we show a department that speaks HTTP who we are."""

import secrets
import time
from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec
from aiohttp import encode_basic_auth
from yarl import URL

from adapters.kinds.signing import Signed, Signing, sign

Shown = tuple[dict[str, str], dict[str, str]]
"""Parameters and headers."""
_NAMED = frozenset({"basic", "oauth", "signed"})
"""Kinds whose `name` is given to us."""
_HEADER = "X-API-Key"


class Auth(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """How we show who we are."""

    kind: Literal["none", "basic", "bearer", "header", "query", "oauth", "signed"] = (
        "none"
    )
    token: str = ""
    """The secret itself: password, token, key, client's secret."""
    name: str = ""
    """Of the user, the client or the application; of the header or the parameter."""
    path: str = "/oauth/token"
    """For oauth: where tokens are given."""
    scope: str = ""
    """For oauth: what the token is to allow; empty: not said."""
    client: Literal["body", "basic"] = "body"
    """For oauth: where the client names itself (RFC 6749, section 2.3.1)."""
    signing: Signing = Signing()
    """For signed: how."""

    def faults(self) -> Iterator[tuple[str, str]]:
        """Name the words that are missing or idle, each with what is wrong."""
        if self.kind != "none" and not self.token:
            yield "token", f"{self.kind} 须写明 token（`token` is missing）"
        if self.kind in _NAMED and not self.name:
            yield "name", f"{self.kind} 须写明 name（`name` is missing）"
        if self.kind == "query" and not self.name:
            yield "name", "须写明参数名 name（`name` of the parameter is missing）"
        if self.kind != "signed" and self.signing != Signing():
            yield "signing", f"{self.kind} 不签名（only `signed` signs）"


def shown(auth: Auth, token: str) -> Shown:
    """Give what every request shows; `token` is that which we were given, for oauth."""
    if auth.kind == "query":
        return {auth.name: auth.token}, {}
    headers: Mapping[str, tuple[str, str]] = {
        "basic": ("Authorization", _basic(auth)),
        "bearer": ("Authorization", f"Bearer {auth.token}"),
        "oauth": ("Authorization", f"Bearer {token}"),
        "header": (auth.name or _HEADER, auth.token),
    }
    return {}, dict([headers[auth.kind]] if auth.kind in headers else [])


def signature(auth: Auth, method: str, url: URL, body: bytes | None) -> dict[str, str]:
    """Give the headers that sign one request; `url` has all its parameters."""
    moment, nonce = time.time(), secrets.token_hex(16)
    signed = Signed(method, url, body or b"", moment, nonce)
    return sign(auth.signing, auth.name, auth.token, signed)


def token_request(auth: Auth) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Write the form and the headers that ask for a token (RFC 6749, section 4.4)."""
    form = {"grant_type": "client_credentials"}
    if auth.scope:
        form["scope"] = auth.scope
    if auth.client == "basic":
        return form, {"Authorization": _basic(auth)}
    return {**form, "client_id": auth.name, "client_secret": auth.token}, {}


def _basic(auth: Auth) -> str:
    return encode_basic_auth(auth.name, auth.token, "utf-8")
