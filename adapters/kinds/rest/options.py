"""What a REST department's declaration may say."""

from collections.abc import Iterator
from typing import Literal

import jmespath
import msgspec
from jmespath.exceptions import JMESPathError


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


class Changes(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The address that tells what changed after a cursor of its own."""

    path: str
    next: str
    """Where the answer gives the cursor to go on from."""
    send: str = "since"
    """Name of the parameter for the cursor; left out at first."""
    params: dict[str, object] = {}


class Success(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """How an answer says that it is none of the errors that come as HTTP 200."""

    path: str
    one_of: list[object]


class Section(msgspec.Struct, frozen=True):
    """What a section says beside its fields."""

    request: Request
    rows: str
    """Path of the list of rows."""
    scan: Request | None = None
    changes: Changes | None = None
    page: Paging = Paging()
    as_of: str = ""
    """Path of the data's time, or `header:` and a name; empty: now."""
    total: str = ""
    """Path of the number of rows on all pages; empty where it can't be trusted."""
    success: Success | None = None

    def telling(self, changes: Changes) -> "Section":
        """Say how what changed is asked for and read."""
        return msgspec.structs.replace(
            self,
            request=Request(changes.path, params=changes.params),
            page=Paging(kind="cursor", send=changes.send, next=changes.next),
            total="",
        )


def faults_of(section: Section, *, delta: bool) -> Iterator[str]:
    """Say what is wrong with a section's words although each may stand alone."""
    if delta != (section.changes is not None):
        yield "delta 与 changes 须同时声明（`delta` and `changes` belong together）"
    paths = {
        "rows": section.rows,
        "as_of": "" if section.as_of.startswith("header:") else section.as_of,
        "total": section.total,
        "page.next": section.page.next,
        "success.path": section.success.path if section.success else "",
        "changes.next": section.changes.next if section.changes else "",
    }
    for word, path in paths.items():
        if (path or word == "rows") and not _is_path(path):
            yield f"{word} 不是合规的路径 {path!r}（not a path）"
    if section.page.kind == "cursor" and not section.page.next:
        yield "page 按游标翻页，须写明 next（a cursor needs `next`）"
    if section.page.per < 1:
        yield "page.per 至少为 1（at least 1）"


def _is_path(path: str) -> bool:
    try:
        jmespath.compile(path)
    except JMESPathError:
        return False
    return True
