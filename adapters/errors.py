"""What can go wrong with a department's source.

SourceError                    a department did not answer as it should
├── SourceUnavailable          refused, reset, closed for maintenance
├── SourceTimedOut             no answer within the deadline
│   └── SourceCrowded          not even asked in time: its calls were all taken
├── SourceDenied               our credentials were not accepted
├── SourceBusy                 asked us to come back later (429)
└── SourceContractBroken       answered, but not what its declaration says
DeclarationError               a declaration that can't be used; with every fault

Every foreign error (aiohttp, lxml, sqlite3 …) becomes one of these at the kind's
border. Their words are shown to clients: plain, bilingual where short, and without
hosts, SQL or stack.
"""

from collections.abc import Sequence


class SourceError(Exception):
    """A department did not answer as it should."""

    code = "SOURCE_FAILED"

    def __init__(self, reason: str) -> None:
        """Keep the plain words that a client may read."""
        super().__init__(reason)
        self.reason = reason


class SourceUnavailable(SourceError):
    """The department's system can't be reached."""

    code = "SOURCE_UNAVAILABLE"


class SourceTimedOut(SourceError):
    """No answer came within the deadline."""

    code = "SOURCE_TIMED_OUT"


class SourceCrowded(SourceTimedOut):
    """No call to the department became free within the deadline."""

    code = "SOURCE_CROWDED"


class SourceDenied(SourceError):
    """Our credentials were not accepted."""

    code = "SOURCE_DENIED"

    def __init__(self, reason: str, *, unrecognised: bool = False) -> None:
        """Keep whether they were not even recognised; new ones may be."""
        super().__init__(reason)
        self.unrecognised = unrecognised


class SourceBusy(SourceError):
    """The department asked to come back later."""

    code = "SOURCE_BUSY"

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        """Keep the seconds that the department asked us to wait."""
        super().__init__(reason)
        self.retry_after = retry_after


class SourceContractBroken(SourceError):
    """The department answered something its declaration does not say."""

    code = "SOURCE_CONTRACT_BROKEN"


class DeclarationError(Exception):
    """A department's declaration can't be used; names all its faults at once."""

    def __init__(self, faults: Sequence[str]) -> None:
        """Keep every fault as `file:line: what, where, what to do`."""
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)
