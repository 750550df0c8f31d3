"""What a REST department's declaration may say."""

from typing import Literal

import msgspec


class Auth(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """How we show who we are."""

    kind: Literal["none", "bearer", "header", "query", "oauth"] = "none"
    token: str = ""
    """The secret itself; for oauth the client's secret."""
    name: str = "X-API-Key"
    """Of the header or the query parameter; for oauth the client's id."""
    path: str = "/oauth/token"
    """For oauth: where tokens are given."""


class Connection(msgspec.Struct, frozen=True):
    """`[connection]` of kind rest."""

    base_url: str
    auth: Auth = Auth()
    max_bytes: int = 33_554_432
    """An answer larger than this is refused."""


class Request(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One request; `$keys` stands for the codes, numbers or names asked for."""

    path: str
    method: Literal["GET", "POST"] = "GET"
    params: dict[str, object] = {}
    body: dict[str, object] | None = None


class Paging(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """How further pages are asked for."""

    kind: Literal["none", "page", "offset", "cursor", "link"] = "none"
    send: str = "page"
    """Name of the parameter that moves on."""
    size: str = ""
    """Name of the parameter for the rows of a page; empty: not sent."""
    per: int = 200
    """Rows of a full page."""
    first: int = 1
    """Number of the first page."""
    next: str = ""
    """For cursor: where the answer gives the next one."""


class Section(msgspec.Struct, frozen=True):
    """What a section says beside its fields."""

    request: Request
    rows: str
    """Path of the list of rows."""
    scan: Request | None = None
    page: Paging = Paging()
    as_of: str = ""
    """Path of the data's time, or `header:` and a name; empty: now."""
