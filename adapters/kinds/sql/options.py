"""What a declaration of kind sql says."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from adapters.declaration import Declaration
from adapters.errors import DeclarationError
from adapters.kinds.options import read_options
from adapters.paths import is_path
from adapters.section import Section
from schema.record_type import RecordType

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*")
_SERVERS = ("sqlite", "postgresql")


class _Connection(msgspec.Struct, frozen=True):
    """`[connection]` of kind sql."""

    url: str
    """sqlite:///… or postgresql://…, as a rule `${…}`."""
    as_of: str = ""
    """View and column that say how fresh the data are: `V_META.ASOF`."""
    page: int = 4_000
    """Rows of one page of a scan."""


class _View(msgspec.Struct, frozen=True):
    """What a section says beside its fields."""

    view: str
    order: str = "ID"
    """A column that numbers the rows, for scans."""
    json: tuple[str, ...] = ()
    """Columns whose text is JSON."""


@dataclass(frozen=True, slots=True)
class View:
    """The view of one record type."""

    name: str
    key: str
    """The column that is asked by."""
    order: str
    """The column that numbers the rows."""
    json: tuple[str, ...]
    columns: frozenset[str]
    """All columns that the declaration counts on."""


@dataclass(frozen=True, slots=True)
class Options:
    """All that the transport needs to know; every name in it is checked."""

    url: URL
    as_of: tuple[str, str] | None
    """View and column."""
    page: int
    views: dict[RecordType, View]


def read(declaration: Declaration) -> Options:
    """Read the declaration's options; raises DeclarationError with all faults."""
    connection, sections = read_options(declaration, _Connection, _View)
    views = {
        kind: _view(declaration, kind, section)
        for kind, section in sections.items()
        if isinstance(section, _View)
    }
    as_of = tuple(connection.as_of.split(".")) if connection.as_of else ()
    url = _url(connection.url)
    faults = [fault for kind in views for fault in _faults(declaration, kind, views)]
    if as_of and (len(as_of) != 2 or not all(map(_NAME.fullmatch, as_of))):
        words = "应写成 视图.列 (view.column is needed)"
        faults.append(declaration.places.fault("connection", "as_of", words))
    if url is None or connection.page < 1:
        word = "url" if url is None else "page"
        words = "应为 sqlite:///… 或 postgresql://… 地址，每页至少一行 (wrong value)"
        faults.append(declaration.places.fault("connection", word, words))
    if faults or url is None:
        raise DeclarationError(faults)
    told = (as_of[0], as_of[1]) if as_of else None
    return Options(url, told, connection.page, views)


def _url(written: str) -> URL | None:
    try:
        url = make_url(written)
    except ArgumentError:
        return None
    return url if url.drivername in _SERVERS else None


def _view(declaration: Declaration, kind: RecordType, told: _View) -> View:
    section = declaration.sections[kind]
    asked_by = getattr(section.key, declaration.capabilities.key)
    return View(
        name=told.view,
        key=asked_by[0] if len(asked_by) == 1 else "",
        order=told.order,
        json=told.json,
        columns=frozenset(_columns(section)),
    )


def _columns(section: Section) -> Iterator[str]:
    key = section.key
    yield from (*key.uscc, *key.registration_number, *key.name)
    for rule in section.fields.values():
        yield from (one for one in rule.columns if not is_path(one))
    yield from (*section.natural_key, *section.record_id)


def _faults(
    declaration: Declaration, kind: RecordType, views: dict[RecordType, View]
) -> Iterator[str]:
    view, places = views[kind], declaration.places
    for word, name in (("view", view.name), ("order", view.order)):
        if not _NAME.fullmatch(name):
            words = f"{name!r} 不是列名或视图名 (no name)"
            yield places.fault(kind.value, word, words)
    if not _NAME.fullmatch(view.key):
        words = f"应以一列给出 {declaration.capabilities.key} (one column is needed)"
        yield places.fault(kind.value, "key", words)
