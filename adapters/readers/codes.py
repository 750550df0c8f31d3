"""Code lists: what a department's codes mean in ours."""

from collections.abc import Callable, Mapping
from enum import Enum

from adapters.field_rule import FieldRule
from adapters.readers.texts import Unreadable, parts_of, read_text, shown

Decode = Callable[[object, str | None], object]
"""A code as written, and the text of the row that may tell its meanings apart.

Without the text IN_DOUBT comes out where the text is needed.
"""

IN_DOUBT = object()

_Meaning = object | Mapping[str, object]


def code_reader(rule: FieldRule, enum: type[Enum] | None) -> Decode:
    """Make a reader of single codes; without an enum they give the list's text."""
    codes = _codes(rule, enum)
    otherwise = _member(enum, rule.otherwise)

    def read(value: object, words: str | None) -> object:
        meaning = codes.get(_written(value))
        if meaning is None:
            if read_text(value) is None:
                return None
            meaning = otherwise
        if meaning is None:
            raise Unreadable(_unknown(rule, value))
        return _told_apart(meaning, words) if type(meaning) is dict else meaning

    return read


def codes_reader(rule: FieldRule, enum: type[Enum] | None) -> Decode:
    """Make a reader of several codes, in one text or a list; each counted once."""
    one = code_reader(rule, enum)

    def read(value: object, words: str | None) -> object:
        found = {one(part, words): None for part in parts_of(value, rule.split)}
        return IN_DOUBT if IN_DOUBT in found else tuple(found) or None

    return read


def _written(value: object) -> str:
    """Take a code as it stands: some lists have a meaning for «无»."""
    return value.strip() if isinstance(value, str) else (read_text(value) or "")


def _codes(rule: FieldRule, enum: type[Enum] | None) -> Mapping[str, _Meaning]:
    if rule.codes is None:
        return {} if enum is None else {member.name: member for member in enum}
    return {code: _meaning(meaning, enum) for code, meaning in rule.codes.items()}


def _meaning(meaning: object, enum: type[Enum] | None) -> _Meaning:
    if isinstance(meaning, Mapping):
        return {word: _member(enum, value) for word, value in meaning.items()}
    return _member(enum, meaning)


def _member(enum: type[Enum] | None, value: object) -> object:
    return value if enum is None or value is None else enum[str(value)]


def _told_apart(meanings: Mapping[str, object], words: str | None) -> object:
    """Give the first meaning whose word stands in the text; the word "" always does."""
    if words is None:
        return IN_DOUBT
    for word, meaning in meanings.items():
        if word in words:
            return meaning
    raise Unreadable(f"要看文字才能分清，而文字中没有 {'、'.join(meanings)}")


def _unknown(rule: FieldRule, value: object) -> str:
    where = f"代码表 {rule.list_name} 中" if rule.list_name else "代码表中"
    return f"{where}没有 {shown(value)}"
