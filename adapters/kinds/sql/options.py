"""What a declaration of kind sql says."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from adapters.declaration import Declaration
from adapters.errors import DeclarationError
from adapters.faults import nearest
from adapters.kinds.options import read_options
from adapters.kinds.sql.servers import SERVERS
from adapters.paths import is_path
from adapters.section import Section
from schema.record_type import RecordType

_NAME = re.compile(r"[^\W\d][\w$#]*")
"""A name as the database has it, in any script."""

Name = tuple[str, ...]
"""The name of a view, behind those of its schema."""


class _Connection(msgspec.Struct, frozen=True):
    """`[connection]` of kind sql."""

    url: str
    """As a rule `${…}`; begins with the name of a server that we can read."""
    as_of: str = ""
    """View and column that say how fresh the data are: `V_META.ASOF`."""
    page: int = 4_000
    """Rows of one page of a scan."""


class _View(msgspec.Struct, frozen=True):
    """What a section says beside its fields."""

    view: str
    order: str = "ID"
    """A column without doubles, for scans; empty: there is none."""
    json: tuple[str, ...] = ()
    """Columns whose text is JSON."""


@dataclass(frozen=True, slots=True)
class View:
    """The view of one record type."""

    name: Name
    key: str
    """The column that is asked by."""
    order: str
    """The column by which rows are listed; empty: all at once."""
    json: tuple[str, ...]
    columns: frozenset[str]
    """All columns that the declaration counts on."""


@dataclass(frozen=True, slots=True)
class Options:
    """All that the transport needs to know; every name in it is checked."""

    url: URL
    as_of: tuple[Name, str] | None
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
    *of, moment = connection.as_of.split(".")
    faults = [fault for kind in views for fault in _faults(declaration, kind, views)]
    if connection.as_of and not _are_names((*of, moment), least=2):
        words = "应写成 视图.列 (view.column is needed)"
        faults.append(declaration.places.fault("connection", "as_of", words))
    if connection.page < 1:
        words = "每页至少一行 (at least one row)"
        faults.append(declaration.places.fault("connection", "page", words))
    url = _url(declaration, connection.url, faults)
    if faults or url is None:
        raise DeclarationError(faults)
    told = (tuple(of), moment) if connection.as_of else None
    return Options(url, told, connection.page, views)


def _url(declaration: Declaration, written: str, faults: list[str]) -> URL | None:
    """Read the address, for a server whose driver is there."""
    begin = written.partition(":")[0]
    if begin not in SERVERS:
        words = f"不能读 {begin!r}，{nearest(begin, SERVERS)}（unknown database）"
        faults.append(declaration.places.fault("connection", "url", words))
        return None
    try:
        url = make_url(written)
    except (ArgumentError, ValueError):
        words = f"不是合规的地址，应如 {begin}://…（not an address）"
        faults.append(declaration.places.fault("connection", "url", words))
        return None
    server = SERVERS[begin]
    if missing := server.missing():
        words = f"{begin} 的驱动没有安装：{missing}（its driver is not installed）"
        faults.append(declaration.places.fault("connection", "url", words))
    if declaration.capabilities.batch > server.most_keys:
        words = f"{begin} 一次至多 {server.most_keys:,} 个（too many for one question）"
        faults.append(declaration.places.fault("capabilities", "batch", words))
    return url


def _view(declaration: Declaration, kind: RecordType, told: _View) -> View:
    section = declaration.sections[kind]
    asked_by = getattr(section.key, declaration.capabilities.key)
    return View(
        name=tuple(told.view.split(".")),
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
    if not _are_names(view.name, least=1):
        words = f"{'.'.join(view.name)!r} 不是视图名 (no name of a view)"
        yield places.fault(kind.value, "view", words)
    if view.order and not _NAME.fullmatch(view.order):
        words = f"{view.order!r} 不是列名 (no name of a column)"
        yield places.fault(kind.value, "order", words)
    if not _NAME.fullmatch(view.key):
        words = f"应以一列给出 {declaration.capabilities.key} (one column is needed)"
        yield places.fault(kind.value, "key", words)


def _are_names(name: Name, *, least: int) -> bool:
    return least <= len(name) <= least + 2 and all(map(_NAME.fullmatch, name))
