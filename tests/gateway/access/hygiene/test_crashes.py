"""What fails outside of GraphQL: the client gets a number, the log the reason."""

import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NoReturn

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route, Router, WebSocketRoute
from starlette.websockets import WebSocket
from structlog.testing import capture_logs
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from gateway.access.hygiene.crashes import Crashes
from gateway.app import create_app
from gateway.opening import open_gateway
from gateway.settings import Settings
from tests.serving import serving
from tests.tokens import headers

pytestmark = pytest.mark.anyio
SECRET = "postgresql://creditnet:geheim@db/core"


async def broken(_: Request) -> Response:
    raise RuntimeError(SECRET)


async def half(_: Request) -> Response:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"a"
        raise RuntimeError(SECRET)

    return StreamingResponse(pieces())


async def early(_: WebSocket) -> None:
    raise RuntimeError(SECRET)


async def late(websocket: WebSocket) -> None:
    await websocket.accept()
    raise RuntimeError(SECRET)


APP = Crashes(
    Router(
        routes=[
            Route("/broken", broken),
            Route("/half", half),
            WebSocketRoute("/early", early),
            WebSocketRoute("/late", late),
        ]
    )
)


@pytest.fixture
async def url() -> AsyncIterator[str]:
    async with serving(APP) as found:
        yield found


async def test_a_client_gets_a_number_that_finds_the_line_of_the_log(url: str) -> None:
    with capture_logs() as logs:
        async with httpx.AsyncClient(base_url=url) as client:
            found = await client.get("/broken")
    (error,) = found.json()["errors"]
    number = error["extensions"]["id"]
    assert found.status_code == 500
    assert error["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert number in error["message"]
    assert found.headers["cache-control"] == "no-store"
    (line,) = [one for one in logs if one.get("error_id") == number]
    assert str(line["exc_info"]) == SECRET
    assert "geheim" not in found.text
    assert "RuntimeError" not in found.text


async def test_a_browser_gets_a_page(url: str) -> None:
    with capture_logs() as logs:
        async with httpx.AsyncClient(base_url=url) as client:
            accept = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
            found = await client.get("/broken", headers=accept)
    assert found.status_code == 500
    assert found.headers["content-type"] == "text/html; charset=utf-8"
    assert str(logs[0]["error_id"]) in found.text
    assert "geheim" not in found.text


async def test_an_answer_that_has_begun_is_cut(url: str) -> None:
    with capture_logs() as logs:
        async with httpx.AsyncClient(base_url=url) as client:
            with pytest.raises(httpx.RemoteProtocolError):
                await client.get("/half")
    assert [one for one in logs if one.get("event") == "request failed"]


async def test_sockets_are_closed(url: str) -> None:
    address = url.replace("http", "ws")
    with capture_logs() as logs:
        with pytest.raises(InvalidStatus) as refused:
            await connect(f"{address}/early")
        async with connect(f"{address}/late") as socket:
            with pytest.raises(ConnectionClosed) as caught:
                await socket.recv()
    assert caught.value.rcvd
    assert caught.value.rcvd.code == 1011
    assert refused.value.response.status_code == 500
    assert str(logs[0]["error_id"]).encode() in refused.value.response.body
    assert len(logs) == 2


@asynccontextmanager
async def gateway_that_fails(directory: Path) -> AsyncIterator[httpx.AsyncClient]:
    (directory / "none").mkdir()
    settings = Settings(data=directory, departments=directory / "none", presence=False)
    opened = await open_gateway(settings, {})
    failing = dataclasses.replace(opened, repeats=_Repeats())  # type: ignore[arg-type]
    async with (
        serving(create_app(failing)) as url,
        httpx.AsyncClient(base_url=url) as client,
    ):
        yield client
    await opened.close()


class _Repeats:
    """A memory that breaks."""

    era = 0

    def get(self, _asked: object) -> NoReturn:
        raise RuntimeError(SECRET)


@pytest.mark.parametrize("path", ["/graphql", "/public/graphql"])
async def test_both_endpoints_mask_it_with_all_headers(
    tmp_path: Path, path: str
) -> None:
    with capture_logs() as logs:
        async with gateway_that_fails(tmp_path) as client:
            found = await client.post(
                path,
                json={"query": "{ __typename }"},
                headers={**headers(tmp_path), "X-Creditnet-Client": "test"},
            )
    number = found.json()["errors"][0]["extensions"]["id"]
    assert found.status_code == 500
    assert found.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in found.headers["content-security-policy"]
    assert "geheim" not in found.text
    assert [one for one in logs if one.get("error_id") == number]
