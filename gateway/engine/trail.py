"""Where the values of one level stand in the response; looked up for errors only."""

from __future__ import annotations

from collections.abc import Sequence, Sized
from dataclasses import dataclass
from typing import Any

from graphql.pyutils import Path

Key = str | int


@dataclass(frozen=True, slots=True)
class Position:
    """One place in the response."""

    path: tuple[Key, ...]
    order: tuple[int, ...]
    """Sorts places as the document does."""
    nulled: tuple[Key, ...]
    """The place that becomes null when this one may not be: nearest that can."""


class Trail:
    """How the values of one level came out of those of the level above.

    By a field (as many as above, in their order), by lists (all items, one list after
    the other) or by choice (only some of those above).
    """

    __slots__ = ("above", "chosen", "first", "key", "lists", "order", "required")

    def __init__(  # noqa: PLR0913 - one of three kinds
        self,
        above: Trail | None = None,
        key: str = "",
        order: int = 0,
        *,
        required: bool = False,
        lists: Sequence[Sized] | None = None,
        chosen: Sequence[int] | None = None,
        first: int = 0,
    ) -> None:
        """Stand at the root, or below."""
        self.above = above
        self.key = key
        self.order = order
        self.required = required
        self.lists = lists
        self.chosen = chosen
        self.first = first

    def field(self, key: str, order: int, *, required: bool) -> Trail:
        """Go down by a field, the `order`-th of its selection."""
        return Trail(self, key, order, required=required)

    def items(self, lists: Sequence[Sized], *, required: bool, first: int = 0) -> Trail:
        """Go down to all items of all lists, each starting at the `first` place."""
        return Trail(self, lists=lists, required=required, first=first)

    def choice(self, chosen: Sequence[int]) -> Trail:
        """Look at some of the values only."""
        return Trail(self, chosen=chosen)

    def path(self, place: int) -> Any:  # noqa: ANN401 - a Path, or None at the root
        """Say at which keys the value at a place of this level stands."""
        if self.above is None:
            return None
        if self.chosen is not None:
            return self.above.path(self.chosen[place])
        if self.lists is not None:
            place, item = _owner(self.lists, place)
            return Path(self.above.path(place), item + self.first, None)
        return Path(self.above.path(place), self.key, None)

    def position(self, place: int) -> Position:
        """Say where the value at a place of this level stands."""
        steps: list[tuple[Key, int, bool]] = []
        at = self
        while at.above is not None:
            if at.chosen is not None:
                place = at.chosen[place]
            elif at.lists is not None:
                place, item = _owner(at.lists, place)
                item += at.first
                steps.append((item, item, at.required))
            else:
                steps.append((at.key, at.order, at.required))
            at = at.above
        steps.reverse()
        deep = len(steps)
        while deep and steps[deep - 1][2]:
            deep -= 1
        path = tuple(key for key, _, _ in steps)
        return Position(path, tuple(order for _, order, _ in steps), path[:deep])


def _owner(lists: Sequence[Sized], place: int) -> tuple[int, int]:
    """Say in which list an item stands, and where in it."""
    for owner, items in enumerate(lists):
        if place < len(items):
            return owner, place
        place -= len(items)
    raise IndexError(place)
