"""What the gateway and a department's adapter promise each other.

Always set at a time: many enterprises in, their records out. A *kind* (rest, soap,
sql, files, graphql, push) is a `Transport`; together with a department's declaration
it makes an `Adapter`.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Final, Literal, Protocol, runtime_checkable

import msgspec

from adapters.digests import digest
from schema.record_type import RecordType

KeyKind = Literal["uscc", "registration_number", "name"]
Row = Mapping[str, object]


class Origin(Enum):
    """Where an answer was read: at the department, or from what it left with us."""

    LIVE = "LIVE"
    MATERIALIZED = "MATERIALIZED"


@dataclass(frozen=True, slots=True)
class EnterpriseKey:
    """One enterprise as departments may know it."""

    uscc: str
    registration_number: str | None = None
    names: tuple[str, ...] = ()
    """Name and former names, normalised by `schema.codes.names.normalise`."""
    shared_names: frozenset[str] = frozenset()
    """Those of `names` that another enterprise bears or bore too."""
    calls: tuple[str, ...] = ()
    """What the department that is asked calls it besides, as its officers settled."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What who asks says of it, for the department's own record."""

    purpose: str | None = None
    case: str | None = None
    """Number of the case."""


UNSTATED: Final = Stated()


@dataclass(frozen=True, slots=True)
class Ask:
    """One question to one department."""

    record_type: RecordType
    enterprises: tuple[EnterpriseKey, ...]
    fields: frozenset[str] = frozenset()
    """Names of the fields wanted; empty means all. A source may give more."""
    stated: Stated = UNSTATED


class Subject(msgspec.Struct, frozen=True, gc=False):
    """Whom a row says it is about, as far as it can be read."""

    uscc: str | None = None
    registration_number: str | None = None
    name: str | None = None
    """Normalised."""
    written_code: str | None = None
    """The code as written, where it is not a valid one."""
    written_name: str | None = None


class _AsRead(msgspec.Struct, frozen=True, gc=False):
    """What a SourceRecord is made of; a Struct, for they are made by the thousand.

    The garbage collector leaves it alone: nothing that it holds leads back to it.
    """

    record_type: RecordType
    source_record_id: str
    subjects: tuple[Subject, ...]
    values: Mapping[str, object]
    """By attribute of the record type, e.g. `decided_on`; of the declared types. What
    the department's declaration has no column for is left out."""
    as_of: datetime
    """When the department last said so; timezone-aware."""
    raw: Row = {}
    """As the source gave it; nobody changes it."""
    identity: tuple[object, ...] = ()
    """Equal when a record was sent twice: its natural key, else its digest."""
    digest: str = ""
    """Empty: not computed yet."""


class SourceRecord(_AsRead, frozen=True, gc=False):
    """One record as read from a department, not yet tied to who asked."""

    @property  # type: ignore[misc]  # goes before the field of this name
    def digest(self) -> str:
        """SHA-256 (hex) of the row as given, canonical JSON (sorted keys, UTF-8)."""
        known = super().digest
        if not known:
            known = digest(self.raw)
            _keep_digest(self, known)
        return known

    def __eq__(self, other: object) -> bool:
        """Compare all fields, whether or not the digests were asked for."""
        if not isinstance(other, SourceRecord):
            return NotImplemented
        return self.digest == other.digest and super().__eq__(other)

    __hash__ = None  # type: ignore[assignment]  # nor have rows a hash

    def __repr__(self) -> str:
        """Leave out what may not stand in a log."""
        return f"SourceRecord({self.record_type}, {self.source_record_id!r})"


_keep_digest = _AsRead.__dict__["digest"].__set__
"""Fills in what is computed when it is first asked for; frozen for all others."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """A row that could not be read; kept with every reason."""

    record_type: RecordType
    position: str
    """Where it stood: `v_xzcf row 12`, `xk_201609.csv line 40`, `page 2 item 3`."""
    reasons: tuple[str, ...]
    subjects: tuple[Subject, ...] = ()
    raw: Row = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Version:
    """A row as it was told at one time."""

    row: Row
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Stale:
    """Why an answer is made of what was held before, for the newest can't be read."""

    reason: str
    since: datetime
    """When that was read."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A department's answer to one Ask."""

    records: Mapping[str, Sequence[SourceRecord]]
    """By USCC; every enterprise asked for is a key, `()` says «nothing held»."""
    as_of: datetime
    origin: Origin = Origin.LIVE
    unsure: Mapping[str, str] = field(default_factory=dict)
    """By USCC, why this enterprise's list may lack a record (a row that could not
    be read, a name that several enterprises bear). Never silently «none»."""
    failed: Mapping[str, "Exception"] = field(default_factory=dict)
    """By USCC, the SourceError of the batch that it was in, when other batches
    of the same Ask did answer."""
    set_aside: tuple[SetAside, ...] = ()
    calls: int = 1
    stale: Stale | None = None
    """Not None: newer data arrived and can't be read, these are the last good ones."""


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of everything a department holds of one record type."""

    records: tuple[SourceRecord, ...]
    set_aside: tuple[SetAside, ...] = ()
    cursor: str | None = None
    """Where to go on after this page, also after a restart; None on the last."""
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a department's source can do; the conformance kit tests what is declared."""

    key: KeyKind = "uscc"
    batch: int = 200
    """Enterprises in one call at the most."""
    concurrency: int = 4
    """Calls at the same time at the most."""
    scan: bool = True
    """Can list everything it holds (`changes(…, since=None)`)."""
    delta: bool = False
    """Can list what changed since a cursor (`since`)."""


