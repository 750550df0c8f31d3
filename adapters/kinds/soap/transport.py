"""Asks a SOAP department."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from itertools import count

from lxml import etree

from adapters.contract import UNSTATED, Origin, Row, Rows, Stated
from adapters.declaration import Declaration
from adapters.errors import (
    SourceContractBroken,
    SourceDenied,
    SourceUnavailable,
)
from adapters.kinds.moments import read_moment
from adapters.kinds.options import read_options
from adapters.kinds.soap.messages import (
    Body,
    SoapFault,
    read_envelope,
    write_envelope,
)
from adapters.kinds.soap.options import Connection, Request, Section
from adapters.kinds.soap.security import REFUSALS
from adapters.kinds.turning import Turning, refuse_more
from adapters.kinds.web import Call, Session
from adapters.kinds.xml import read_rows
from schema.record_type import RecordType

_LARGE = 262_144
"""Bytes from which on an answer is read in a thread."""


class SoapTransport:
    """Rows of one department, as messages in SOAP envelopes."""

    origin = Origin.LIVE

    def __init__(self, declaration: Declaration) -> None:
        """Read the declaration's options; raises DeclarationError."""
        self._connection, sections = read_options(declaration, Connection, Section)
        self._sections: dict[RecordType, Section] = {
            kind: section
            for kind, section in sections.items()
            if isinstance(section, Section)
        }
        self._session = Session(
            self._connection, declaration.deadline, accepts=frozenset({200, 500})
        )
        self._ticket = ""
        self._login = asyncio.Lock()

    async def ask(self, record_type: RecordType, keys: Sequence[str]) -> Rows:
        """Give the rows about the keys."""
        return await self.ask_for(record_type, keys, UNSTATED)

    async def ask_for(
        self, record_type: RecordType, keys: Sequence[str], stated: Stated
    ) -> Rows:
        """Give the rows about the keys, and pass on what was stated."""
        section = self._sections[record_type]
        return await self._rows(section, section.request, list(keys), 1, stated)

    async def read(
        self, operation: str, body: Body, path: str, action: str = ""
    ) -> Sequence[Row]:
        """Call an operation and give the rows at a path, for code adapters."""
        request = Request(operation, dict(body), action)
        return (await self._rows(Section(request, path), request, [], 1)).rows

    async def scan(
        self, record_type: RecordType, since: str | None
    ) -> AsyncIterator[Rows]:
        """Give all rows, page by page."""
        section = self._sections[record_type]
        if section.scan is None:
            raise SourceContractBroken("该部门没有全量接口 (cannot list everything)")
        turning = Turning(since)
        for page in count(int(since or 1)):
            found = await self._rows(section, section.scan, [], page)
            last = len(found.rows) < section.per
            following = None if last else str(page + 1)
            turning.turn(found.rows, following)
            yield Rows(found.rows, found.as_of, cursor=following)
            if last:
                return

    async def check(self) -> None:
        """Ask for nobody's records."""
        for record_type in self._sections:
            await self.ask(record_type, ["000000000000000000"])

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()

    async def _rows(
        self,
        section: Section,
        request: Request,
        keys: list[str],
        page: int,
        stated: Stated = UNSTATED,
    ) -> Rows:
        try:
            message = await self._call(request, keys, page, stated)
        except SoapFault as fault:
            if section.empty_fault and section.empty_fault in fault.words:
                return Rows([])
            if fault.code in REFUSALS:
                words = "部门拒绝了访问凭据 (credentials were not accepted)"
                raise SourceDenied(words) from fault
            raise SourceUnavailable("部门系统报错 (the system told a fault)") from fault
        within = section.rows.rpartition("/")[0]
        if within and message.find(within) is None:
            raise SourceContractBroken("答复中没有约定的记录列表 (no list of rows)")
        rows = read_rows(message, section.rows)
        refuse_more(rows)
        return Rows(rows, read_moment(message.findtext(section.as_of)))

    async def _call(
        self, request: Request, keys: list[str], page: int, stated: Stated
    ) -> etree._Element:
        """Call an operation, with a new ticket where the old one has expired."""
        ticket = self._connection.ticket
        if ticket and not self._ticket:
            await self._renew("")
        used = self._ticket
        message = await self._send(request, self._body(request, keys, page), stated)
        words = message.findtext(self._connection.error)
        if words and ticket and ticket.expired in words:
            await self._renew(used)
            message = await self._send(request, self._body(request, keys, page), stated)
            words = message.findtext(self._connection.error)
            if words and ticket.expired in words:
                raise SourceDenied("部门不接受会话票据 (the ticket is not accepted)")
        if words:
            raise SourceUnavailable("部门系统报错 (the system told an error)")
        return message

    async def _send(
        self, request: Request, body: Body, stated: Stated = UNSTATED
    ) -> etree._Element:
        connection = self._connection
        text = write_envelope(connection, request.operation, body)
        headers = _headers(connection, request.action)
        call = Call("POST", connection.path, {}, text, headers).stating(stated)
        reply = await self._session.send(call)
        try:
            if len(reply.body) > _LARGE:
                return await asyncio.to_thread(read_envelope, reply.body, connection)
            return read_envelope(reply.body, connection)
        except SourceContractBroken as error:
            if reply.status == 500:
                raise SourceUnavailable(
                    "部门系统出错，状态 500 (the system failed)"
                ) from error
            raise

    async def _renew(self, used: str) -> None:
        ticket = self._connection.ticket
        if ticket is None:
            return
        async with self._login:
            if self._ticket != used:
                return
            request = Request(ticket.operation)
            answer = await self._send(request, {"secret": ticket.secret})
            given = answer.findtext(f".//{ticket.element}")
            if not given:
                raise SourceDenied("部门没有给出会话票据 (no ticket given)")
            self._ticket = given

    def _body(self, request: Request, keys: list[str], page: int) -> Body:
        body = _filled(request.body, {"$keys": keys, "$page": str(page)})
        ticket = self._connection.ticket
        return {**body, ticket.element: self._ticket} if ticket else body


def make(declaration: Declaration, _environment: Mapping[str, str]) -> SoapTransport:
    """Make the transport of a declaration of kind soap."""
    return SoapTransport(declaration)


def _filled(body: Body, meanings: Mapping[str, object]) -> Body:
    """Put in what words like `$keys` stand for."""
    return {
        name: _filled(value, meanings)
        if isinstance(value, Mapping)
        else meanings.get(str(value), value)
        for name, value in body.items()
    }


def _headers(connection: Connection, action: str) -> Mapping[str, str]:
    if connection.version == "1.1":
        content = f"text/xml; charset={connection.encoding}"
        return {"Content-Type": content, "SOAPAction": f'"{action}"'}
    told = f'; action="{action}"' if action else ""
    content = f"application/soap+xml; charset={connection.encoding}{told}"
    return {"Content-Type": content}
