"""Asks a REST department and follows its pages."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import jmespath
import orjson

from adapters.contract import Origin, Row, Rows
from adapters.declaration import Declaration
from adapters.errors import SourceContractBroken
from adapters.kinds.moments import read_moment
from adapters.kinds.options import read_options
from adapters.kinds.rest.options import Paging, Request, Section
from adapters.kinds.web import Call, Connection, Reply, Session, read_json
from schema.record_type import RecordType

MOST_PAGES = 5_000


@dataclass(frozen=True, slots=True)
class _Page:
    rows: Sequence[Row]
    as_of: datetime | None
    number: int
    next: str | None
    """The cursor, offset, number or address that asks for the next one."""


class RestTransport:
    """Rows of one department over HTTP and JSON."""

    origin = Origin.LIVE

    def __init__(self, declaration: Declaration) -> None:
        """Read the declaration's options; raises DeclarationError."""
        connection, sections = read_options(declaration, Connection, Section)
        self._sections: dict[RecordType, Section] = {
            kind: section
            for kind, section in sections.items()
            if isinstance(section, Section)
        }
        self._session = Session(connection, declaration.deadline)

    async def ask(self, record_type: RecordType, keys: Sequence[str]) -> Rows:
        """Give the rows about the keys, all pages of them."""
        section = self._sections[record_type]
        rows: list[Row] = []
        as_of: datetime | None = None
        async for page in self._pages(section, section.request, list(keys), None):
            rows.extend(page.rows)
            as_of = as_of or page.as_of
        return Rows(rows, as_of)

    async def scan(
        self, record_type: RecordType, since: str | None
    ) -> AsyncIterator[Rows]:
        """Give all rows, page by page."""
        section = self._sections[record_type]
        if section.scan is None:
            raise SourceContractBroken("该部门没有全量接口 (cannot list everything)")
        async for page in self._pages(section, section.scan, [], since):
            positions = [
                f"第 {page.number} 页第 {n} 条" for n in range(1, len(page.rows) + 1)
            ]
            yield Rows(
                page.rows,
                page.as_of,
                cursor=page.next,
                positions=positions,
            )

    async def check(self) -> None:
        """Ask for nobody's records."""
        for record_type in self._sections:
            await self.ask(record_type, ["000000000000000000"])

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()

    async def _pages(
        self, section: Section, request: Request, keys: list[str], start: str | None
    ) -> AsyncIterator[_Page]:
        call = _call(request, keys, section.page, start)
        find = jmespath.compile(section.rows).search
        before: Sequence[Row] | None = None
        for number in range(1, MOST_PAGES + 1):
            reply = await self._session.send(call)
            body = read_json(reply.body)
            rows = _rows(find, body)
            if rows and rows == before:
                raise SourceContractBroken(
                    f"第 {number} 页与前一页相同 (the same page twice)"
                )
            following = _next(section.page, (body, reply), rows, start)
            yield _Page(rows, _as_of(section, body, reply), number, following)
            if following is None:
                return
            before, start = rows, following
            call = _call(request, keys, section.page, start)
        raise SourceContractBroken(f"超过 {MOST_PAGES} 页仍未结束 (endless pages)")


def make(declaration: Declaration, _environment: Mapping[str, str]) -> RestTransport:
    """Make the transport of a declaration of kind rest."""
    return RestTransport(declaration)


def _call(request: Request, keys: list[str], page: Paging, start: str | None) -> Call:
    moving: dict[str, object] = {}
    if page.size:
        moving[page.size] = page.per
    if page.kind in {"page", "offset"}:
        initial = page.first if page.kind == "page" else 0
        moving[page.send] = int(start) if start else initial
    elif page.kind == "cursor" and start:
        moving[page.send] = start
    if page.kind == "link" and start:
        return Call(request.method, start, {}, *_body(request, keys, {}))
    if request.method == "POST":
        params = _texts(request.params, keys)
        return Call("POST", request.path, params, *_body(request, keys, moving))
    return Call("GET", request.path, _texts({**request.params, **moving}, keys))


def _body(
    request: Request, keys: list[str], moving: Mapping[str, object]
) -> tuple[bytes | None, Mapping[str, str]]:
    if request.method == "GET":
        return None, {}
    body = _filled({**(request.body or {}), **moving}, keys)
    return orjson.dumps(body), {"Content-Type": "application/json"}


def _filled(value: object, keys: list[str]) -> object:
    """Put the keys where `$keys` stands."""
    if value == "$keys":
        return keys
    if isinstance(value, dict):
        return {name: _filled(part, keys) for name, part in value.items()}
    return [_filled(part, keys) for part in value] if isinstance(value, list) else value


def _texts(params: Mapping[str, object], keys: list[str]) -> dict[str, str]:
    return {
        name: ",".join(keys) if value == "$keys" else str(value)
        for name, value in params.items()
    }


def _rows(find: Callable[[object], object], body: object) -> Sequence[Row]:
    rows = find(body)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise SourceContractBroken("答复中没有约定的记录列表 (no list of rows in it)")
    return rows


def _next(
    page: Paging,
    answer: tuple[object, Reply],
    rows: Sequence[Row],
    start: str | None,
) -> str | None:
    body, reply = answer
    if page.kind == "cursor":
        following = jmespath.search(page.next, body)
        return str(following) if following and rows else None
    if page.kind == "link":
        return reply.links.get("next") if rows else None
    if page.kind == "none" or len(rows) < page.per:
        return None
    if page.kind == "page":
        current = int(start) if start else page.first
        return str(current + 1)
    return str((int(start) if start else 0) + len(rows))


def _as_of(section: Section, body: object, reply: Reply) -> datetime | None:
    where = section.as_of
    if not where:
        return None
    if where.startswith("header:"):
        written: object = reply.headers.get(where.removeprefix("header:"))
    else:
        written = jmespath.search(where, body)
    return read_moment(written)
