"""Finds the smallest set of keys that still shows a fault."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

T = TypeVar("T")
MOST_TRIES = 40
"""Questions put at the most to make a set smaller."""


async def smallest(
    given: Sequence[T], shows: Callable[[Sequence[T]], Awaitable[bool]]
) -> Sequence[T]:
    """Leave out halves, quarters, … single ones, as long as the fault still shows."""
    kept, size, tries = list(given), len(given) // 2, 0
    while size and tries < MOST_TRIES:
        start = 0
        while start < len(kept) and len(kept) > 1 and tries < MOST_TRIES:
            fewer = [*kept[:start], *kept[start + size :]]
            tries += 1
            if fewer and await shows(fewer):
                kept = fewer
            else:
                start += size
        size //= 2
    return kept
