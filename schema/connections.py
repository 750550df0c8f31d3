"""Pages of lists (Relay), each with its completeness."""

import base64
import binascii
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar, overload

import msgspec
import orjson
import strawberry

from schema.departments import Completeness
from schema.errors import BadInput

T = TypeVar("T")


class Slice(msgspec.Struct, Generic[T], frozen=True, gc=False):
    """One page of a list; a Struct, for they are made by the thousand."""

    items: Sequence[T]
    cursors: Sequence[str]
    has_next: bool
    has_previous: bool
    total: int | None


class Listed(msgspec.Struct, Generic[T], frozen=True, gc=False):
    """One page of a list, and whether all that may hold items were heard.

    It answers the fields of a Connection.
    """

    page: Slice[T]
    heard: Callable[[], Completeness]
    """Tells the completeness, to who asks for it."""

    @property
    def completeness(self) -> Completeness:
        """Say whether all that may hold items were heard."""
        return self.heard()

    @property
    def nodes(self) -> Sequence[T]:
        """Give the items."""
        return self.page.items

    @property
    def total_count(self) -> int | None:
        """Give how many there are on all pages, if that is known."""
        return self.page.total

    @property
    def edges(self) -> "Sequence[Edge[T]]":
        """Give the items with their places."""
        return [
            Edge(cursor=cursor, node=node)
            for cursor, node in zip(self.page.cursors, self.page.items, strict=True)
        ]

    @property
    def page_info(self) -> "PageInfo":
        """Say where the page stands."""
        page = self.page
        return PageInfo(
            has_next_page=page.has_next,
            has_previous_page=page.has_previous,
            start_cursor=page.cursors[0] if page.cursors else None,
            end_cursor=page.cursors[-1] if page.cursors else None,
        )


Batch = Sequence[Any]
"""One result, or an Exception, for each parent."""


@strawberry.type(description="分页信息（Relay）")
class PageInfo:
    """Where a page stands in its list (Relay)."""

    has_next_page: bool = strawberry.field(description="后面还有")
    has_previous_page: bool = strawberry.field(description="前面还有")
    start_cursor: str | None = strawberry.field(description="本页首项的游标")
    end_cursor: str | None = strawberry.field(description="本页末项的游标")


@strawberry.type(description="列表中的一项及其位置")
class Edge(Generic[T]):
    """An item and its place."""

    cursor: str = strawberry.field(description="游标")
    node: T = strawberry.field(description="内容")


@strawberry.type(description="列表的一页，并说明是否完整")
class Connection(Generic[T]):
    """A page of a list."""

    nodes: list[T] = strawberry.field(description="本页各项")
    page_info: PageInfo = strawberry.field(description="分页信息")
    total_count: int | None = strawberry.field(
        description="总数；有来源未答复时为空 null when a silent source may hold more"
    )
    completeness: Completeness = strawberry.field(
        description="完整性：只有 COMPLETE 时，“没有”才是真的没有"
    )
    edges: list[Edge[T]] = strawberry.field(description="本页各项及其游标")


def encode_cursor(*parts: object) -> str:
    """Make an opaque cursor of what tells a place apart."""
    return base64.urlsafe_b64encode(orjson.dumps(parts)).rstrip(b"=").decode()


class Cursors(Sequence[str], Generic[T]):
    """The cursors of places, made when asked for."""

    def __init__(
        self, places: Sequence[T], cursor_of: Callable[[T], str] = encode_cursor
    ) -> None:
        """Name each place by `cursor_of`."""
        self._places = places
        self._cursor_of = cursor_of

    def __len__(self) -> int:
        """Say how many places there are."""
        return len(self._places)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...
    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        """Make the cursor of a place."""
        if isinstance(place, slice):
            return Cursors(self._places[place], self._cursor_of)
        return self._cursor_of(self._places[place])

    def __iter__(self) -> Iterator[str]:
        """Make all cursors."""
        return map(self._cursor_of, self._places)


def decode_cursor(cursor: str, length: int, argument: str = "after") -> list[object]:
    """Read a cursor of `length` parts; raises BadInput for one that is not ours."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        parts = orjson.loads(base64.b64decode(padded, b"-_", validate=True))
    except (ValueError, binascii.Error):
        parts = None
    if not isinstance(parts, list) or len(parts) != length:
        raise BadInput(argument, "不是本系统给出的游标 (not a cursor of this list)")
    return parts


def slice_of(
    items: Sequence[T], keys: Sequence[str], first: int, after: str | None
) -> tuple[Sequence[T], Sequence[str], bool, bool]:
    """Cut a page out of a whole list whose places are named by `keys`.

    Gives items, cursors, has_next, has_previous. Raises BadInput for a place that
    the list does not have.
    """
    start = 0
    if after is not None:
        key = str(decode_cursor(after, 1)[0])
        if key not in keys:
            raise BadInput(
                "after", "游标所指的记录已不在列表中 (no longer in the list)"
            )
        start = list(keys).index(key) + 1
    end = start + first
    return items[start:end], Cursors(keys[start:end]), end < len(items), start > 0
