"""What is recorded of a look at data."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from enum import Enum
from functools import lru_cache
from hashlib import sha256
from typing import Final

import msgspec

from adapters.digests import canonical
from gateway.access.audit.seen import Seen, seen
from gateway.access.viewer import Caller, Viewer
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


class Matter:
    """What was asked and given; the same where an answer is given again.

    It lets go of all that it was made of once it is written. One thread writes it.
    """

    __slots__ = (
        *("_calls", "_document", "_enterprises", "_variables", "_written"),
        *("denied", "operation", "outcome", "policy"),
    )

    def __init__(  # noqa: PLR0913 - all there is to say
        self,
        outcome: Outcome,
        document: str,
        variables: Mapping[str, object] | None = None,
        *,
        operation: str | None = None,
        calls: Sequence[SourceCall] = (),
        enterprises: Collection[str] = (),
        denied: Sequence[str] = (),
        policy: str = "",
    ) -> None:
        """Take the document as sent, and what was heard (`seen.calls_of`).

        Of document and variables only hashes are written. `enterprises`: USCCs of whom
        the core told; `denied`: what the policy withheld, as `Type.field`; `policy`:
        its version.
        """
        self.outcome = outcome
        self.operation = operation
        self.denied = denied
        self.policy = policy
        self._document = document
        self._variables = variables
        self._calls = calls
        self._enterprises = enterprises
        self._written: bytes | None = None

    def written(self, keep: Callable[[str], str], most: int) -> bytes:
        """Give it as JSON, listing at most so many enterprises.

        `keep` keeps the document, and gives its hash; its OSError is raised.
        """
        if self._written is None:
            self._written = msgspec.json.encode(self._told(keep(self._document), most))
            self._document, self._variables = "", None
            self._calls = self._enterprises = ()
        return self._written

    def _told(self, document: str, most: int) -> Mapping[str, object]:
        what: Seen = seen(self._calls, self._enterprises, most)
        return {
            "operation": _cut(self.operation),
            "document": document,
            "variables": hash_of_variables(self._variables),
            "enterprises": what.enterprises,
            "count": what.count,
            "records": what.records,
            "outcome": self.outcome,
            "denied": self.denied[:_MOST_DENIED],
            "policy": self.policy,
        }


class _Who(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, weakref=False
):
    """Who looked, from where and what for."""

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
    microseconds: int = 0


class Found(_Who, frozen=True, kw_only=True):
    """An entry as it stands in a chain; no personal values, no variables."""

    sequence: int
    previous: str
    time: datetime
    operation: str | None = None
    document: str
    """SHA-256 (hex) of the document in UTF-8."""
    variables: str
    """SHA-256 (hex) of the variables in canonical JSON, as docs/audit.md says."""
    enterprises: Sequence[str]
    count: int
    """Of enterprises, also of those not listed."""
    records: Mapping[str, Mapping[str, int]]
    """Records given, by department and record type."""
    outcome: Outcome
    denied: Sequence[str]
    policy: str


def written_who(caller: Caller, seconds: float) -> bytes:
    """Give who looked, and for how many seconds, as JSON."""
    if seconds:
        return _who(caller, seconds)
    return _known(caller.viewer, caller.purpose, caller.case, caller.address)


@lru_cache(maxsize=1_000)
def _known(
    viewer: Viewer, purpose: str | None, case: str | None, address: str
) -> bytes:
    """Write who looked at an answer that was there; the same ones come again."""
    return _who(Caller(viewer, purpose, case, address), 0.0)


def _who(caller: Caller, seconds: float) -> bytes:
    viewer = caller.viewer
    return _encoder.encode(
        _Who(
            subject=viewer.subject[:_WORDS],
            role=viewer.role.value,
            department=viewer.department,
            region=viewer.region,
            uscc=viewer.uscc,
            address=caller.address,
            purpose=_cut(caller.purpose),
            case=_cut(caller.case),
            microseconds=round(seconds * 1e6),
        )
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
_encoder: Final = msgspec.json.Encoder()
