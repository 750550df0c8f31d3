"""Text as departments write it, and the ways in which they write nothing."""

from collections.abc import Callable
from decimal import Decimal

NULLS = frozenset({"", "N/A", "n/a", "NA", "无", "null", "NULL", "/", "-", "—", "--"})
"""All of them mean that nothing was given."""


class Unreadable(ValueError):
    """A value that is none of what its column declares; carries the words for it."""


Reader = Callable[[object], object]


def read_text(value: object) -> str | None:
    """Give text without the spaces around it; numbers become digits."""
    if isinstance(value, str):
        return None if (text := value.strip()) in NULLS else text
    if value is None:
        return None
    if isinstance(value, dict | list | tuple | set | bytes):
        raise Unreadable(f"不是文字：{shown(value)}")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if abs(value.adjusted()) < 40 else str(value)
    return str(value)


def said(value: object) -> str:
    """Give any value as text without the spaces around it; nothing is no text."""
    return "" if value is None else str(value).strip()


def shown(value: object) -> str:
    """Quote a value in a reason, shortened."""
    quoted = repr(value)
    return quoted if len(quoted) <= 40 else f"{quoted[:39]}…"


def text_list(split: str | None) -> Reader:
    """Make a reader of lists, given as a list or split out of one text."""
    return lambda value: tuple(parts_of(value, split)) or None


def parts_of(value: object, split: str | None) -> list[str]:
    """Take a list, or a text with separators, apart; empty parts are left out."""
    items = value if isinstance(value, list | tuple) else (value,)
    given = [text for item in items if (text := read_text(item)) is not None]
    if split is None:
        return given
    cut = (read_text(part) for text in given for part in text.split(split))
    return [part for part in cut if part is not None]
