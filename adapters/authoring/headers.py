"""How well a column's head says that it holds a field, and why."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

from adapters.authoring.terms import Names

_BRACKETS = re.compile(r"[（(【\[〔].*?[）)】\]〕]")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SHORTEST = 3
"""Initials of fewer letters are believed less: `nr` may be anything."""


@dataclass(frozen=True, slots=True)
class Match:
    """How sure the head makes us, from 0 to 1, and by what."""

    score: float
    evidence: str


NONE = Match(0.0, "")


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head in the forms that are compared."""

    chinese: str
    letters: tuple[str, ...]
    """Lower case without separators: whole, without first word, without last."""
    words: frozenset[str]


@lru_cache(maxsize=4_096)
def read_head(column: str) -> Head:
    """Take a head apart; of nested ones the last part counts."""
    last = re.split(r"[./]", unicodedata.normalize("NFKC", column))[-1]
    plain = _BRACKETS.sub("", last).strip(" *:：")
    chinese = "".join(plain.split()) if _CHINESE.search(plain) else ""
    words = [word.lower() for word in _WORDS.findall(plain)]
    spelt = [part for part in re.split(r"[^A-Za-z0-9]+", plain.lower()) if part]
    whole = "".join(spelt)
    shorter = ("".join(spelt[1:]), "".join(spelt[:-1])) if len(spelt) > 1 else ()
    letters = () if chinese else tuple(filter(None, (whole, *shorter)))
    return Head(chinese, letters, frozenset(words))


@lru_cache(maxsize=32_768)
def match(column: str, names: Names) -> Match:
    """Compare a head with all names of a field; the best counts."""
    return _best(_matches(read_head(column), names))


def _best(found: Iterable[Match]) -> Match:
    return max(found, key=lambda one: one.score, default=NONE)


def _matches(head: Head, names: Names) -> Iterator[Match]:
    for trust, words in ((0.97, names.official), (0.93, names.usual)):
        for place, word in enumerate(words):
            # of equally good matches the more usual word wins
            yield _one(head, word, trust - min(place, 40) * 0.001)


def _one(head: Head, word: str, trust: float) -> Match:
    if _CHINESE.search(word):
        return _chinese(head, word, trust)
    return _letters(head, word, trust)


def _chinese(head: Head, word: str, trust: float) -> Match:
    if not head.chinese:
        return _spelt(head, word, trust)
    if head.chinese == word:
        return Match(trust, f"名称 {word}")
    return Match(trust * _likeness(head.chinese, word), f"近似 {word}")


def _spelt(head: Head, word: str, trust: float) -> Match:
    """Compare letters with the pinyin of a Chinese word."""
    initials, spelt = pinyin(word)
    for place, letters in enumerate(head.letters):
        worth = trust - 0.04 * place
        if letters == spelt:
            return Match(worth - 0.01, f"全拼 pinyin {word}")
        if letters == initials:
            known = 0.03 if len(initials) >= _SHORTEST else 0.15
            return Match(worth - known, f"拼音首字母 pinyin {word}")
    if head.letters and _ends_alike(head.letters[0], initials):
        return Match(trust * 0.68, f"拼音近似 pinyin {word}")
    return NONE


def _letters(head: Head, word: str, trust: float) -> Match:
    wanted = read_head(word)
    for place, letters in enumerate(head.letters):
        if wanted.letters and letters == wanted.letters[0]:
            standard = word.isupper() and "_" in word
            known = "双公示代码 standard" if standard else "英文名 English"
            return Match(trust - 0.05 * place, f"{known} {word}")
    common = head.words & wanted.words
    if not common or word.isupper():
        return NONE
    share = len(common) / len(head.words | wanted.words)
    return Match(trust * share * 0.85, f"英文近似 English {word}")


def _likeness(head: str, word: str) -> float:
    """Compare Chinese words; one within the other is likely the same."""
    short, long = sorted((head, word), key=len)
    if len(short) >= 2 and short in long:
        return 0.55 + 0.35 * len(short) / len(long)
    ratio = SequenceMatcher(None, head, word, autojunk=False).ratio()
    return ratio * 0.85 if ratio > 0.6 else 0.0


def _ends_alike(letters: str, initials: str) -> bool:
    short, long = sorted((letters, initials), key=len)
    return len(short) >= 4 and long.endswith(short)


@lru_cache(maxsize=8_192)
def pinyin(word: str) -> tuple[str, str]:
    """Give the initials and the full spelling of a Chinese word, lower case."""
    initials = lazy_pinyin(word, style=Style.FIRST_LETTER)
    return _flat(initials), _flat(lazy_pinyin(word))


def _flat(parts: Iterable[str]) -> str:
    return re.sub(r"[^a-z0-9]", "", "".join(parts).lower())
