"""A client certificate says who asks, on a real TLS connection and nowhere else."""

import asyncio
import dataclasses
import json
import socket
import ssl
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import trustme
import uvicorn
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from gateway.access.hygiene.connections import ConnectionLimits, bounded
from gateway.access.hygiene.encryption import Encryption, context_factory, encryption_of
from gateway.access.identity.api_keys import ApiKeyTable, Wanted
from gateway.access.identity.certificates import Certificate, read_certificate
from gateway.access.identity.commands import create_key, list_keys
from gateway.access.viewer import Role
from gateway.app import create_app
from gateway.errors import OperationRefused
from gateway.opening import open_gateway
from gateway.server import StreamingServer
from gateway.settings import Settings
from tests.serving import nothing
from tests.tokens import headers

pytestmark = pytest.mark.anyio
WHO = {"query": "{ viewer { roles department } }"}
OFFICER = {"roles": ["OFFICER"], "department": "QH-TAX"}


@dataclasses.dataclass
class Serving:
    """A gateway that asks for certificates, and who issues them."""

    port: int
    data: Path
    authority: trustme.CA
    table: ApiKeyTable

    def issued(self, name: str, authority: trustme.CA | None = None) -> Path:
        """Give a new client certificate with its key, as a PEM file."""
        made = (authority or self.authority).issue_cert(name)
        path = self.data / f"{name}.pem"
        path.write_bytes(made.private_key_and_cert_chain_pem.bytes())
        return path

    async def registered(self, name: str, days: int = 30) -> Path:
        path = self.issued(name)
        shown = read_certificate(path)
        wanted = Wanted(name, Role.OFFICER, "QH-TAX", days, shown)
        await self.table.create(wanted)
        return path

    def tls(self, certificate: Path | None) -> ssl.SSLContext:
        context = ssl.create_default_context()
        self.authority.configure_trust(context)
        if certificate is not None:
            context.load_cert_chain(certificate)
        return context

    async def ask(
        self, certificate: Path | None, more: Mapping[str, str] | None = None
    ) -> httpx.Response:
        async with httpx.AsyncClient(
            verify=self.tls(certificate), base_url=f"https://localhost:{self.port}"
        ) as client:
            return await client.post("/graphql", json=WHO, headers=dict(more or {}))


@pytest.fixture
async def serving(tmp_path: Path) -> AsyncIterator[Serving]:
    (tmp_path / "none").mkdir()
    authority = trustme.CA()
    own = authority.issue_cert("localhost")
    (tmp_path / "server.pem").write_bytes(own.cert_chain_pems[0].bytes())
    (tmp_path / "server.key").write_bytes(own.private_key_pem.bytes())
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    encryption = Encryption(
        tmp_path / "server.pem", tmp_path / "server.key", tmp_path / "authority.pem"
    )
    settings = Settings(
        data=tmp_path, departments=tmp_path / "none", presence=False, lag=60
    )
    gateway = await open_gateway(settings, {})
    config = uvicorn.Config(
        create_app(gateway),
        log_level="critical",
        http=bounded(ConnectionLimits()),
        ssl_context_factory=context_factory(encryption),
    )
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        bound.listen()
        server = StreamingServer(config, nothing)
        running = asyncio.create_task(server.serve(sockets=[bound]))
        table = ApiKeyTable(gateway.core.engine, lambda: datetime.now(UTC).timestamp())
        yield Serving(bound.getsockname()[1], tmp_path, authority, table)
        server.should_exit = True
        await running
    await gateway.close()


async def test_a_registered_certificate_says_who_asks(serving: Serving) -> None:
    answer = await serving.ask(await serving.registered("tax"))
    assert answer.json()["data"]["viewer"] == OFFICER


async def test_without_one_a_token_is_needed_as_ever(serving: Serving) -> None:
    assert (await serving.ask(None)).status_code == 401
    known = await serving.ask(None, headers(serving.data))
    assert known.json()["data"]["viewer"]["roles"] == ["ANALYST"]


async def test_a_header_says_more_than_the_certificate(serving: Serving) -> None:
    certificate = await serving.registered("tax")
    answer = await serving.ask(certificate, headers(serving.data))
    assert answer.json()["data"]["viewer"]["roles"] == ["ANALYST"]
    wrong = await serving.ask(certificate, {"X-Creditnet-Key": "cn_x"})
    assert wrong.status_code == 401


