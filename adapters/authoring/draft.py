"""Writes the declaration: words as they are loaded, and comments for a person."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from adapters.authoring.guess import FieldGuess, SectionGuess
from adapters.authoring.sample import Doubt, Look
from adapters.authoring.terms import KEYS
from schema.records import RECORDS

TODO = "# TODO/待定："


@dataclass(frozen=True, slots=True)
class Draft:
    """A declaration before it is written."""

    department: str
    name: str
    look: Look
    sections: tuple[SectionGuess, ...]


def write(draft: Draft) -> str:
    """Give the text of the declaration."""
    blocks = [_source(draft), _connection(draft), _capabilities(draft)]
    blocks += [_section(one) for one in draft.sections]
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _source(draft: Draft) -> list[str]:
    types = [one.record_type.value for one in draft.sections]
    terms = "、".join(RECORDS[one.record_type].term for one in draft.sections)
    return [
        f"# {draft.name}：{terms}",
        f"# 校验 check: creditnet adapter check {draft.department}",
        f"# 由 creditnet adapter new 生成；凡有 {TODO} 的地方请核对后删去该注释",
        "[source]",
        f"department = {toml(draft.department)}",
        f"name = {toml(draft.name)}",
        f"provides = {toml(types)}",
        f"freshness = {toml(draft.look.freshness)}  {TODO}多久以内算“当前”（how old）",
        f"deadline = {toml(draft.look.deadline)}",
    ]


def _connection(draft: Draft) -> list[str]:
    look = draft.look
    words = {"kind": look.kind, **look.connection}
    return ["[connection]", *_lines(words, look.doubts)]


def _capabilities(draft: Draft) -> list[str]:
    look, first = draft.look, draft.sections[0]
    words = {"key": first.key_kind, **look.capabilities}
    return ["[capabilities]", *_lines(words, look.doubts)]


def _section(guess: SectionGuess) -> list[str]:
    name = guess.record_type.value
    words: dict[str, object] = dict(guess.sample.section)
    words["key"] = {kind: guess.key[kind] for kind in KEYS if kind in guess.key}
    doubts = list(guess.sample.doubts)
    if guess.natural_key:
        words["natural_key"] = list(guess.natural_key)
    else:
        doubts.append(
            Doubt(
                "key", "没有找到能认出重复报送的列，可加 natural_key（no natural key）"
            )
        )
    if guess.record_id:
        words["record_id"] = list(guess.record_id)
    if guess.unused:
        words["unused"] = list(guess.unused)
        doubts.append(Doubt("unused", "没有对应字段的列（columns without a field）"))
    head = f"[{name}]  # {RECORDS[guess.record_type].term}"
    return [
        head,
        *_lines(words, doubts),
        "",
        f"[{name}.fields]",
        *(_field(one) for one in guess.fields.values()),
    ]


def _field(guess: FieldGuess) -> str:
    line = f"{guess.field} = {toml(guess.words)}"
    return f"{line}  {TODO}{'；'.join(guess.doubts)}" if guess.doubts else line


def _lines(words: Mapping[str, object], doubts: Sequence[Doubt]) -> Iterator[str]:
    for word, value in words.items():
        reasons = [doubt.reason for doubt in doubts if doubt.word == word]
        comment = f"  {TODO}{'；'.join(reasons)}" if reasons else ""
        yield f"{word} = {toml(value)}{comment}"


def toml(value: object) -> str:
    """Write a value as TOML; a text with line ends as one over several lines."""
    if isinstance(value, bool | int):
        return str(value).lower()
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_key(key)} = {toml(one)}" for key, one in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml, value))}]"
    return _text(str(value))


def _text(text: str) -> str:
    if "\n" in text:
        inner = text.replace("\\", "\\\\").replace('"', '\\"')
        return f'"""\n{inner}"""'
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(key: object) -> str:
    text = str(key)
    plain = text.isascii() and text.replace("_", "").replace("-", "").isalnum()
    return text if plain else json.dumps(text, ensure_ascii=False)
