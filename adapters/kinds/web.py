"""Speaks HTTP with one department; foreign errors become ours at this border."""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote

import aiohttp
import msgspec
from yarl import URL

from adapters.contract import Stated
from adapters.errors import (
    DeclarationError,
    SourceBusy,
    SourceContractBroken,
    SourceDenied,
    SourceError,
    SourceTimedOut,
    SourceUnavailable,
)
from adapters.kinds.credentials import Auth, shown, signature, token_request
from adapters.kinds.exact_json import read_json
from adapters.kinds.rate import Rate, RateLimit

_ENDLESS = aiohttp.ClientTimeout()
"""`Session.send` has the deadline."""
_CHUNK = 65_536
_LATE = "未在期限内答复 (no answer in time)"
_DROPPED = (
    aiohttp.ServerDisconnectedError,
    aiohttp.ClientPayloadError,
    ConnectionResetError,
    BrokenPipeError,
)
_PAGE = (b"<!doctype html", b"<html")


class Tls(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Whom we trust, and the certificate that we show; paths of PEM files."""

    authority: str = ""
    """Signs the department's certificate; empty: those that the system trusts."""
    certificate: str = ""
    """Ours, with its chain; empty: none is shown."""
    key: str = ""
    """Of our certificate; empty: it stands in the same file."""


class Connection(msgspec.Struct, frozen=True):
    """`[connection]` of the kinds that speak HTTP."""

    base_url: str
    auth: Auth = Auth()
    tls: Tls = Tls()
    max_bytes: int = 33_554_432
    """An answer larger than this is refused."""
    rate: Rate | None = None
    """How many requests the department allows; None: any number."""


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request."""

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def stating(self, stated: Stated) -> "Call":
        """Say what for it is asked, in headers: UTF-8, percent-encoded."""
        told = {"X-Creditnet-Purpose": stated.purpose, "X-Creditnet-Case": stated.case}
        said = {name: quote(words, safe="") for name, words in told.items() if words}
        return replace(self, headers={**self.headers, **said}) if said else self


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer."""

    body: bytes
    headers: Mapping[str, str]
    """By name in whatever case."""
    links: Mapping[str, str]
    """By relation: a path at the department, or a whole address elsewhere."""
    status: int = 200


class Session:
    """Connections to one department, opened on first use."""

    def __init__(
        self,
        connection: Connection,
        deadline: float,
        accepts: frozenset[int] = frozenset({200}),
    ) -> None:
        """Answer within `deadline` seconds or raise SourceTimedOut.

        `accepts` are the states whose body is an answer. Raises DeclarationError for
        certificates that can't be read.
        """
        self._connection = connection
        self._accepts = accepts
        self._tls = _tls(connection.tls)
        self._base = str(URL(connection.base_url)).rstrip("/")
        self._deadline = deadline
        self._limit = RateLimit(connection.rate)
        self._client: aiohttp.ClientSession | None = None
        self._token = ""
        self._renewing = asyncio.Lock()

    async def send(self, call: Call) -> Reply:
        """Put a question, once; a token that is no longer good is renewed once.

        Raises SourceError.
        """
        try:
            async with asyncio.timeout(self._deadline):
                return await self._signed(call)
        except TimeoutError as error:
            raise SourceTimedOut(_LATE) from error

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.close()

    async def _signed(self, call: Call) -> Reply:
        if self._connection.auth.kind != "oauth":
            return await self._once(call)
        if not self._token:
            await self._renew("")
        used = self._token
        try:
            return await self._once(call)
        except SourceDenied as refusal:
            if not refusal.unrecognised:
                raise
            await self._renew(used)
        return await self._once(call)

    async def _once(self, call: Call) -> Reply:
        await self._limit.turn(self._deadline)
        params, headers = self._credentials(call)
        try:
            async with self._open().request(
                call.method,
                self._base + call.path,
                params=params or None,
                data=call.body,
                headers={**call.headers, **headers},
                allow_redirects=False,
            ) as answer:
                _refuse_status(answer, self._accepts)
                text = await self._read(answer)
                _refuse_page(answer, text)
                links = _links(answer, self._base) if "Link" in answer.headers else {}
                return Reply(text, answer.headers, links, answer.status)
        except SourceError:
            raise
        except TimeoutError as error:
            raise SourceTimedOut(_LATE) from error
        except _DROPPED as error:
            raise SourceUnavailable("连接中断 (the connection broke off)") from error
        except (aiohttp.ClientError, OSError, ssl.SSLError) as error:
            raise SourceUnavailable("无法连接 (cannot be reached)") from error

    async def _read(self, answer: aiohttp.ClientResponse) -> bytes:
        self._refuse_larger(answer.content_length or 0)
        chunks, size = [], 0
        async for chunk in answer.content.iter_chunked(_CHUNK):
            size += len(chunk)
            self._refuse_larger(size)
            chunks.append(chunk)
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    def _refuse_larger(self, size: int) -> None:
        if size > self._connection.max_bytes:
            words = f"答复超过 {self._connection.max_bytes} 字节 (answer too large)"
            raise SourceContractBroken(words)

    def _credentials(self, call: Call) -> tuple[dict[str, str], dict[str, str]]:
        auth = self._connection.auth
        if auth.kind == "signed":
            url = URL(self._base + call.path).update_query(call.params)
            return dict(call.params), signature(auth, call.method, url, call.body)
        params, headers = shown(auth, self._token)
        return {**call.params, **params}, headers

    async def _renew(self, used: str) -> None:
        """Get a token, unless another call did so meanwhile."""
        auth = self._connection.auth
        async with self._renewing:
            if self._token != used:
                return
            form, headers = token_request(auth)
            try:
                async with self._open().post(
                    self._base + auth.path,
                    data=form,
                    headers=headers,
                    allow_redirects=False,
                ) as answer:
                    _refuse_status(answer, frozenset({200}))
                    given = read_json(await self._read(answer))
            except TimeoutError as error:
                raise SourceTimedOut(_LATE) from error
            except (aiohttp.ClientError, OSError) as error:
                raise SourceUnavailable("无法取得令牌 (no token given)") from error
            token = given.get("access_token") if isinstance(given, dict) else None
            if not isinstance(token, str):
                raise SourceContractBroken(
                    "令牌答复中没有 access_token (no token in it)"
                )
            self._token = token

    def _open(self) -> aiohttp.ClientSession:
        if self._client is None:
            connector = aiohttp.TCPConnector(
                limit=32, keepalive_timeout=30, ssl=self._tls
            )
            self._client = aiohttp.ClientSession(timeout=_ENDLESS, connector=connector)
        return self._client


def _tls(told: Tls) -> ssl.SSLContext | bool:
    """Give the context of our connections; True is the system's own."""
    if told == Tls():
        return True
    try:
        context = ssl.create_default_context(cafile=told.authority or None)
        if told.certificate:
            context.load_cert_chain(told.certificate, told.key or None)
    except (OSError, ssl.SSLError) as error:
        words = "[connection] tls: 证书文件无法读取 (a certificate file can't be read)"
        raise DeclarationError([f"{words}: {error.strerror or error}"]) from error
    return context


def _refuse_status(answer: aiohttp.ClientResponse, accepts: frozenset[int]) -> None:
    status = answer.status
    if status in accepts:
        return
    if status == 429:
        seconds = answer.headers.get("Retry-After", "")
        wait = float(seconds) if seconds.isdigit() else None
        raise SourceBusy("请求过于频繁，请稍后 (asked to come back later)", wait)
    if status == 403:
        raise SourceDenied("部门拒绝了这次查询 (the department refused)")
    if status == 401:
        words = "部门拒绝了访问凭据 (credentials were not accepted)"
        raise SourceDenied(words, unrecognised=True)
    if status >= 500:
        raise SourceUnavailable(f"部门系统出错，状态 {status} (the system failed)")
    raise SourceContractBroken(f"意外的状态 {status} (unexpected status)")


def _refuse_page(answer: aiohttp.ClientResponse, text: bytes) -> None:
    """Refuse a page for people that came as a success."""
    if answer.status < 400 and text[:64].lstrip().lower().startswith(_PAGE):
        raise SourceContractBroken("答复是网页，不是数据 (a web page, not data)")


def _links(answer: aiohttp.ClientResponse, base: str) -> dict[str, str]:
    """Give the addresses of `Link` headers, as paths where they stay with `base`."""
    addresses = {
        name: str(link["url"]) for name, link in answer.links.items() if "url" in link
    }
    return {
        name: address.removeprefix(base) if address.startswith(f"{base}/") else address
        for name, address in addresses.items()
    }
