"""From where a request came, through proxies that are trusted."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Final

from starlette.types import Scope

Networks = Sequence[IPv4Network | IPv6Network]
_HOPS: Final = 32
"""Proxies in a row at the most; what stands further left is not read."""
_HOUSEHOLD: Final = 64
"""Bits of an IPv6 address that tell subscribers apart."""


def networks_of(written: Iterable[str]) -> Networks:
    """Read networks such as `10.0.0.0/8`; raises ValueError."""
    return [ip_network(one.strip()) for one in written]


def client_address(scope: Scope, trusted: Networks) -> str:
    """Give the address that a request came from.

    `X-Forwarded-For` is believed as far as trusted proxies wrote it: the right-most
    address that is not one of theirs. Empty where the server knows no address.
    """
    client = scope.get("client")
    if client and not trusted:
        return _written(client[0])
    peer = _read(client[0]) if client else None
    if peer is None:
        return ""
    if not _among(peer, trusted):
        return str(peer)
    for written in _forwarded(scope):
        before = _read(written)
        if before is None:
            break
        peer = before
        if not _among(peer, trusted):
            break
    return str(peer)


def network_of(address: str) -> str:
    """Give what is counted as one place: an IPv4 address, or the /64 of IPv6."""
    found = _read(address)
    if isinstance(found, IPv6Address):
        return str(ip_network((found, _HOUSEHOLD), strict=False))
    return "" if found is None else str(found)


def _forwarded(scope: Scope) -> Sequence[str]:
    """Give what proxies wrote, the nearest first."""
    lines = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
    if not lines:
        return ()
    written = b",".join(lines).decode("latin-1").rsplit(",", _HOPS)
    return written[:0:-1] if len(written) > _HOPS else written[::-1]


def _among(address: IPv4Address | IPv6Address, networks: Networks) -> bool:
    return any(address in one for one in networks)


@lru_cache(maxsize=10_000)
def _written(host: str) -> str:
    """Write an address as all do who write it; the same ones come again."""
    peer = _read(host)
    return "" if peer is None else str(peer)


def _read(written: str) -> IPv4Address | IPv6Address | None:
    """Read an address, with a port or without; one of IPv4 in IPv6 as IPv4."""
    text = written.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
