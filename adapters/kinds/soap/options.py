"""What a SOAP department's declaration may say."""

from collections.abc import Iterator
from typing import Literal

import msgspec

from adapters.kinds.web import Connection as WebConnection


class Ticket(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A session ticket that an operation gives for a secret."""

    operation: str
    secret: str
    element: str = "ticket"
    """Name of the ticket, in the answer and in later messages."""
    expired: str = "票据已过期"
    """Words of the error that says it is no longer good."""


class Security(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The UsernameToken of WS-Security that every envelope shows."""

    user: str
    password: str
    kind: Literal["text", "digest"] = "digest"


class Connection(WebConnection, frozen=True):
    """`[connection]` of kind soap."""

    path: str = "/"
    namespace: str = ""
    encoding: str = "utf-8"
    root: str = "ExchangeMessage"
    """Root element of our messages."""
    version: Literal["1.1", "1.2"] = "1.1"
    """Of SOAP."""
    message: Literal["text", "elements"] = "text"
    """The operation has one message as text, with `root`, or elements of its own."""
    qualified: bool = True
    """Whether such elements bear the namespace (`elementFormDefault`)."""
    item: str = "item"
    """Element of each key in a list; empty: the list's element is repeated."""
    security: Security | None = None
    ticket: Ticket | None = None
    error: str = "Body/error"
    """Where a message tells an error although the call succeeded."""

    def faults(self) -> Iterator[tuple[str, str]]:
        """Name words that can't be meant."""
        try:
            "".encode(self.encoding)
        except LookupError:
            yield "encoding", f"没有这种编码 {self.encoding!r}（unknown encoding）"


class Request(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One operation; `$keys` stands for the keys, `$page` for the page's number."""

    operation: str
    body: dict[str, object] = {}
    action: str = ""
    """What the operation is called in HTTP (`SOAPAction`)."""


class Section(msgspec.Struct, frozen=True):
    """What a section says beside its fields."""

    request: Request
    rows: str
    """Path of the rows inside the returned message."""
    scan: Request | None = None
    per: int = 200
    """Rows of a full page of the scan."""
    as_of: str = "Header/time"
    empty_fault: str = ""
    """Words of the fault that means «nothing held»."""
