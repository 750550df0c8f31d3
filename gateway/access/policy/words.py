"""What the words of a policy name: fields, record types, groups, patterns."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Final

from adapters.faults import Faults
from gateway.access.policy.vocabulary import Vocabulary

GOVERNMENT: Final = "government"
"""The group of what is government-only and stands in no group of the file."""


@dataclass(slots=True)
class Words:
    """Expands words to the things that they name; unknown ones are faults."""

    vocabulary: Vocabulary
    faults: Faults
    groups: dict[str, frozenset[str]] = field(default_factory=dict)

    def group_all(self, written: Mapping[str, object], table: str) -> None:
        """Read all groups: plain names first, then what patterns leave to take."""
        owner: dict[str, str] = {}
        texts = {name: self.texts(table, name, one) for name, one in written.items()}
        for name, words in texts.items():
            if name == GOVERNMENT or name in self.vocabulary.things:
                self.faults.add(table, name, "这个名字已有他用（the name is taken）")
            for word in (one for one in words if "*" not in one):
                self._take(owner, table, name, self._plain(table, name, word))
        plain = frozenset(owner)
        for name, words in texts.items():
            for word in (one for one in words if "*" in one):
                found = self._matching(table, name, word, self.vocabulary.marked)
                self._take(owner, table, name, found - plain)
        for name in texts:
            members = (thing for thing, group in owner.items() if group == name)
            self.groups[name] = frozenset(members)
        self.groups[GOVERNMENT] = self.vocabulary.marked - owner.keys()

    @property
    def protected(self) -> frozenset[str]:
        """Name all that nobody sees without a rule."""
        return frozenset().union(*self.groups.values())

    def granted(self, table: str, words: Iterable[str]) -> frozenset[str]:
        """Give what words grant: only what is protected can be."""
        found: frozenset[str] = frozenset()
        for word in words:
            if word in self.groups:
                found |= self.groups[word]
            elif "*" in word:
                found |= self._matching(table, "grants", word, self.protected)
            else:
                named = self._plain(table, "grants", word)
                if named and not named & self.protected:
                    words_ = f"{word} 本来公开，不必准许（it is public already）"
                    self.faults.add(table, "grants", words_)
                found |= named
        return found

    def denied(self, table: str, words: Iterable[str]) -> frozenset[str]:
        """Give what words deny, public or not."""
        found: frozenset[str] = frozenset()
        for word in words:
            if word in self.groups:
                found |= self.groups[word]
            elif "*" in word:
                things = self.vocabulary.things
                found |= self._matching(table, "denies", word, things)
            else:
                found |= self._plain(table, "denies", word)
        return found

    def texts(self, table: str, key: str, value: object) -> list[str]:
        """Read a list of texts."""
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return [str(one) for one in value]
        self.faults.add(table, key, '应为文字的列表，如 ["Penalty"]（a list of texts）')
        return []

    def _take(
        self, owner: dict[str, str], table: str, group: str, things: Iterable[str]
    ) -> None:
        for thing in sorted(things):
            before = owner.setdefault(thing, group)
            if before != group:
                words = f"{thing} 已在组 {before} 中（it stands in two groups）"
                self.faults.add(table, group, words)

    def _plain(self, table: str, key: str, word: str) -> frozenset[str]:
        named = self.vocabulary.lists.get(word, word)
        if named in self.vocabulary.things:
            return frozenset({named})
        known = {*self.vocabulary.things, *self.groups, *self.vocabulary.lists}
        what = f"没有 {word} 这个字段、记录类型或组"
        self.faults.unknown(table, key, word, what, known)
        return frozenset()

    def _matching(
        self, table: str, key: str, pattern: str, among: Iterable[str]
    ) -> frozenset[str]:
        found = frozenset(thing for thing in among if fnmatchcase(thing, pattern))
        if not found:
            words = f"{pattern} 没有匹配任何内容（it matches nothing）"
            self.faults.add(table, key, words)
        return found
