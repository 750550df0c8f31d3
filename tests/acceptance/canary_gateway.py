"""A gateway on a world of canaries, and an ear for them."""

import base64
import binascii
import dataclasses
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from adapters.registry import Registry
from benchmarks.identity import ROOMY
from gateway.access.viewer import Role, Viewer
from gateway.app import create_app
from gateway.opening import open_gateway
from gateway.reconciliation import Reconciliation
from gateway.settings import Settings
from tests.acceptance.canary_world import NOW, Canaries, CanaryWorld
from tests.serving import serving
from tests.tokens import headers

PUBLIC = "/public/graphql"
IN_BASE64 = re.compile(r"[A-Za-z0-9_-]{12,}")
SOUNDS = re.compile("CANARY|77[0-9]{7}|189[0-9]-|6328011|1397[0-9]{7}")
"""How canaries begin; what has none of it need not be listened to."""


@dataclasses.dataclass(frozen=True)
class Asked:
    """A gateway on one of the two worlds."""

    client: httpx.AsyncClient
    world: CanaryWorld
    known: Mapping[str, str]
    """Headers of somebody of the government."""
    portal: Mapping[str, str]
    """Headers of the portal's server, which may not see what is unpublished."""

    async def ask(self, query: str, **variables: object) -> httpx.Response:
        return await self.client.post(
            PUBLIC,
            json={"query": query, "variables": variables},
            headers={"Accept": "*/*"},
        )


@asynccontextmanager
async def gateway_on(made: CanaryWorld, directory: Path) -> AsyncIterator[Asked]:
    (directory / "none").mkdir(parents=True)
    wide = re.sub(
        r"(?m)^(depth|aliases|tokens) = .*", r"\1 = 60_000", ROOMY.read_text()
    )
    (directory / "limits.toml").write_text(wide)
    settings = Settings(
        data=directory,
        departments=directory / "none",
        clock=NOW,
        cache=False,
        presence=False,
        max_fields=60_000,
        max_tokens=60_000,
        max_aliases=60_000,
        max_document=1_000_000,
        max_pairs=1_000_000,
        max_depth=30,
        breaker_failures=1_000_000,
        breaker_share=1.0,
        limits=directory / "limits.toml",
        lag=60,
    )
    gateway = await open_gateway(settings, {})
    await gateway.core.sync(made.core, lambda _stage, _done: None)
    gateway.plugging.current = Registry(made.departments)
    counting = Reconciliation(
        made.departments, gateway.core, gateway.quarantine, gateway.shelf
    )
    await counting.run(NOW, lambda _stage, _done: None)
    async with (
        serving(create_app(gateway)) as url,
        httpx.AsyncClient(base_url=url, timeout=60) as client,
    ):
        portal = headers(directory, Viewer("portal", Role.PORTAL))
        yield Asked(client, made, headers(directory), portal)
    await gateway.close()


def layers(text: str, depth: int = 3) -> Iterator[str]:
    """Give a text, and what is written in base64 in it: cursors hold identifiers."""
    yield text
    for word in IN_BASE64.findall(text) if depth else ():
        try:
            inner = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)).decode()
        except (binascii.Error, UnicodeDecodeError):
            continue
        yield from layers(inner, depth - 1)


def sung_in(text: str, canaries: Canaries) -> Sequence[str]:
    """Name the canaries in a text, whatever the case."""
    heard = "\n".join(layers(text)).upper()
    if SOUNDS.search(heard) is None:
        return []
    return [one for one in canaries.sung if one.upper() in heard]


def told(answer: httpx.Response) -> str:
    return f"{dict(answer.headers)}\n{answer.text}"