class Adapter(Protocol):
    """Speaks for one department."""

    @property
    def department(self) -> str:
        """Code in the register of departments, e.g. `QH-EPD`."""

    @property
    def kind(self) -> str:
        """`rest`, `soap`, `sql`, `files`, `graphql` or `push`."""

    @property
    def record_types(self) -> frozenset[RecordType]:
        """What it provides; REGISTRATION only for sources of the core."""

    @property
    def capabilities(self) -> Capabilities:
        """What the declaration says the source can do."""

    @property
    def deadline(self) -> float:
        """Seconds after which the gateway counts it as not having answered."""

    async def fetch(self, ask: Ask) -> Fetched:
        """Fetch the records of many enterprises.

        The caller guarantees: the record type is provided; enterprises are unique.
        Cancelling is allowed at any await.
        The implementer must: answer for every enterprise asked and for none else;
        call at most once per `batch` enterprises (pages of one batch apart); put a
        batch that failed into `failed`, or raise SourceError when all failed; put
        what can't be read into `set_aside`, never drop it.
        """

    def keys(self, record_type: RecordType) -> AsyncIterator[frozenset[str]]:
        """Yield the keys, as written, of whom it holds such records about."""

    def changes(
        self, record_type: RecordType, since: str | None
    ) -> AsyncIterator[Page]:
        """Yield all it holds (`since=None`), or go on after a page of that listing."""

    def since(self, record_type: RecordType, cursor: str | None) -> AsyncIterator[Page]:
        """Yield what changed after a cursor that a page of this gave.

        The caller guarantees: the source has `delta`. None begins with all it holds.
        The implementer must: give every page the cursor that is right once its rows are
        kept; end when nothing more has changed.
        """

    def read(
        self, record_type: RecordType, row: Row, as_of: datetime
    ) -> SourceRecord | SetAside:
        """Read a row that it gave before, as its declaration says now."""

    def edition(self, record_type: RecordType) -> str:
        """Name what its declaration says of a record type; another if that changes."""

    async def check(self) -> None:
        """Return when the source can be reached with our credentials.

        Raises SourceError otherwise.
        """

    async def close(self) -> None:
        """Free connections."""


# ---- what a kind implements ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A piece of an answer that is not even a row (a broken CSV line, bad XML)."""

    position: str
    reason: str
    raw: Row = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one answer, before mapping."""

    rows: Sequence[Row]
    as_of: datetime | None = None
    """None: the time of the answer."""
    unreadable: tuple[Unreadable, ...] = ()
    cursor: str | None = None
    total: int | None = None
    positions: Sequence[str] = ()
    """Beside `rows`; empty: numbered by place."""
    stale: str | None = None
    """Why these are not the newest: what came later can't be read."""


class Transport(Protocol):
    """Moves rows of one department; knows nothing of record types' meaning."""

    origin: Origin

    async def ask(self, record_type: RecordType, keys: Sequence[str]) -> Rows:
        """Give the rows whose key column is one of `keys` (all pages of them).

        The caller guarantees: at most `batch` unique keys of the declared kind.
        The implementer must: give rows as the source has them, column by column;
        translate every foreign error to a SourceError.
        """

    def scan(self, record_type: RecordType, since: str | None) -> AsyncIterator[Rows]:
        """Give everything, page by page, each with the cursor to go on from."""

    async def check(self) -> None:
        """Return when the source answers; raise SourceError otherwise."""

    async def close(self) -> None:
        """Free connections."""


class HeldTransport(Transport, Protocol):
    """A transport whose rows lie with us (files, push), so they can be indexed.

    The adapter then matches by any of code, number and name instead of by key.
    """

    async def version(self, record_type: RecordType) -> str:
        """Say which state of the rows we hold; changes whenever they do."""


@runtime_checkable
class PassesOn(Protocol):
    """What a transport offers beside that lets a department know what for it is asked.

    Others ask without saying so.
    """

    async def ask_for(
        self, record_type: RecordType, keys: Sequence[str], stated: Stated
    ) -> Rows:
        """Give the rows as `ask` does, and pass on what was stated."""


@runtime_checkable
class TellsChanges(Protocol):
    """What a transport of a department with `delta` offers beside."""

    def since(self, record_type: RecordType, cursor: str | None) -> AsyncIterator[Rows]:
        """Give what changed after a cursor, page by page, each with the next one."""
