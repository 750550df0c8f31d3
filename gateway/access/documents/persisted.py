"""Automatic persisted queries: documents that clients left here, by their hash."""

from collections import OrderedDict
from typing import Final

from gateway.access.documents.manifest import id_of

MOST: Final = 1_000
CHARACTERS: Final = 4_000_000


class PersistedQueries:
    """Keeps documents by hash; the least recently used ones are forgotten."""

    def __init__(self, most: int = MOST, characters: int = CHARACTERS) -> None:
        """Keep at most so many, of so many characters together."""
        self._most = most
        self._characters = characters
        self._held = 0
        self._kept: OrderedDict[str, str] = OrderedDict()

    def get(self, identifier: str) -> str | None:
        """Give the text, if it is still there."""
        text = self._kept.get(identifier)
        if text is not None:
            self._kept.move_to_end(identifier)
        return text

    def keep(self, identifier: str, text: str) -> bool:
        """Keep a text; False, and nothing kept, when it has another hash."""
        if id_of(text) != identifier:
            return False
        if identifier not in self._kept:
            self._kept[identifier] = text
            self._held += len(text)
        while len(self._kept) > self._most or self._held > self._characters:
            _, forgotten = self._kept.popitem(last=False)
            self._held -= len(forgotten)
        return True
