"""Departments that answer GraphQL documents."""

from collections.abc import AsyncIterator, Mapping, Sequence

import msgspec
import orjson

from adapters.contract import UNSTATED, Origin, Row, Rows, Stated
from adapters.declaration import Declaration
from adapters.errors import SourceContractBroken, SourceUnavailable
from adapters.kinds.exact_json import read_json
from adapters.kinds.moments import read_moment
from adapters.kinds.options import read_options
from adapters.kinds.web import Call, Connection, Session
from adapters.paths import found
from schema.record_type import RecordType

MOST_PAGES = 5_000


class GraphqlConnection(Connection, frozen=True):
    """`[connection]` of kind graphql."""

    path: str = "/graphql"


class Section(msgspec.Struct, frozen=True):
    """What a section says beside its fields."""

    document: str
    """The operation; its variables are filled from `variables`."""
    rows: str
    """Path of the list of rows in the answer, from `data` on."""
    variables: dict[str, object] = {}
    """`$keys` stands for the keys asked for, null in a scan."""
    cursor: str = "after"
    """Name of the variable that asks for the next page."""
    next: str = ""
    """Path of what goes into it; empty: there is only one page."""
    as_of: str = ""


class GraphqlTransport:
    """Rows of one department over GraphQL."""

    origin = Origin.LIVE

    def __init__(self, declaration: Declaration) -> None:
        """Read the declaration's options; raises DeclarationError."""
        connection, sections = read_options(declaration, GraphqlConnection, Section)
        self._path = connection.path
        self._sections: dict[RecordType, Section] = {
            kind: section
            for kind, section in sections.items()
            if isinstance(section, Section)
        }
        self._session = Session(connection, declaration.deadline)

    async def ask(self, record_type: RecordType, keys: Sequence[str]) -> Rows:
        """Give the rows about the keys, all pages of them."""
        return await self.ask_for(record_type, keys, UNSTATED)

    async def ask_for(
        self, record_type: RecordType, keys: Sequence[str], stated: Stated
    ) -> Rows:
        """Give the rows about the keys, and pass on what was stated."""
        section, rows, as_of = self._sections[record_type], list[Row](), None
        async for page in self._pages(section, list(keys), None, stated):
            rows.extend(page.rows)
            as_of = as_of or page.as_of
        return Rows(rows, as_of)

    async def scan(
        self, record_type: RecordType, since: str | None
    ) -> AsyncIterator[Rows]:
        """Give all rows, page by page."""
        async for page in self._pages(self._sections[record_type], None, since):
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
        before: Sequence[Row] = ()
        for _ in range(MOST_PAGES):
            variables = {
                name: keys if value == "$keys" else value
                for name, value in section.variables.items()
            }
            body = await self._send(
                section.document, {**variables, section.cursor: cursor}, stated
            )
            rows = found(section.rows, body)
            if not isinstance(rows, list):
                raise SourceContractBroken("答复中没有约定的记录列表 (no list of rows)")
            if rows and rows == before:
                raise SourceContractBroken("同一页给了两次 (the same page twice)")
            following = found(section.next, body) if section.next else None
            as_of = found(section.as_of, body) if section.as_of else None
            yield Rows(
                rows,
                read_moment(as_of),
                cursor=str(following) if following else None,
            )
            if not following:
                return
            before, cursor = rows, str(following)
        raise SourceContractBroken(f"超过 {MOST_PAGES} 页仍未结束 (endless pages)")

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
