"""Answers that no department should give, from a server made to give them."""

import gzip
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from decimal import Decimal

import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given, strategies as st

from adapters.errors import SourceContractBroken, SourceError, SourceUnavailable
from adapters.kinds.credentials import Auth
from adapters.kinds.exact_json import read_json
from adapters.kinds.moments import read_moment
from adapters.kinds.web import Call, Connection, Session

Answer = Callable[[web.Request], web.StreamResponse]


@asynccontextmanager
async def answering(give: Answer, max_bytes: int = 1_000_000) -> AsyncIterator[Session]:
    async def handle(request: web.Request) -> web.StreamResponse:
        return give(request)

    application = web.Application()
    application.router.add_get("/{path:.*}", handle)
    async with TestServer(application) as server:
        auth = Auth("bearer", "secret-of-tests")
        connection = Connection(str(server.make_url("")), auth, max_bytes=max_bytes)
        session = Session(connection, 2.0)
        try:
            yield session
        finally:
            await session.close()


async def failing(give: Answer, max_bytes: int = 1_000_000) -> SourceError:
    async with answering(give, max_bytes) as session:
        with pytest.raises(SourceError) as caught:
            await session.send(Call("GET", "/"))
    assert "127.0.0.1" not in caught.value.reason
    return caught.value


@pytest.mark.anyio
async def test_a_broken_compression_is_an_unavailable_source() -> None:
    headers = {"Content-Encoding": "gzip"}
    answer = await failing(lambda _: web.Response(body=b"no gzip", headers=headers))
    assert isinstance(answer, SourceUnavailable)


@pytest.mark.anyio
async def test_a_small_answer_that_unpacks_to_a_large_one_is_refused() -> None:
    bomb = gzip.compress(b"0" * 50_000_000)
    headers = {"Content-Encoding": "gzip"}
    answer = await failing(
        lambda _: web.Response(body=bomb, headers=headers), max_bytes=1_000_000
    )
    assert isinstance(answer, SourceContractBroken)


@pytest.mark.anyio
async def test_redirects_are_not_followed() -> None:
    headers = {"Location": "http://169.254.169.254/"}
    answer = await failing(lambda _: web.Response(status=302, headers=headers))
    assert isinstance(answer, SourceContractBroken)


@pytest.mark.anyio
async def test_links_at_the_department_are_paths_and_others_are_not() -> None:
    def give(request: web.Request) -> web.Response:
        here = request.url.with_path("/more").with_query(page="2")
        links = f'<{here}>; rel="next", <http://elsewhere.example/>; rel="help"'
        return web.Response(headers={"Link": links})

    async with answering(give) as session:
        reply = await session.send(Call("GET", "/"))
    assert reply.links == {
        "next": "/more?page=2",
        "help": "http://elsewhere.example/",
    }


@pytest.mark.anyio
@pytest.mark.parametrize("page", ["<html>维护</html>", "\n<!DOCTYPE HTML><p>"])
async def test_a_web_page_is_no_answer(page: str) -> None:
    answer = await failing(lambda _: web.Response(text=page))
    assert isinstance(answer, SourceContractBroken)
    assert "网页" in answer.reason


@pytest.mark.anyio
async def test_an_answer_that_breaks_off_may_be_asked_for_again() -> None:
    def give(_: web.Request) -> web.Response:
        response = web.Response(body=b"{", headers={"Content-Length": "1000"})
        response.force_close()
        return response

    answer = await failing(give)
    assert isinstance(answer, SourceUnavailable)
    assert "中断" in answer.reason


@pytest.mark.parametrize("text", [b"", b"<html>", b'{"a": 1', b'"\xff"', b"[" * 90_000])
def test_what_is_not_json_is_a_broken_contract(text: bytes) -> None:
    with pytest.raises(SourceContractBroken):
        read_json(text)


def test_fractions_are_read_exactly() -> None:
    assert read_json(b'{"a": 123456789012.123456}') == {
        "a": Decimal("123456789012.123456")
    }
    assert repr(read_json(b'{"a": [[1.50, "1.5"]], "b": {"c": 1E5}}')) == (
        "{'a': [[Decimal('1.50'), '1.5']], 'b': {'c': Decimal('1E+5')}}"
    )
    assert read_json(b"-123456789012345678901234567890") == -(
        123456789012345678901234567890
    )


_NUMBERS = st.one_of(st.integers(), st.decimals(allow_nan=False, allow_infinity=False))


@given(
    st.recursive(
        st.one_of(_NUMBERS.map(str), st.text().map(json.dumps)),
        lambda inner: st.one_of(
            st.lists(inner).map(lambda parts: f"[{','.join(parts)}]"),
            st.lists(st.tuples(st.text().map(json.dumps), inner)).map(
                lambda pairs: f"{{{','.join(f'{k}: {v}' for k, v in pairs)}}}"
            ),
        ),
    )
)
def test_json_is_read_as_one_exact_decoder_reads_it(text: str) -> None:
    exactly = msgspec.json.Decoder(float_hook=Decimal).decode(text)
    assert repr(read_json(text.encode())) == repr(exactly)


@pytest.mark.parametrize("written", [None, True, "gestern", 10**30, -(10**30), [], ""])
def test_what_is_no_moment_is_none(written: object) -> None:
    assert read_moment(written) is None
