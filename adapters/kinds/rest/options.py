"""What a REST department's declaration may say."""

from collections.abc import Iterator
from typing import Annotated, Literal

import jmespath
import msgspec
from jmespath.exceptions import JMESPathError

from adapters.contract import Capabilities

_NEVER_NONE = frozenset({401, 403, 407, 408, 429})
"""Statuses that say why nothing was given, not that nothing is held."""


class Request(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One request; `$keys` stands for the codes, numbers or names asked for.

    `$key`, alone or inside the path, stands for the only one (`batch = 1`).
    """

    path: str
    method: Literal["GET", "POST"] = "GET"
    params: dict[str, object] = {}
    body: dict[str, object] | None = None

    @property
    def asks_one(self) -> bool:
        """Whether it can ask for one key only."""
        return "$key" in {*self.path.split("/"), *_texts(self.params, self.body)}


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


class NoneWhen(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The answer of another status that means «nothing held»."""

    status: Annotated[int, msgspec.Meta(ge=400, le=499)] = 404
    path: str = ""
    """Where its body says so; empty: the status alone does."""
    one_of: list[object] = []

    def faults(self) -> Iterator[tuple[str, str]]:
        """Name what can't be meant."""
        if self.status in _NEVER_NONE:
            yield "status", f"{self.status} 不会是“没有”（never means «nothing held»）"
        if bool(self.path) != bool(self.one_of):
            yield "path", "path 与 one_of 须同时写明（belong together）"


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
    none_when: NoneWhen | None = None

    def telling(self, changes: Changes) -> "Section":
        """Say how what changed is asked for and read."""
        return msgspec.structs.replace(
            self,
            request=Request(changes.path, params=changes.params),
            page=Paging(kind="cursor", send=changes.send, next=changes.next),
            total="",
        )


def faults_of(section: Section, capabilities: Capabilities) -> Iterator[str]:
    """Say what is wrong with a section's words although each may stand alone."""
    delta = capabilities.delta
    if section.request.asks_one and capabilities.batch != 1:
        yield "$key 每次只问一家，须声明 batch = 1（`$key` needs `batch = 1`）"
    if section.scan and section.scan.asks_one:
        yield "scan 列出全部，不能用 $key（a listing asks for no key）"
    if delta != (section.changes is not None):
        yield "delta 与 changes 须同时声明（`delta` and `changes` belong together）"
    paths = {
        "rows": section.rows,
        "as_of": "" if section.as_of.startswith("header:") else section.as_of,
        "total": section.total,
        "page.next": section.page.next,
        "success.path": section.success.path if section.success else "",
        "none_when.path": section.none_when.path if section.none_when else "",
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


def _texts(*values: object) -> Iterator[str]:
    """Yield all texts, however deep."""
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            yield from _texts(*value.values())
        elif isinstance(value, list):
            yield from _texts(*value)
