"""Stands between an adapter and its department, and writes down what is said."""

import html
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import orjson
from aiohttp import web

from adapters.conformance.loopback import serving

_MOST_BYTES = 33_554_432
_SECONDS = 60.0
_MOST_KEPT = 200
"""Exchanges that are kept."""
_HOPS = frozenset(
    {"connection", "content-encoding", "content-length", "host", "keep-alive"}
    | {"accept-encoding", "transfer-encoding", "date", "server"}
)
"""Headers that are about the way, not about what is said."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One request and its answer, as text; not masked."""

    request: str
    answer: str


@dataclass(slots=True)
class Relay:
    """Passes requests on to a department."""

    base_url: str
    client: aiohttp.ClientSession
    spoken: list[Spoken] = field(default_factory=list)
    url: str = ""
    """Where it listens itself."""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Pass a request on, and its answer back."""
        body = await request.read()
        head = f"{request.method} {request.path_qs}"
        asked = f"{head}\n{_text(body, request.charset)}".strip()
        try:
            async with self.client.request(
                request.method,
                self.base_url.rstrip("/") + request.path_qs,
                data=body or None,
                headers=_kept(request.headers),
                allow_redirects=False,
            ) as answer:
                said = await _read(answer)
                charset = answer.charset
                headers = _kept(answer.headers)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            self._note(asked, f"无法连接 (cannot be reached): {type(error).__name__}")
            if request.transport:
                request.transport.abort()
            raise ConnectionResetError from error
        self._note(asked, f"{answer.status}\n{_text(said, charset)}")
        if link := headers.get("Link"):
            headers["Link"] = link.replace(self.base_url.rstrip("/"), self.url)
        return web.Response(status=answer.status, body=said, headers=headers)

    def _note(self, request: str, answer: str) -> None:
        if len(self.spoken) < _MOST_KEPT:
            self.spoken.append(Spoken(request, answer))


@asynccontextmanager
async def relaying(connection: Mapping[str, object]) -> AsyncIterator[Relay]:
    """Relay to the department that a filled-in connection leads to."""
    connector = aiohttp.TCPConnector(ssl=_tls(connection.get("tls")))
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as client:
        relay = Relay(str(connection["base_url"]), client)
        async with serving(relay.handle) as url:
            relay.url = url
            yield relay


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    """Read an answer; what is beyond the bound is left out."""
    text = bytearray()
    async for chunk in answer.content.iter_chunked(65_536):
        text += chunk
        if len(text) > _MOST_BYTES:
            break
    return bytes(text)


def _tls(told: object) -> ssl.SSLContext | bool:
    if not isinstance(told, Mapping):
        return True
    context = ssl.create_default_context(cafile=told.get("authority") or None)
    if told.get("certificate"):
        context.load_cert_chain(told["certificate"], told.get("key") or None)
    return context


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in headers.items() if name.lower() not in _HOPS}


def _text(body: bytes, charset: str | None) -> str:
    """Give text as people read it: JSON laid out, XML in XML unpacked."""
    try:
        value = orjson.loads(body)
        return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
    except orjson.JSONDecodeError:
        pass
    for encoding in (charset, "utf-8", "gb18030"):
        try:
            return html.unescape(body.decode(encoding or "utf-8"))
        except (LookupError, UnicodeDecodeError):
            continue
    return body.decode("utf-8", "replace")
