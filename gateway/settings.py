"""What an operator can set, read once from the environment."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from schema.record_type import RecordType

SHANGHAI = ZoneInfo("Asia/Shanghai")
REGISTER = "QH-AMR"
"""The department whose registration data fill the core."""
PACKAGED_DEPARTMENTS = (
    Path(__file__).resolve().parent.parent / "adapters" / "departments"
)


class SettingsError(Exception):
    """Settings that can't be used; names all faults at once."""


class EngineChoice(Enum):
    """What executes operations."""

    BREADTH_FIRST = "breadth-first"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of a gateway; the names are `CREDITNET_` and the field's name."""

    host: str = "127.0.0.1"
    """Address to listen on."""
    port: int = 8000
    """Port to listen on; 0 takes a free one."""
    data: Path = Path("data")
    """Directory for everything the gateway keeps."""
    database_url: str = ""
    """Core and own tables; empty: `core.sqlite` in `data`."""
    departments: Path = PACKAGED_DEPARTMENTS
    """Directory of the departments' declarations."""
    deadline: float = 2.0
    """Seconds that a department may take; a declaration can ask for less."""
    query_deadline: float = 5.0
    """Seconds of a whole query; `X-Creditnet-Deadline` of a request may shorten it."""
    late_asks: int = 1_000
    """Questions to departments that go on, at the most, after their query was late."""
    breaker_failures: int = 5
    """Failures in a row after which a department is not asked for a while."""
    breaker_share: float = 0.5
    """Share of failures among the last 20 questions that does the same."""
    breaker_wait: float = 5.0
    """Seconds until it is tried again; doubled after each failure."""
    breaker_longest_wait: float = 60.0
    """Seconds until it is tried again at the most."""
    scan_deadline: float = 60.0
    """Seconds that a department may take to list everything it holds."""
    clock: datetime | None = None
    """A moment to take for now, with offset; empty: the real one."""
    oidc_issuer: str = ""
    """Login service whose tokens count, as `iss`; empty: our own issuer's."""
    oidc_keys: str = ""
    """URL (https) or file of its keys, a JWK Set."""
    oidc_audience: str = "creditnet"
    """What tokens must be meant for, as `aud`."""
    oidc_algorithms: tuple[str, ...] = ("ES256", "RS256", "EdDSA")
    """Signatures that count."""
    oidc_claims: Mapping[str, str] = field(default_factory=dict)
    """Other names of claims."""
    oidc_minutes: float = 10.0
    """Minutes after which its keys are fetched again."""
    secret: str = "creditnet-demo"  # noqa: S105 - the demo's; see docs/operators.md
    """Key of the hash that stands for a person's identity."""
    max_body: int = 1_048_576
    """Bytes of a request at the most."""
    max_document: int = 65_536
    """Characters of a document at the most."""
    max_tokens: int = 3_000
    """Lexical tokens of a document at the most, comments among them."""
    max_definitions: int = 100
    """Operations and fragments of a document at the most."""
    max_directives: int = 200
    """Directives of a document at the most."""
    max_depth: int = 15
    """Levels of selections at the most."""
    max_fields: int = 2_000
    """Fields of a document at the most, its fragments spread out."""
    max_aliases: int = 500
    """Aliased fields among them at the most."""
    max_pairs: int = 5_000
    """Pairs of fields under one name, which validation compares, at the most."""
    max_values: int = 10_000
    """Values in variables at the most, those in lists and objects among them."""
    cached_documents: int = 1_000
    """Parsed documents kept of each schema, and refused ones as well."""
    cached_characters: int = 300_000
    """Characters of the documents kept."""
    engine: EngineChoice = EngineChoice.BREADTH_FIRST
    """What executes operations; `reference`: graphql-core, to compare with."""
    candidates: int = 2_000
    """Enterprises that a condition across departments (`has`) may have to look at."""
    poll_every: float = 60.0
    """Seconds between two looks at what departments with `delta` changed."""
    change_days: int = 30
    """Days for which changes are kept for `changesSince`."""
    presence: bool = True
    """Whether departments are ruled out by presence: `on` or `off`."""
    presence_max_age: float = 86_400.0
    """Seconds up to which presence rules departments out."""
    presence_every: float = 300.0
    """Seconds between two looks at files that lie with us, and at what was lost."""
    cache: bool = True
    """Whether answers of departments are remembered: `on` or `off`."""
    cache_bytes: int = 134_217_728
    """Bytes that remembered records take at the most, about."""
    cache_seconds: float = 60.0
    """Seconds for which an answer stands for a new one."""
    cache_seconds_of: Mapping[RecordType, float] = field(default_factory=dict)
    """The same for single record types: `TAX_CREDIT=3600,PENALTY=30`."""
    cache_renewing: float = 30.0
    """Seconds more, while a new one is fetched beside it."""
    cache_stale: float = 604_800.0
    """Seconds for which an answer is told, as STALE, of a department that fails."""
    redis_url: str = ""
    """Where gateways share what they remember; empty: each remembers by itself."""
    redis_prefix: str = "creditnet"
    """Of all keys and the channel; another for each installation on a server."""
    redis_deadline: float = 0.05
    """Seconds that a query waits for what others remember, at the most."""
    repeat_seconds: float = 10.0
    """Seconds for which a whole answer made of what is at hand is given again."""
    repeat_bytes: int = 33_554_432
    """Bytes of such answers at the most, of each schema."""
    subscriptions: int = 10_000
    """Subscriptions open at the same time at the most."""
    event_buffer: int = 256
    """Events that wait for one subscriber at the most."""
    keep_alive: float = 15.0
    """Seconds of silence after which an event stream says that it is still there."""
    write_deadline: float = 30.0
    """Seconds that a client may leave unread what was sent to it."""
    init_deadline: float = 10.0
    """Seconds in which a WebSocket's client must introduce itself."""
    socket_operations: int = 100
    """Operations of one WebSocket at the same time at the most."""
    broker_url: str = ""
    """Message broker that departments push to; empty: over HTTP only."""
    broker_prefix: str = "creditnet"
    """First word of the names of its queues, subjects and streams."""
    broker_prefetch: int = 16
    """Messages of one department that are taken at the same time at the most."""
    broker_oldest: int = 604_800
    """Seconds that a message may have waited there since it was signed."""

    def today(self) -> date:
        """Give the calendar day in Qinghai."""
        return self.now().astimezone(SHANGHAI).date()

    def now(self) -> datetime:
        """Give the moment that counts as now."""
        return self.clock or datetime.now(SHANGHAI)

    def presence_shelf(self) -> Path:
        """Give the directory where presence lies."""
        return self.data / "presence"

    def changes_place(self) -> Path:
        """Give the file that says up to where changes were followed."""
        return self.data / "changes.place"

    def core_url(self) -> str:
        """Give the URL of the core's database."""
        return self.database_url or f"sqlite:///{self.data / 'core.sqlite'}"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read settings from an environment.

    Raises SettingsError naming every variable that can't be read.
    """
    values: dict[str, object] = {}
    faults: list[str] = []
    for name, read in _READERS.items():
        variable = f"CREDITNET_{name.upper()}"
        written = environment.get(variable, "")
        if not written:
            continue
        try:
            values[name] = read(written)
        except ValueError as error:
            faults.append(f"{variable}={written!r}: {error}")
    if faults:
        raise SettingsError("\n".join(faults))
    return Settings(**values)  # type: ignore[arg-type]


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


def _engine(text: str) -> EngineChoice:
    try:
        return EngineChoice(text)
    except ValueError:
        names = " / ".join(one.value for one in EngineChoice)
        raise ValueError(f"应为 one of {names}") from None


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


_CLAIMS = ("role", "department", "region", "uscc")


_READERS: Mapping[str, Callable[[str], object]] = {
    "host": str,
    "port": _port,
    "data": Path,
    "database_url": _database,
    "departments": Path,
    "deadline": _seconds,
    "query_deadline": _seconds,
    "late_asks": _count,
    "breaker_failures": _count,
    "breaker_share": _share,
    "breaker_wait": _seconds,
    "breaker_longest_wait": _seconds,
    "scan_deadline": _seconds,
    "clock": _moment,
    "oidc_issuer": str,
    "oidc_keys": str,
    "oidc_audience": str,
    "oidc_algorithms": _words,
    "oidc_claims": _claims,
    "oidc_minutes": _seconds,
    "secret": str,
    "max_body": _count,
    "max_document": _count,
    "max_tokens": _count,
    "max_definitions": _count,
    "max_directives": _count,
    "max_depth": _count,
    "max_fields": _count,
    "max_aliases": _count,
    "max_pairs": _count,
    "max_values": _count,
    "cached_documents": _count,
    "cached_characters": _count,
    "engine": _engine,
    "candidates": _count,
    "poll_every": _seconds,
    "change_days": _count,
    "presence": _switch,
    "presence_max_age": _seconds,
    "presence_every": _seconds,
    "cache": _switch,
    "cache_bytes": _count,
    "cache_seconds": _seconds,
    "cache_seconds_of": _seconds_of_types,
    "cache_renewing": _seconds,
    "cache_stale": _seconds,
    "redis_url": _redis,
    "redis_prefix": str,
    "redis_deadline": _seconds,
    "repeat_seconds": _seconds,
    "repeat_bytes": _count,
    "subscriptions": _count,
    "event_buffer": _count,
    "keep_alive": _seconds,
    "write_deadline": _seconds,
    "init_deadline": _seconds,
    "socket_operations": _count,
    "broker_url": _broker,
    "broker_prefix": _word,
    "broker_prefetch": _count,
    "broker_oldest": _count,
}
