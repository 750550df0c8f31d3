"""Asks a department by GraphQL documents."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime

import orjson

from adapters.contract import UNSTATED, Origin, Row, Rows, Stated
from adapters.declaration import Declaration
from adapters.errors import (
    DeclarationError,
    SourceContractBroken,
    SourceUnavailable,
)
from adapters.kinds.exact_json import read_json
from adapters.kinds.graphql.entities import read_entities, representations
from adapters.kinds.graphql.options import (
    REPRESENTATIONS,
    Connection,
    Entity,
    Section,
)
from adapters.kinds.moments import read_moment
from adapters.kinds.options import read_options
from adapters.kinds.turning import Turning, refuse_more
from adapters.kinds.web import Call, Session
from adapters.paths import found
from schema.record_type import RecordType


class GraphqlTransport:
    """Rows of one department over GraphQL."""

    origin = Origin.LIVE

    def __init__(self, declaration: Declaration) -> None:
        """Read the declaration's options; raises DeclarationError."""
        connection, sections = read_options(declaration, Connection, Section)
        self._path = connection.path
        self._sections: dict[RecordType, Section] = {
            kind: section
            for kind, section in sections.items()
            if isinstance(section, Section)
        }
        _refuse_unlisted(declaration, self._sections)
        self._session = Session(connection, declaration.deadline)

    async def ask(self, record_type: RecordType, keys: Sequence[str]) -> Rows:
        """Give the rows about the keys, all pages of them."""
        return await self.ask_for(record_type, keys, UNSTATED)

    async def ask_for(
        self, record_type: RecordType, keys: Sequence[str], stated: Stated
    ) -> Rows:
        """Give the rows about the keys, and pass on what was stated."""
        section, rows, as_of = self._sections[record_type], list[Row](), None
        if section.entity:
            return await self._entities(section, section.entity, keys, stated)
        async for page in self._pages(section, list(keys), None, stated):
            rows.extend(page.rows)
            refuse_more(rows)
            as_of = as_of or page.as_of
        return Rows(rows, as_of)

    async def scan(
        self, record_type: RecordType, since: str | None
    ) -> AsyncIterator[Rows]:
        """Give all rows, page by page."""
        listing = self._sections[record_type].listing
        if listing is None:
            raise SourceContractBroken("该部门没有全量接口 (cannot list everything)")
        async for page in self._pages(listing, None, since):
            yield page

    async def read(self, document: str, variables: Mapping[str, object]) -> object:
        """Give the answer to a document, for code adapters."""
        return await self._send(document, variables)

    async def check(self) -> None:
        """Ask for the name of the root type."""
        await self._send("{ __typename }", {})

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()

    async def _pages(
        self,
        section: Section,
        keys: list[str] | None,
        cursor: str | None,
        stated: Stated = UNSTATED,
    ) -> AsyncIterator[Rows]:
        turning = Turning(cursor)
        while True:
            variables: dict[str, object] = {
                name: keys if value == "$keys" else value
                for name, value in section.variables.items()
            }
            if section.next:
                variables[section.cursor] = cursor
            body = await self._send(section.document, variables, stated)
            rows = found(section.rows, body)
            if not isinstance(rows, list):
                raise SourceContractBroken("答复中没有约定的记录列表 (no list of rows)")
            following = found(section.next, body) if section.next else None
            cursor = str(following) if following else None
            turning.turn(rows, cursor)
            yield Rows(rows, _as_of(section, body), cursor=cursor)
            if cursor is None:
                return

    async def _entities(
        self, section: Section, entity: Entity, keys: Sequence[str], stated: Stated
    ) -> Rows:
        asked = representations(entity, keys)
        variables = {**section.variables, REPRESENTATIONS: asked}
        body = await self._send(section.document, variables, stated)
        rows = read_entities(entity, section.rows, keys, body)
        return Rows(rows, _as_of(section, body))

    async def _send(
        self,
        document: str,
        variables: Mapping[str, object],
        stated: Stated = UNSTATED,
    ) -> object:
        text = orjson.dumps({"query": document, "variables": variables})
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        call = Call("POST", self._path, {}, text, headers).stating(stated)
        reply = await self._session.send(call)
        body = read_json(reply.body)
        if not isinstance(body, dict) or ("data" not in body and "errors" not in body):
            raise SourceContractBroken("答复不是 GraphQL 的形式 (not a GraphQL answer)")
        if body.get("errors") and body.get("data") is None:
            raise SourceUnavailable("部门系统报错 (the system told errors)")
        if body.get("errors"):
            raise SourceContractBroken("答复不完整，带有错误 (an answer with errors)")
        return body


def make(declaration: Declaration, _environment: Mapping[str, str]) -> GraphqlTransport:
    """Make the transport of a declaration of kind graphql."""
    return GraphqlTransport(declaration)


def _as_of(section: Section, body: object) -> datetime | None:
    return read_moment(found(section.as_of, body)) if section.as_of else None


def _refuse_unlisted(
    declaration: Declaration, sections: Mapping[RecordType, Section]
) -> None:
    """Refuse a section that must list everything and does not say how."""
    words = "_entities 不能列出全部，须写 scan，或声明 capabilities.scan = false"
    faults = [
        declaration.places.fault(kind.value, "scan", f"{words}（`scan` is missing）")
        for kind, section in sections.items()
        if section.listing is None and declaration.capabilities.scan
    ]
    if faults:
        raise DeclarationError(faults)
