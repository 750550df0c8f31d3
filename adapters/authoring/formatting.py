"""Puts a declaration into the usual order and spacing; comments stay where they are."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Item, Key, Table

from adapters.authoring.errors import CannotAuthor
from adapters.authoring.order import fields_in_order
from schema.record_type import RecordType

_ORDER: Mapping[str, Sequence[str]] = {
    "source": (
        *("department", "name", "provides", "freshness", "deadline"),
        *("presence_max_age", "contact"),
    ),
    "connection": ("kind",),
    "capabilities": ("key", "batch", "concurrency", "scan", "delta"),
}
_LAST = ("key", "key_split", "natural_key", "record_id", "unused")
"""Words of a section that follow those of the kind."""
_TYPES = {kind.value: kind for kind in RecordType}


@dataclass(slots=True)
class _Block:
    """A heading with its lines."""

    name: str
    heading: str
    lines: list[tuple[str, list[str]]] = field(default_factory=list)
    """By key: the comments before it and the line itself."""
    ending: list[str] = field(default_factory=list)
    """Comments after the last key."""


def formatted(text: str, name: str) -> str:
    """Give the same declaration in order; raises CannotAuthor for what is no TOML."""
    try:
        document = tomlkit.parse(text)
    except TOMLKitError as error:
        raise CannotAuthor(f"{name}: 不是合规的 TOML：{error}（not TOML）") from error
    opening = [one.as_string().strip() for key, one in document.body if key is None]
    blocks = list(_blocks(document.body, ""))
    blocks.sort(key=lambda one: _place(one.name, document))
    parts = ["\n".join(filter(None, opening)), *map(_written, blocks)]
    written = _under("\n\n".join(filter(None, parts)), opening)
    if tomllib.loads(written) != tomllib.loads(text):
        raise CannotAuthor(f"{name}: 未作改动：整理后含义会变（left as it is）")
    return written


def _under(written: str, opening: Sequence[str]) -> str:
    """Let the first heading follow the opening comment directly."""
    if any(opening):
        head, _, rest = written.partition("\n\n")
        written = f"{head}\n{rest}"
    return f"{written}\n"


def _blocks(body: Sequence[tuple[Key | None, Item]], before: str) -> Iterator[_Block]:
    for key, item in body:
        if key is not None and isinstance(item, Table):
            name = f"{before}{key.as_string()}"
            yield from _table(name, item)


def _table(name: str, table: Table) -> Iterator[_Block]:
    comment = table.trivia.comment
    heading = f"[{name}]  {comment}" if comment else f"[{name}]"
    block = _Block(name, heading)
    waiting: list[str] = []
    for key, item in table.value.body:
        if key is None:
            words = item.as_string().strip()
            waiting += [words] if words else []
        elif not isinstance(item, Table):
            line = f"{key.as_string().strip()} = {item.as_string().strip()}"
            told = item.trivia.comment
            lines = [*waiting, f"{line}  {told}" if told else line]
            block.lines.append((key.key, lines))
            waiting = []
    block.ending = waiting
    if not table.is_super_table():
        yield block
    yield from _blocks(table.value.body, f"{name}.")


def _written(block: _Block) -> str:
    lines = sorted(block.lines, key=lambda one: _rank(block, one[0]))
    return "\n".join(
        [block.heading, *(line for _, kept in lines for line in kept), *block.ending]
    )


def _rank(block: _Block, key: str) -> int:
    """Give a key's place; keys that nobody ranks stay in their order."""
    table, _, inner = block.name.partition(".")
    if inner == "fields" and table in _TYPES:
        order = fields_in_order(_TYPES[table])
        return order.index(key) if key in order else len(order)
    if block.name in _ORDER:
        order = _ORDER[block.name]
        return order.index(key) if key in order else len(order)
    return 1 + _LAST.index(key) if not inner and key in _LAST else 0


def _place(name: str, document: Mapping[str, object]) -> tuple[int, int]:
    table, _, inner = name.partition(".")
    source = document.get("source")
    said = source.get("provides") if isinstance(source, Mapping) else None
    provides = list(said) if isinstance(said, list) else []
    heads = [*_ORDER, *provides]
    inside = ("", "fields", "quirks")
    return (
        heads.index(table) if table in heads else len(heads),
        inside.index(inner) if inner in inside else len(inside),
    )
