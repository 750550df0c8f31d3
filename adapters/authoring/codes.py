"""Which code list the values of a column belong to."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field as made_by
from difflib import SequenceMatcher
from enum import Enum

from adapters.authoring.contents import Content
from adapters.code_lists import CodeLists, meanings
from adapters.field_rule import CodeList
from schema.code_list import terms_of
from schema.declaration import FieldDeclaration

SEPARATORS = (",", ";", "、", "；", "，", "|")
_MOST_CODES = 40
"""More different values than this are no codes."""
_ALIKE = 0.6


@dataclass(frozen=True, slots=True)
class Coded:
    """How a column's values become those of an enum."""

    words: Mapping[str, object]
    """For the field: `read`, `codes`, `split`, `otherwise`, `by_text`."""
    share: float
    evidence: str
    doubts: Sequence[str] = made_by(default_factory=tuple)


def spread(field: FieldDeclaration, content: Content, lists: CodeLists) -> float:
    """Say which share of the values any list of the enum knows, from 0 to 1."""
    if field.enum is None or not content.filled:
        return 0.0
    split = separator(content) if field.kind == "enum_list" else None
    _, share = _nearest(field.enum, parts(content, split), lists)
    return share


def coded(
    field: FieldDeclaration, content: Content, lists: CodeLists, standard: str = ""
) -> Coded:
    """Choose the list that knows most of the values, or make one of their words.

    `standard` is the year of the standard whose columns the source has, if any.
    """
    enum = field.enum
    if enum is None:
        raise TypeError(f"{field.name} has no codes")
    several = field.kind == "enum_list"
    split = separator(content) if several else None
    read = "codes" if several else "code"
    apart: dict[str, object] = {"split": split} if split else {}
    values = parts(content, split)
    name, share = _nearest(enum, values, lists, standard)
    if not values:
        return Coded({"read": read, **apart}, 0.0, "", ("样本中没有值（no values）",))
    if name and share >= 0.999:
        words = {"read": f"{read}:{name}" if name != _OWN else read, **apart}
        doubts = _ambiguous(enum, values, lists, standard)
        return Coded(words, share, f"代码表 {name}", doubts)
    return _made(enum, values, {"read": read, **apart}, lists.get(name, {}))


_OWN = "合同取值"
"""Stands for the names that the enum itself has."""


def _nearest(
    enum: type[Enum], values: Mapping[str, int], lists: CodeLists, standard: str = ""
) -> tuple[str, float]:
    """Name the list of this enum that knows the most of the values.

    Of several that know as many: the standard's own; the widest where they agree; else
    the narrowest, which is about the least besides.
    """
    fitting = _fitting(enum, lists)
    scores = {name: _share(codes, values) for name, codes in fitting.items()}
    best = max(scores.values())
    if not best:
        return "", 0.0
    tied = [name for name, score in scores.items() if score == best]
    own = [name for name in tied if standard and standard in name]
    size = {name: len(fitting[name]) for name in tied}
    pick = max if _agree([fitting[name] for name in tied], values) else min
    return pick(own or tied, key=lambda name: size[name]), best


def _fitting(enum: type[Enum], lists: CodeLists) -> Mapping[str, Mapping[str, object]]:
    known = set(enum.__members__)
    fitting: dict[str, Mapping[str, object]] = {
        name: codes for name, codes in lists.items() if set(meanings(codes)) <= known
    }
    fitting[_OWN] = {name: name for name in enum.__members__}
    return fitting


def _agree(tied: Sequence[Mapping[str, object]], values: Mapping[str, int]) -> bool:
    """Whether all lists mean the same by the values seen."""
    return all(
        len({str(codes[value]) for codes in tied if value in codes}) <= 1
        for value in values
    )


def _ambiguous(
    enum: type[Enum], values: Mapping[str, int], lists: CodeLists, standard: str
) -> Sequence[str]:
    whole = {
        name: codes
        for name, codes in _fitting(enum, lists).items()
        if _share(codes, values) >= 0.999
    }
    if standard or _agree(list(whole.values()), values):
        return ()
    words = "、".join(whole)
    return (f"同样的代码在 {words} 中含义不同（which list?）",)


def _share(codes: Mapping[str, object], values: Mapping[str, int]) -> float:
    total = sum(values.values())
    return (
        sum(n for value, n in values.items() if value in codes) / total if total else 0
    )


def _made(
    enum: type[Enum],
    values: Mapping[str, int],
    words: Mapping[str, object],
    begun: CodeList,
) -> Coded:
    """Write a list of the values seen, by the official terms they are like."""
    if len(values) > _MOST_CODES:
        values = dict(sorted(values.items(), key=lambda one: -one[1])[:_MOST_CODES])
    codes: dict[str, object] = {}
    unknown: list[str] = []
    for value in values:
        meaning = begun.get(value) or _alike(enum, value)
        if isinstance(meaning, str):
            codes[value] = meaning
        else:
            unknown.append(value)
    doubts = (
        [f"代码 {'、'.join(codes)} 的含义由文字推出（please check）"] if codes else []
    )
    otherwise = (
        {"otherwise": "OTHER"} if unknown and "OTHER" in enum.__members__ else {}
    )
    if unknown:
        what = "暂归为 OTHER" if otherwise else "所在的行会被搁置"
        doubts.append(
            f"代码 {'、'.join(unknown[:8])} 含义不明，{what}（unknown codes）"
        )
    share = sum(values[code] for code in codes) / sum(values.values())
    table = {"codes": codes or {"待定": next(iter(enum.__members__))}}
    return Coded({**words, **table, **otherwise}, share, "按文字对应 by words", doubts)


def _alike(enum: type[Enum], value: str) -> str | None:
    """Name the enum's value whose official term is like a text."""
    if value.upper() in enum.__members__:
        return value.upper()
    likeness = {name: _likeness(value, term) for name, term in terms_of(enum).items()}
    name = max(likeness, key=lambda one: likeness[one])
    return name if likeness[name] >= _ALIKE else None


def _likeness(value: str, term: str) -> float:
    if re.fullmatch(r"[\dA-Za-z]*", value):
        return 0.0
    short, long = sorted((value, term), key=len)
    if len(short) >= 2 and short in long:
        return 0.9
    return SequenceMatcher(None, value, term, autojunk=False).ratio()


def separator(content: Content) -> str | None:
    """Find what stands between several codes in one text."""
    counts = {mark: sum(mark in text for text in content.texts) for mark in SEPARATORS}
    mark = max(counts, key=lambda one: counts[one])
    return mark if counts[mark] else None


def parts(content: Content, split: str | None) -> Mapping[str, int]:
    """Count single codes, taken apart."""
    counted: dict[str, int] = {}
    for value in content.values:
        several = value if isinstance(value, list | tuple) else [str(value)]
        for one in several:
            for part in str(one).split(split) if split else [str(one)]:
                if part.strip():
                    counted[part.strip()] = counted.get(part.strip(), 0) + 1
    return counted
