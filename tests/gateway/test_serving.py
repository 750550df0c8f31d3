"""The gateway as it is started: what it takes, and how it lets subscribers go."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from tests.tokens import headers

QUERY = "subscription { recordChanges { at } }"


@pytest.fixture
def process(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A gateway without departments, and its address."""
    (tmp_path / "departments").mkdir()
    with subprocess.Popen(
        [sys.executable, "-m", "gateway", "serve"],
        env={
            **os.environ,
            "CREDITNET_DATA": str(tmp_path),
            "CREDITNET_DEPARTMENTS": str(tmp_path / "departments"),
            "CREDITNET_PORT": "0",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as started:
        assert started.stdout
        yield started, started.stdout.readline().split()[-1]
        started.kill()


def test_subscribers_are_let_go(
    process: tuple[subprocess.Popen[str], str], tmp_path: Path
):
    started, url = process
    known = headers(tmp_path)
    asking = {**known, "Accept": "text/event-stream"}
    socket = connect(
        f"{url}/graphql".replace("http", "ws"),
        subprotocols=[Subprotocol("graphql-transport-ws")],
        additional_headers=known,
    )
    with (
        socket,
        httpx.stream(
            "POST", f"{url}/graphql", json={"query": QUERY}, headers=asking, timeout=60
        ) as response,
    ):
        socket.send('{"type": "connection_init"}')
        assert socket.recv() == '{"type":"connection_ack"}'
        lines = response.iter_lines()
        assert next(lines) == ":"
        started.send_signal(signal.SIGTERM)
        assert list(lines) == [""]
        with pytest.raises(ConnectionClosed) as caught:
            socket.recv(timeout=60)
        assert caught.value.rcvd
        assert caught.value.rcvd.code == 1012
        _, errors = started.communicate(timeout=60)
    assert errors == "", "it waited until its patience was at an end"
    assert started.returncode in {0, -signal.SIGTERM}


def test_a_message_that_is_too_large_closes_by_1009(
    process: tuple[subprocess.Popen[str], str],
):
    _, url = process
    with connect(
        f"{url}/graphql".replace("http", "ws"),
        subprotocols=[Subprotocol("graphql-transport-ws")],
    ) as socket:
        socket.send(" " * 1_048_577)
        with pytest.raises(ConnectionClosed) as caught:
            socket.recv(timeout=60)
    assert caught.value.rcvd
    assert caught.value.rcvd.code == 1009


def test_the_public_address_takes_no_socket(
    process: tuple[subprocess.Popen[str], str],
):
    _, url = process
    headers = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Protocol": "graphql-transport-ws",
    }
    answer = httpx.get(f"{url}/public/graphql", headers=headers)
    assert answer.status_code == 404
    assert "no subscriptions" in answer.json()["errors"][0]["message"]
