"""Writes values as XML elements."""

from collections.abc import Mapping
from xml.sax.saxutils import escape


def element(name: str, value: object) -> str:
    """Write an element: a mapping's names inside, a list as one `record` each."""
    if isinstance(value, Mapping):
        inner = "".join(element(word, part) for word, part in value.items())
    elif isinstance(value, list) and value and isinstance(value[0], Mapping):
        inner = "".join(element("record", part) for part in value)
    else:
        inner = "" if value is None else escape(str(value))
    return f"<{name}>{inner}</{name}>"
