"""What an operator can set, read once from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Final, get_type_hints
from zoneinfo import ZoneInfo

from gateway.secret_files import read_secret
from gateway.setting_readers import (
    DocumentMode,
    EngineChoice,
    SettingsError,
    reader_of,
)
from schema.record_type import RecordType

SHANGHAI = ZoneInfo("Asia/Shanghai")
REGISTER = "QH-AMR"
"""The department whose registration data fill the core."""
PACKAGED_DEPARTMENTS = (
    Path(__file__).resolve().parent.parent / "adapters" / "departments"
)


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of a gateway; the names are `CREDITNET_` and the field's name."""

    host: str = "127.0.0.1"
    """Address to listen on."""
    port: int = 8000
    """Port to listen on; 0 takes a free one."""
    data: Path = Path("data")
    """Directory for everything the gateway keeps."""
    database_url: str = field(default="", repr=False)
    """Core and own tables; empty: `core.sqlite` in `data`."""
    departments: Path = PACKAGED_DEPARTMENTS
    """Directory of the departments' declarations."""
    modules: Path | None = None
    """Directory of departments' modules in code, beside installed ones."""
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
    policy: Path | None = None
    """File of the policy; empty: the packaged one."""
    limits: Path | None = None
    """File of limits per role; empty: the packaged one."""
    trusted_proxies: tuple[str, ...] = ()
    """Networks of proxies whose `X-Forwarded-For` is believed."""
    running: int = 64
    """Requests that are answered at the same time at the most."""
    waiting: int = 256
    """Requests that wait for their turn at the most."""
    waiting_seconds: float = 2.0
    """Seconds that a request waits for its turn."""
    lag: float = 1.0
    """Seconds of the event loop's lateness at which the public is refused."""
    rates_kept: int = 100_000
    """Quotas of identities and addresses that are counted at the same time."""
    audit_segment_bytes: int = 16_777_216
    """Bytes of a file of the audit log, about; each day has its own, too."""
    audit_checkpoint_lines: int = 1_000
    """Lines of it between two signed checkpoints."""
    audit_checkpoint_seconds: float = 300.0
    """Seconds after which what was recorded is signed."""
    audit_deadline: float = 5.0
    """Seconds that a write to it may take; then government is not answered (503)."""
    audit_waiting: int = 10_000
    """Entries that wait to be written at the most."""
    audit_enterprises: int = 1_000
    """Enterprises that an entry lists at the most; all are counted."""
    audit_documents: int = 20_000
    """Documents kept beside it at the most."""
    public_documents: DocumentMode = DocumentMode.FREE
    """Which documents the public endpoint runs: `free` or `trusted`."""
    documents_manifest: Path | None = None
    """Manifest of registered operations; needed for `trusted`."""
    playground: bool = True
    """Whether `/playground` is there: `on` or `off`."""
    origins: tuple[str, ...] = ()
    """Other sites whose pages may read answers."""
    tls_certificate: Path | None = None
    """Certificate chain (PEM); with `tls_key`: HTTPS."""
    tls_key: Path | None = None
    """Its private key (PEM)."""
    tls_clients: Path | None = None
    """Who issues certificates to clients (PEM); None: clients are asked for none."""
    connections: int = 10_000
    """Connections open at the same time at the most."""
    head_deadline: float = 10.0
    """Seconds in which the head of a request must arrive."""
    body_deadline: float = 30.0
    """Seconds in which its body must arrive."""
    secret: str = field(
        default="creditnet-demo",  # the demo's; see docs/operators.md
        repr=False,
    )
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
    redis_url: str = field(default="", repr=False)
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
    broker_url: str = field(default="", repr=False)
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

    def audit_place(self) -> Path:
        """Give the directory of the audit log."""
        return self.data / "audit"

    def receipts_place(self) -> Path:
        """Give the directory of the receipts."""
        return self.data / "receipts"

    def reconciled_place(self) -> Path:
        """Give the file that was written when departments were last reconciled."""
        return self.data / "reconciled"

    def changes_place(self) -> Path:
        """Give the file that says up to where changes were followed."""
        return self.data / "changes.place"

    def core_url(self) -> str:
        """Give the URL of the core's database."""
        return self.database_url or f"sqlite:///{self.data / 'core.sqlite'}"


_SECRETS: Final = frozenset({"secret", "database_url", "redis_url", "broker_url"})
"""May stand in a file that `…_FILE` names."""


def _written(environment: Mapping[str, str], variable: str, *, secret: bool) -> str:
    if not secret:
        return environment.get(variable, "")
    found = read_secret(environment, variable)
    return "" if found is None else found.reveal()


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read settings from an environment.

    Raises SettingsError naming every variable that can't be read.
    """
    values: dict[str, object] = {}
    faults: list[str] = []
    kinds = get_type_hints(Settings)
    for name, kind in kinds.items():
        variable = f"CREDITNET_{name.upper()}"
        written = _written(environment, variable, secret=name in _SECRETS)
        if not written:
            continue
        try:
            values[name] = reader_of(name, kind)(written)
        except ValueError as error:
            shown = "…" if name in _SECRETS else repr(written)
            faults.append(f"{variable}={shown}: {error}")
    if faults:
        raise SettingsError("\n".join(faults))
    return Settings(**values)  # type: ignore[arg-type]
