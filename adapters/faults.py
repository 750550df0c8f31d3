"""Collects everything wrong with a declaration, each fault with its place."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

from adapters.errors import DeclarationError
from adapters.toml_lines import Lines


@dataclass(frozen=True, slots=True)
class Places:
    """Where the words of one file stand."""

    file: str
    lines: Lines = field(default_factory=dict)

    def fault(self, table: str, key: str, words: str) -> str:
        """Word a fault as `file:line: [table] key: words`."""
        line = self.lines.get((table, key)) or self.lines.get((table, ""))
        place = f"{self.file}:{line}" if line else self.file
        what = f"{key}: {words}" if key else words
        return f"{place}: [{table}] {what}" if table else f"{place}: {what}"


@dataclass(slots=True)
class Faults:
    """The faults of one file, gathered before anything is raised."""

    places: Places
    found: list[str] = field(default_factory=list)

    def add(self, table: str, key: str, words: str) -> None:
        """Keep one fault."""
        self.found.append(self.places.fault(table, key, words))

    def unknown(
        self, table: str, key: str, word: object, what: str, known: Iterable[str]
    ) -> None:
        """Keep that `word` is not known, with the nearest one that is."""
        self.add(table, key, f"{what}，{nearest(str(word), known)}（unknown word）")

    def raise_any(self) -> None:
        """Raise all of them at once, or nothing."""
        if self.found:
            raise DeclarationError(self.found)


def nearest(word: str, known: Iterable[str]) -> str:
    """Ask «是不是 X？», or list what there is when nothing is near."""
    words = sorted(known)
    near = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    return f"是不是 {near[0]}？" if near else f"可用：{', '.join(words)}"
