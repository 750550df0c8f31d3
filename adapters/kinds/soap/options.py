"""What a SOAP department's declaration may say."""

import msgspec

from adapters.kinds.web import Connection as WebConnection


class Ticket(msgspec.Struct, frozen=True):
    """A session ticket that an operation gives for a secret."""

    operation: str
    secret: str
    element: str = "ticket"
    """Name of the ticket, in the answer and in later messages."""
    expired: str = "票据已过期"
    """Words of the error that says it is no longer good."""


class Connection(WebConnection, frozen=True):
    """`[connection]` of kind soap."""

    path: str = "/"
    namespace: str = ""
    encoding: str = "utf-8"
    root: str = "ExchangeMessage"
    """Root element of our messages."""
    ticket: Ticket | None = None
    error: str = "Body/error"
    """Where a message tells an error although the call succeeded."""


class Request(msgspec.Struct, frozen=True):
    """One operation; `$keys` stands for the keys, `$page` for the page's number."""

    operation: str
    body: dict[str, str] = {}


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