async def test_one_that_nobody_registered_is_refused(serving: Serving) -> None:
    answer = await serving.ask(serving.issued("stranger"))
    assert answer.status_code == 401
    assert "证书未登记" in answer.json()["errors"][0]["message"]


async def test_one_that_others_issued_makes_no_connection(serving: Serving) -> None:
    forged = serving.issued("tax", trustme.CA())
    with pytest.raises((httpx.TransportError, ssl.SSLError)):
        await serving.ask(forged)


async def test_one_that_is_revoked_is_refused(serving: Serving) -> None:
    certificate = await serving.registered("tax")
    (one,) = await serving.table.newest(10)
    await serving.table.revoke(one.id)
    assert (await serving.ask(certificate)).status_code == 401
    again = Wanted("tax", Role.PORTAL, certificate=read_certificate(certificate))
    await serving.table.create(again)
    with pytest.raises(OperationRefused, match="registered already"):
        await serving.table.create(again)


async def test_a_key_of_its_fingerprint_is_none(serving: Serving) -> None:
    await serving.registered("tax")
    (one,) = await serving.table.newest(10)
    for key in (
        one.hash,
        f"cn_{one.id}_{one.hash[:43]}",
        f"cn_{one.hash[:12]}_{'x' * 43}",
    ):
        answer = await serving.ask(None, {"X-Creditnet-Key": key})
        assert answer.status_code == 401


@pytest.mark.parametrize(
    "name", ["tls", "x-client-cert", "x-forwarded-client-cert", "ssl-client-cert"]
)
async def test_no_header_stands_for_a_certificate(serving: Serving, name: str) -> None:
    certificate = await serving.registered("tax")
    pem = certificate.read_text("ascii").replace("\n", " ").strip()
    assert (await serving.ask(None, {name: pem})).status_code == 401


async def test_it_counts_on_a_socket_too(serving: Serving) -> None:
    certificate = await serving.registered("tax")
    for path, kind in ((certificate, "connection_ack"), (None, None)):
        async with connect(
            f"wss://localhost:{serving.port}/graphql",
            ssl=serving.tls(path),
            subprotocols=[Subprotocol("graphql-transport-ws")],
        ) as conversation:
            await conversation.send('{"type": "connection_init"}')
            if kind is None:
                with pytest.raises(Exception, match=r"4403"):
                    await conversation.recv()
            else:
                told: dict[str, Any] = json.loads(await conversation.recv())
                assert told["type"] == kind


async def test_a_registration_ends_with_its_certificate(serving: Serving) -> None:
    soon = datetime.now(UTC) + timedelta(days=3)
    shown = Certificate("ab" * 32, soon)
    await serving.table.create(Wanted("x", Role.PORTAL, None, 365, shown))
    (one,) = await serving.table.newest(10)
    assert one.expires == soon.replace(microsecond=0)


async def test_the_command_registers_it(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    file = tmp_path / "portal.pem"
    trustme.CA().issue_cert("portal").cert_chain_pems[0].write_to_path(file)
    settings = Settings(data=tmp_path)
    await create_key(
        settings, Wanted("门户", Role.PORTAL, certificate=read_certificate(file))
    )
    assert "已登记" in capsys.readouterr().out
    await list_keys(settings)
    assert "证书" in capsys.readouterr().out.splitlines()[3]
    for name, content in (("empty", b""), ("key", b"-----BEGIN RSA PRIVATE KEY-----")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(OperationRefused, match="no certificate"):
            read_certificate(tmp_path / name)
    with pytest.raises(OperationRefused, match="can't be read"):
        read_certificate(tmp_path / "nothing")


def test_what_can_not_be_used_is_refused_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(OperationRefused, match="needs"):
        encryption_of(None, None, tmp_path / "authority.pem")
    own = trustme.CA().issue_cert("localhost")
    own.cert_chain_pems[0].write_to_path(tmp_path / "server.pem")
    own.private_key_pem.write_to_path(tmp_path / "server.key")
    (tmp_path / "authority.pem").write_text("nothing")
    for issuers in ("authority.pem", "missing.pem"):
        made = encryption_of(
            tmp_path / "server.pem", tmp_path / "server.key", tmp_path / issuers
        )
        with pytest.raises(OperationRefused, match="CREDITNET_TLS_CLIENTS"):
            context_factory(made)
