"""What is recorded of a look at data."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import Enum
from hashlib import sha256
from typing import Final

import msgspec

from adapters.digests import canonical
from gateway.access.audit.seen import Seen, seen
from gateway.access.viewer import Caller
from gateway.loading.answers import SourceCall

KIND: Final = "entry"
MOST_ENTERPRISES: Final = 1_000
"""USCCs that an entry lists at the most; it counts all."""
_MOST_DENIED: Final = 100
_WORDS: Final = 500
"""Characters of what a request says of itself, at the most."""


class Outcome(Enum):
    """What came of a look."""

    OK = "OK"
    PARTIAL = "PARTIAL"
    """Some department was not heard, or some field failed."""
    DENIED = "DENIED"
    """The policy withheld something; `denied` says what."""
    REFUSED = "REFUSED"
    """Nothing was executed."""
    FAILED = "FAILED"


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What a request hands over when it is answered, or refused."""

    caller: Caller
    outcome: Outcome
    document: str
    """As sent; only its hash, and once its text without literals, are kept."""
    variables: Mapping[str, object] | None = None
    """Only their hash is kept."""
    operation: str | None = None
    calls: Sequence[SourceCall] = ()
    enterprises: Collection[str] = ()
    """USCCs of whom the core told."""
    denied: Sequence[str] = ()
    """What the policy withheld, as `Type.field`."""
    policy: str = ""
    """Version of the policy."""
    seconds: float = 0.0
    """That it took."""


class Entry(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, weakref=False
):
    """What is kept of a look; no personal values, and variables as a hash only."""

    subject: str
    role: str
    department: str | None = None
    """Of the viewer."""
    region: str | None = None
    uscc: str | None = None
    """Of the viewer, if it is an enterprise."""
    address: str = ""
    purpose: str | None = None
    case: str | None = None
    operation: str | None = None
    document: str
    """SHA-256 (hex) of the document in UTF-8."""
    variables: str
    """SHA-256 (hex) of the variables in canonical JSON, as docs/audit.md says."""
    enterprises: Sequence[str] = ()
    count: int = 0
    """Of enterprises, also of those not listed."""
    records: Mapping[str, Mapping[str, int]] = {}
    """Records given, by department and record type."""
    outcome: Outcome
    denied: Sequence[str] = ()
    policy: str = ""
    microseconds: int = 0


class Found(Entry, frozen=True, kw_only=True):
    """An entry as it stands in a chain."""

    sequence: int
    previous: str
    time: datetime


def entry_of(look: Look, document: str, most: int) -> Entry:
    """Make an entry; `document` is the hash of the look's document."""
    caller, viewer = look.caller, look.caller.viewer
    what: Seen = seen(look.calls, look.enterprises, most)
    return Entry(
        subject=viewer.subject[:_WORDS],
        role=viewer.role.value,
        department=viewer.department,
        region=viewer.region,
        uscc=viewer.uscc,
        address=caller.address,
        purpose=_cut(caller.purpose),
        case=_cut(caller.case),
        operation=_cut(look.operation),
        document=document,
        variables=hash_of_variables(look.variables),
        enterprises=what.enterprises,
        count=what.count,
        records=what.records,
        outcome=look.outcome,
        denied=look.denied[:_MOST_DENIED],
        policy=look.policy,
        microseconds=round(look.seconds * 1e6),
    )


def hash_of_variables(variables: Mapping[str, object] | None) -> str:
    """Hash variables; none at all are `{}`."""
    if not variables:
        return _NONE
    return sha256(canonical(variables)).hexdigest()


def hash_of_document(document: str) -> str:
    """Hash a document as it was sent."""
    return sha256(document.encode()).hexdigest()


def _cut(words: str | None) -> str | None:
    return words if words is None else words[:_WORDS]


_NONE: Final = sha256(b"{}").hexdigest()
