"""Reads what a kind may be told; every word that is wrong is a fault with its place."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import UnionType
from typing import Literal, Protocol, TypeVar, Union, get_args, get_origin

import msgspec

from adapters.declaration import Declaration
from adapters.errors import DeclarationError
from adapters.faults import nearest
from schema.record_type import RecordType

S = TypeVar("S", bound=msgspec.Struct)


class _Checks(Protocol):
    """A table that knows what is wrong with words which may each stand alone."""

    def faults(self) -> Iterable[tuple[str, str]]:
        """Name words, each with what is wrong with it."""


def read_options(
    declaration: Declaration, connection: type[S], section: type[msgspec.Struct]
) -> tuple[S, dict[RecordType, msgspec.Struct]]:
    """Read `[connection]` and every section's options.

    Raises DeclarationError naming all unknown, missing and wrong words at once.
    """
    faults: list[str] = []
    read = _read(declaration, "connection", declaration.connection, connection, faults)
    sections = {
        record_type: _read(declaration, record_type.value, one.options, section, faults)
        for record_type, one in declaration.sections.items()
    }
    if faults or read is None:
        raise DeclarationError(faults)
    return read, {kind: one for kind, one in sections.items() if one is not None}


@dataclass(frozen=True, slots=True)
class _Fault:
    """What is wrong, and below which words."""

    path: tuple[str, ...]
    words: str


class _Wrong(Exception):
    """A value that can't be read; never leaves this module."""

    def __init__(self, faults: Iterable[_Fault]) -> None:
        super().__init__()
        self.faults = tuple(faults)


def _read(
    declaration: Declaration,
    table: str,
    given: Mapping[str, object],
    struct: type[S],
    faults: list[str],
) -> S | None:
    try:
        return _table(given, struct, ())
    except _Wrong as wrong:
        faults += [_worded(declaration, table, fault) for fault in wrong.faults]
        return None


def _worded(declaration: Declaration, table: str, fault: _Fault) -> str:
    """Word a fault at the table, or at the inline table, that it stands in."""
    path, places = fault.path, declaration.places
    while len(path) > 1 and (f"{table}.{path[0]}", "") in places.lines:
        table, path = f"{table}.{path[0]}", path[1:]
    inner = ".".join(path[1:])
    words = f"{inner}: {fault.words}" if inner else fault.words
    return places.fault(table, path[0] if path else "", words)


def _table(given: Mapping[str, object], struct: type[S], path: tuple[str, ...]) -> S:
    """Read a table word by word."""
    fields = {field.encode_name: field for field in msgspec.structs.fields(struct)}
    faults = [
        _Fault((*path, word), f"没有这个词，{nearest(word, fields)}（unknown word）")
        for word in sorted(given.keys() - fields)
    ]
    read: dict[str, object] = {}
    for word, field in fields.items():
        if word in given:
            try:
                read[field.name] = _value(given[word], field.type, (*path, word))
            except _Wrong as wrong:
                faults += wrong.faults
        elif field.required:
            faults.append(_Fault(path, f"缺少 {word}（required word missing）"))
    if faults:
        raise _Wrong(faults)
    table = struct(**read)
    faults = [_Fault((*path, word), words) for word, words in _checked(table)]
    if faults:
        raise _Wrong(faults)
    return table


def _checked(table: msgspec.Struct) -> Iterable[tuple[str, str]]:
    checks: _Checks | None = table if hasattr(table, "faults") else None
    return checks.faults() if checks else ()


def _value(given: object, wanted: object, path: tuple[str, ...]) -> object:
    """Read one value of a type."""
    table = next(filter(None, map(_as_table, _alternatives(wanted))), None)
    if table is not None and isinstance(given, Mapping):
        return _table(given, table, path)
    words = [word for one in _alternatives(wanted) for word in _words(one)]
    for word in given if isinstance(given, list) else [given]:
        if words and isinstance(word, str) and word not in words:
            what = f"没有 {word!r}，{nearest(word, words)}（unknown word）"
            raise _Wrong([_Fault(path, what)])
    try:
        return msgspec.convert(given, wanted)
    except msgspec.ValidationError as error:
        raise _Wrong([_Fault(path, f"{error}（wrong value）")]) from None


def _alternatives(wanted: object) -> tuple[object, ...]:
    return get_args(wanted) if get_origin(wanted) in {Union, UnionType} else (wanted,)


def _as_table(wanted: object) -> type[msgspec.Struct] | None:
    if isinstance(wanted, type) and issubclass(wanted, msgspec.Struct):
        return wanted
    return None


def _words(wanted: object) -> Iterator[str]:
    """Give the words of a closed choice, also of a list of such words."""
    if get_origin(wanted) is Literal:
        yield from get_args(wanted)
    elif get_origin(wanted) in {tuple, list}:
        yield from _words(get_args(wanted)[0])
