"""What a REST department's declaration may say."""

from typing import Literal

import msgspec


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
