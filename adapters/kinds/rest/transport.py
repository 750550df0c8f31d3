"""Asks a REST department and follows its pages."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from adapters.contract import UNSTATED, Origin, Row, Rows, Stated, Unreadable
from adapters.declaration import Declaration
from adapters.errors import DeclarationError, SourceContractBroken
from adapters.kinds.exact_json import read_json
from adapters.kinds.options import read_options
from adapters.kinds.rest.answers import Answer, read_answer
from adapters.kinds.rest.options import Paging, Request, Section, faults_of
from adapters.kinds.rest.requests import make_call
from adapters.kinds.turning import Turning, refuse_more
from adapters.kinds.web import Call, Connection, Session
from schema.record_type import RecordType


@dataclass(frozen=True, slots=True)
class _Page:
    answer: Answer
    number: int
    next: str | None
    """The cursor, offset, number or address that asks for the next one."""
    missing: int = 0
    """Rows that the department told of and did not give, known on the last page."""


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
        faults = [
            declaration.places.fault(kind.value, "", words)
            for kind, section in self._sections.items()
            for words in faults_of(section, declaration.capabilities)
        ]
        if faults:
            raise DeclarationError(faults)
        said = [one.none_when for one in self._sections.values() if one.none_when]
        accepts = frozenset({200, *(one.status for one in said)})
        self._session = Session(connection, declaration.deadline, accepts)

    async def ask(self, record_type: RecordType, keys: Sequence[str]) -> Rows:
        """Give the rows about the keys, all pages of them."""
        return await self.ask_for(record_type, keys, UNSTATED)

    async def ask_for(
        self, record_type: RecordType, keys: Sequence[str], stated: Stated
    ) -> Rows:
        """Give the rows about the keys, and pass on what was stated."""
        section = self._sections[record_type]
        rows: list[Row] = []
        times: list[datetime] = []
        unreadable: tuple[Unreadable, ...] = ()
        async for page in self._pages(
            section, section.request, list(keys), None, stated
        ):
            rows.extend(page.answer.rows)
            refuse_more(rows)
            if page.answer.as_of is not None:
                times.append(page.answer.as_of)
            unreadable = _untold(page)
        return Rows(rows, min(times, default=None), unreadable)

    async def read(self, path: str, params: Mapping[str, str]) -> object:
        """Give the JSON at an address of the department, for code adapters."""
        return read_json((await self._session.send(Call("GET", path, params))).body)

    async def scan(
        self, record_type: RecordType, since: str | None
    ) -> AsyncIterator[Rows]:
        """Give all rows, page by page."""
        section = self._sections[record_type]
        if section.scan is None:
            raise SourceContractBroken("该部门没有全量接口 (cannot list everything)")
        async for page in self._pages(section, section.scan, [], since):
            rows = page.answer.rows
            yield Rows(
                rows,
                page.answer.as_of,
                _untold(page),
                cursor=page.next,
                total=page.answer.total,
                positions=_positions(page.number, rows),
            )

    async def since(
        self, record_type: RecordType, cursor: str | None
    ) -> AsyncIterator[Rows]:
        """Give what changed after a cursor, page by page."""
        changes = self._sections[record_type].changes
        if changes is None:
            raise SourceContractBroken("该部门没有增量接口 (it tells no changes)")
        section = self._sections[record_type].telling(changes)
        turning = Turning(cursor)
        for number in count(1):
            call = make_call(section.request, [], section.page, cursor)
            answer = read_answer(section, await self._session.send(call))
            if answer.next is None:
                raise SourceContractBroken("增量答复没有游标 (changes without cursor)")
            last = not answer.rows or answer.next == cursor
            turning.turn(answer.rows, None if last else answer.next)
            yield Rows(
                answer.rows,
                answer.as_of,
                cursor=answer.next,
                positions=_positions(number, answer.rows),
            )
            if last:
                return
            cursor = answer.next

    async def check(self) -> None:
        """Ask for nobody's records."""
        for record_type in self._sections:
            await self.ask(record_type, ["000000000000000000"])

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()

    async def _pages(
        self,
        section: Section,
        request: Request,
        keys: list[str],
        start: str | None,
        stated: Stated = UNSTATED,
    ) -> AsyncIterator[_Page]:
        from_the_first = start is None
        turning, seen = Turning(start), 0
        for number in count(1):
            call = make_call(request, keys, section.page, start).stating(stated)
            answer = read_answer(section, await self._session.send(call))
            seen += len(answer.rows)
            told = answer.total if from_the_first else None
            missing = max((told or 0) - seen, 0)
            following = _next(section.page, answer, start, more=missing > 0)
            turning.turn(answer.rows, following)
            yield _Page(answer, number, following, 0 if following else missing)
            if following is None:
                return
            start = following


def make(declaration: Declaration, _environment: Mapping[str, str]) -> RestTransport:
    """Make the transport of a declaration of kind rest."""
    return RestTransport(declaration)


def _next(page: Paging, answer: Answer, start: str | None, *, more: bool) -> str | None:
    """Say where to go on; a short page is the last unless `more` were told of."""
    given = len(answer.rows)
    if page.kind in {"cursor", "link"}:
        return None if not given and answer.next == start else answer.next
    if given == 0 or page.kind == "none" or (given < page.per and not more):
        return None
    if page.kind == "page":
        return str((int(start) if start else page.first) + 1)
    return str((int(start) if start else 0) + given)


def _positions(number: int, rows: Sequence[Row]) -> list[str]:
    return [f"第 {number} 页第 {n} 条" for n in range(1, len(rows) + 1)]


def _untold(page: _Page) -> tuple[Unreadable, ...]:
    if not page.missing:
        return ()
    words = (
        f"部门说共 {page.answer.total} 条，少给了 {page.missing} 条"
        "（fewer rows than told）"
    )
    return (Unreadable("总数（total）", words),)
