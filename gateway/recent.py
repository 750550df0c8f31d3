"""What was made of recent texts."""

from collections import OrderedDict
from typing import Generic, TypeVar

Made = TypeVar("Made")


class Recent(Generic[Made]):
    """Keeps what was made of texts; the least recently used ones are forgotten."""

    def __init__(self, most: int, characters: int) -> None:
        """Keep at most so many texts, of so many characters together."""
        self._most = most
        self._characters = characters
        self._held = 0
        self._kept: OrderedDict[str, Made] = OrderedDict()

    def get(self, text: str) -> Made | None:
        """Give what was made of a text, if that is still there."""
        made = self._kept.get(text)
        if made is not None:
            self._kept.move_to_end(text)
        return made

    def keep(self, text: str, made: Made) -> None:
        """Keep what was made of a text that is not there yet."""
        self._kept[text] = made
        self._held += len(text)
        while len(self._kept) > self._most or self._held > self._characters:
            forgotten, _ = self._kept.popitem(last=False)
            self._held -= len(forgotten)
