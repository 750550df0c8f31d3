"""What browsers can be made to send, and what pages of other sites may read."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from hypothesis import given, strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin

from gateway.access.hygiene.forgery import ForgeryPrevention, may_be_forged
from gateway.access.hygiene.introspection import may_introspect, may_suggest
from gateway.access.hygiene.origins import open_to
from gateway.access.hygiene.security_headers import (
    NOTHING,
    PLAYGROUND,
    SecurityHeaders,
)
from gateway.access.viewer import Role
from gateway.setting_readers import DocumentMode, read_origins
from tests.serving import serving

pytestmark = pytest.mark.anyio
PORTAL = "https://portal.example"


async def answer(request: Request) -> Response:
    await request.body()
    return PlainTextResponse("ok", headers={"Referrer-Policy": "origin"})


async def socket(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text("ok")


def application() -> Starlette:
    paths = ("/graphql", "/playground")
    return Starlette(
        routes=[
            *(Route(path, answer, methods=["GET", "POST"]) for path in paths),
            WebSocketRoute("/graphql", socket),
        ]
    )


@asynccontextmanager
async def client_of(app: ASGIApp) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(app) as url, httpx.AsyncClient(base_url=url) as client:
        yield client


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", {}, 403),
        ("GET", {"Content-Type": "text/plain"}, 403),
        ("GET", {"X-Creditnet-Client": "portal"}, 200),
        ("GET", {"Apollo-Require-Preflight": "1"}, 200),
        ("GET", {"X-Creditnet-Client": ""}, 403),
        ("GET", {"Content-Type": "application/json"}, 200),
        ("POST", {"Content-Type": "application/json; charset=utf-8"}, 200),
        ("POST", {"Content-Type": "application/x-www-form-urlencoded"}, 403),
        ("POST", {"Content-Type": "text/plain; a=application/json"}, 403),
        ("POST", {"Content-Type": "multipart/form-data"}, 403),
        ("POST", {}, 403),
    ],
)
async def test_what_may_be_forged_is_refused(
    method: str, headers: dict[str, str], status: int
) -> None:
    async with client_of(ForgeryPrevention(application())) as client:
        found = await client.request(method, "/graphql", headers=headers)
    assert found.status_code == status
    if status == 403:
        error = found.json()["errors"][0]
        assert error["extensions"]["code"] == "CSRF_PREVENTED"
        assert found.headers["cache-control"] == "no-store"


@given(
    st.sampled_from(
        [b"text/plain", b"application/x-www-form-urlencoded", b"multipart/form-data"]
    ),
    st.binary(max_size=20),
)
def test_no_parameter_makes_a_simple_type_pass(media: bytes, more: bytes) -> None:
    assert may_be_forged({b"content-type": media + b";" + more})


@pytest.mark.parametrize(
    ("origin", "said"),
    [(None, "ok"), (PORTAL, "ok"), ("https://evil.example", ""), ("null", "")],
)
async def test_sockets_of_other_sites_are_closed(origin: str | None, said: str) -> None:
    app = ForgeryPrevention(application(), [PORTAL])
    async with serving(app) as url:
        address = url.replace("http", "ws") + "/graphql"
        named = None if origin is None else Origin(origin)
        if said:
            async with connect(address, origin=named) as opened:
                assert await opened.recv() == said
        else:
            with pytest.raises(InvalidStatus):
                await connect(address, origin=named)


async def test_no_other_site_reads_anything_unless_it_is_named() -> None:
    asks = {
        "Origin": PORTAL,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type, x-creditnet-purpose",
    }
    async with client_of(open_to(application(), ())) as client:
        closed = await client.options("/graphql", headers=asks)
        read = await client.get("/graphql", headers={"Origin": PORTAL})
    assert closed.status_code == 405
    for one in (closed, read):
        assert "access-control-allow-origin" not in one.headers
    async with client_of(open_to(application(), read_origins(PORTAL))) as client:
        allowed = await client.options("/graphql", headers=asks)
        other = await client.options(
            "/graphql", headers={**asks, "Origin": "https://evil.example"}
        )
        read = await client.get("/graphql", headers={"Origin": PORTAL})
    assert allowed.status_code == 200
    assert allowed.headers["access-control-allow-origin"] == PORTAL
    assert allowed.headers["access-control-max-age"] == "600"
    assert other.status_code == 400
    assert "access-control-allow-origin" not in other.headers
    assert read.headers["access-control-allow-origin"] == PORTAL
    assert "access-control-allow-credentials" not in read.headers


@pytest.mark.parametrize(
    "written",
    ["*", "portal.example", "https://a.example/", "https://*.example", "file://x"],
)
def test_what_is_no_origin_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="origin"):
        read_origins(written)


async def test_every_answer_has_the_headers() -> None:
    app = SecurityHeaders(
        application(), encrypted=True, policies={"/playground": PLAYGROUND}
    )
    async with client_of(app) as client:
        for path in ("/graphql", "/nowhere"):
            found = (await client.get(path)).headers
            assert found["x-content-type-options"] == "nosniff"
            assert found["content-security-policy"] == NOTHING
            assert "max-age" in found["strict-transport-security"]
        page = await client.get("/playground")
    assert page.headers["content-security-policy"] == PLAYGROUND
    assert page.headers.get_list("referrer-policy") == ["origin"]
    async with client_of(
        SecurityHeaders(application(), encrypted=False, policies={})
    ) as client:
        plain = (await client.get("/graphql")).headers
    assert "strict-transport-security" not in plain


def test_the_public_introspects_only_where_documents_are_free() -> None:
    assert may_introspect(Role.PUBLIC, DocumentMode.FREE)
    assert not may_introspect(Role.PUBLIC, DocumentMode.TRUSTED)
    assert may_introspect(Role.ANALYST, DocumentMode.TRUSTED)
    assert not may_suggest(Role.PUBLIC, DocumentMode.FREE)
    assert may_suggest(Role.ANALYST, DocumentMode.FREE)
