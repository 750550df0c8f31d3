"""Plays what a case recorded, as the department: by HTTP, as rows, or as files."""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from aiohttp import web
from lxml import etree

from adapters.conformance.cases import Content, Exchange, Request, Said
from adapters.contract import Origin, Rows
from adapters.errors import SourceContractBroken
from adapters.kinds.moments import read_moment
from schema.record_type import RecordType

_SHOWN = 300
"""Characters of a request that are told."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A request as it came."""

    method: str
    path: str
    params: dict[str, str]
    body: bytes
    keys: tuple[str, ...] = ()


@dataclass(slots=True)
class Player:
    """Gives each recorded answer once, to the request that it belongs to."""

    left: list[Exchange]
    wrong: list[str] = field(default_factory=list)
    """What came otherwise than recorded, in words."""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer by HTTP."""
        body = await request.read()
        params = dict(request.query)
        said = self._answer(_Seen(request.method, request.path, params, body))
        if said is None:
            return web.Response(status=404, text="案例中没有这个请求 (not in the case)")
        return web.Response(
            status=said.status, body=_body(said), headers=_headers(said)
        )

    def rows(self, keys: Sequence[str]) -> Rows:
        """Answer with rows; raises SourceContractBroken when there are none left."""
        said = self._answer(_Seen("", "", {}, b"", tuple(keys)))
        if said is None or said.rows is None:
            raise SourceContractBroken("案例中没有这个请求 (not in the case)")
        return Rows(said.rows, read_moment(said.as_of))

    def unsent(self) -> Sequence[str]:
        """Say which requests of the case never came."""
        return [f"没有发出：{_words(one.request)} (never sent)" for one in self.left]

    def _answer(self, seen: _Seen) -> Said | None:
        """Find the answer; to a request that fits none, the next in order."""
        fitting = [one for one in self.left if not _differences(one.request, seen)]
        if not fitting and self.left:
            differ = _differences(self.left[0].request, seen)
            self.wrong.append("；".join(differ))
        if not self.left:
            shown = seen.body[:_SHOWN].decode(errors="replace")
            self.wrong.append(
                f"多发了 {seen.method} {seen.path} {shown}{list(seen.keys) or ''} "
                "(one request more than recorded)"
            )
            return None
        chosen = fitting[0] if fitting else self.left[0]
        self.left.remove(chosen)
        return chosen.answer


class RecordedRows:
    """A transport whose answers a case gives as rows."""

    origin = Origin.LIVE

    def __init__(self, player: Player) -> None:
        """Give the rows that `player` has."""
        self._player = player

    async def ask(self, record_type: RecordType, keys: Sequence[str]) -> Rows:
        """Give the rows recorded for these keys."""
        del record_type
        return self._player.rows(keys)

    async def scan(
        self, record_type: RecordType, since: str | None
    ) -> AsyncIterator[Rows]:
        """Give the rows of the first answer."""
        del since
        yield await self.ask(record_type, ())

    async def check(self) -> None:
        """Nothing can be wrong."""

    async def close(self) -> None:
        """Nothing is open."""


class RecordedHeld(RecordedRows):
    """One whose rows lie with us."""

    origin = Origin.MATERIALIZED

    async def version(self, record_type: RecordType) -> str:
        """Give the only state there is."""
        return record_type.value


def lay(said: Said, folder: Path) -> None:
    """Leave the files of an answer in a folder."""
    for name, content in (said.files or {}).items():
        data = content.base64 if isinstance(content, Content) else content.encode()
        (folder / Path(name).name).write_bytes(data)


def _body(said: Said) -> bytes:
    if said.body is msgspec.UNSET:
        return b""
    if isinstance(said.body, str):
        return said.body.encode(said.encoding)
    return msgspec.json.encode(said.body)


def _headers(said: Said) -> dict[str, str]:
    kind = "text/xml" if isinstance(said.body, str) else "application/json"
    return {"Content-Type": kind, **said.headers}


def _differences(wanted: Request, seen: _Seen) -> list[str]:
    """Say in what a request is not the one recorded."""
    pairs = (
        ("method", wanted.method, seen.method),
        ("path", wanted.path, seen.path),
        ("params", wanted.params, seen.params),
        ("keys", None if wanted.keys is None else sorted(wanted.keys), _sorted(seen)),
    )
    found = [
        f"{word}: 实为 {got!r}，应为 {want!r}"
        for word, want, got in pairs
        if want is not None and want != got
    ]
    if wanted.body is not msgspec.UNSET and not _same_body(wanted.body, seen.body):
        got = seen.body[:_SHOWN].decode(errors="replace")
        found.append(f"body: 实为 {got}，应为 {str(wanted.body)[:_SHOWN]}")
    return found


def _sorted(seen: _Seen) -> list[str]:
    return sorted(seen.keys)


def _same_body(wanted: object, body: bytes) -> bool:
    if not isinstance(wanted, str):
        try:
            return bool(json.loads(body) == wanted)
        except ValueError:
            return False
    return wanted.encode() == body or _canonical(wanted.encode()) == _canonical(body)


def _canonical(text: bytes) -> bytes | None:
    """Write XML in the one form that equal documents share."""
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        return etree.tostring(etree.fromstring(text, parser), method="c14n")
    except (etree.XMLSyntaxError, ValueError):
        return None


def _words(request: Request) -> str:
    said = (request.method, request.path, request.keys)
    return " ".join(str(word) for word in said if word) or "请求"
