"""How settings are written: readers of single ones; each raises ValueError."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from ipaddress import ip_network
from pathlib import Path
from types import NoneType
from typing import Any, Final, get_args
from urllib.parse import urlsplit

from schema.record_type import RecordType

Read = Callable[[str], object]


class SettingsError(Exception):
    """Settings that can't be used; names all faults at once."""


class EngineChoice(Enum):
    """What executes operations."""

    BREADTH_FIRST = "breadth-first"
    REFERENCE = "reference"


class DocumentMode(Enum):
    """Which documents an endpoint runs."""

    FREE = "free"
    """Any; those known beforehand can be named."""
    TRUSTED = "trusted"
    """Those of a manifest, named by their identifiers."""


def reader_of(name: str, kind: Any) -> Read:  # noqa: ANN401 - a type, or a union
    """Give what reads a setting of a name and a type."""
    found = _BY_NAME.get(name)
    if found is not None:
        return found
    (plain,) = [one for one in get_args(kind) or (kind,) if one is not NoneType]
    return _BY_TYPE[plain]


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and int(text) < 65_536:
        return int(text)
    raise ValueError("端口应为 0 到 65535 的整数 a port is a number from 0 to 65535")


def _count(text: str) -> int:
    if text.isascii() and text.isdigit() and int(text):
        return int(text)
    raise ValueError("应为正整数 a whole number above 0 is needed")


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if 0 < seconds < float("inf"):
        return seconds
    raise ValueError("应为正的秒数 a number of seconds above 0 is needed")


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = 0.0
    if 0 < share <= 1:
        return share
    raise ValueError("应为 0 到 1 的比例 a share above 0, up to 1, is needed")


def _switch(text: str) -> bool:
    if text in {"on", "off"}:
        return text == "on"
    raise ValueError("应为 on / off one of on, off")


def _seconds_of_types(text: str) -> Mapping[RecordType, float]:
    found: dict[RecordType, float] = {}
    for part in text.split(","):
        name, _, seconds = part.partition("=")
        try:
            found[RecordType(name.strip())] = _seconds(seconds.strip())
        except ValueError:
            raise ValueError(
                f"{part.strip()!r}: 应为 记录类型=秒数 a record type and its seconds, "
                "such as TAX_CREDIT=3600"
            ) from None
    return found


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        example = "2016-10-20T09:00:00+08:00"
        raise ValueError(f"应为带时区的时刻 a moment with offset, such as {example}")
    return moment


def _redis(text: str) -> str:
    address = urlsplit(text)
    if address.scheme in {"redis", "rediss"} and address.hostname and address.port != 0:
        return text
    raise ValueError("应为 redis:// 或 rediss:// a redis or rediss URL")


def _database(text: str) -> str:
    if urlsplit(text).scheme.split("+")[0] in {"sqlite", "postgresql"}:
        return text
    raise ValueError("应为 sqlite:/// 或 postgresql:// a sqlite or postgresql URL")


def _broker(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme in {"amqp", "amqps", "nats", "tls"} and parts.hostname:
        return text
    raise ValueError("应为 amqp:// 或 nats:// an amqp or nats URL is needed")


def _word(text: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9_-]+", text):
        return text
    raise ValueError("应为字母、数字、- 和 _ letters, digits, - and _ are needed")


def _words(text: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in text.split(",") if one.strip())


def _claims(text: str) -> Mapping[str, str]:
    pairs = [one.partition("=") for one in _words(text)]
    if all(of in _CLAIMS and name for of, _, name in pairs):
        return {of: name for of, _, name in pairs}
    raise ValueError(f"应为 as in role=urn:role,region=area; {' / '.join(_CLAIMS)}")


_CLAIMS: Final = ("role", "department", "region", "uscc")


def read_origins(text: str) -> tuple[str, ...]:
    """Read origins, `https://portal.example,https://…`; raises ValueError."""
    found = _words(text)
    for one in found:
        parts = urlsplit(one)
        whole = f"{parts.scheme}://{parts.netloc}"
        known = parts.scheme in {"http", "https"} and parts.hostname
        if not known or one != whole or "*" in one or "@" in one:
            raise ValueError(
                f"{one!r}: 应为来源，如 https://portal.example "
                "(an origin is needed: scheme and host, no path, no *)"
            )
    return found


def _networks(text: str) -> tuple[str, ...]:
    found = _words(text)
    for one in found:
        ip_network(one)
    return found


def _one_of(kind: type[Enum]) -> Read:
    def read(text: str) -> Enum:
        try:
            return kind(text)
        except ValueError:
            names = " / ".join(str(one.value) for one in kind)
            raise ValueError(f"应为 one of {names}") from None

    return read


_BY_TYPE: Final[Mapping[object, Read]] = {
    str: str,
    int: _count,
    float: _seconds,
    bool: _switch,
    Path: Path,
}
_BY_NAME: Final[Mapping[str, Read]] = {
    "port": _port,
    "database_url": _database,
    "breaker_share": _share,
    "clock": _moment,
    "oidc_algorithms": _words,
    "oidc_claims": _claims,
    "engine": _one_of(EngineChoice),
    "cache_seconds_of": _seconds_of_types,
    "redis_url": _redis,
    "broker_url": _broker,
    "broker_prefix": _word,
    "trusted_proxies": _networks,
    "origins": read_origins,
    "public_documents": _one_of(DocumentMode),
}
