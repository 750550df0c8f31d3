"""Who asks is told by a token or by a key, and by nothing else."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.access.identity.api_keys import ApiKeyTable, Wanted
from gateway.access.identity.authentication import Authentication
from gateway.access.identity.errors import Unauthenticated
from gateway.access.identity.key_ring import KeyRing
from gateway.access.identity.keys import HeldKeys
from gateway.access.identity.tokens import Tokens
from gateway.access.viewer import Role, Viewer
from gateway.core.database import open_database
from tests.gateway.access.identity.signing import EC, TRUST, Clock, Token, key_set

pytestmark = pytest.mark.anyio
TOKEN = str(Token())
PLAIN = 'Bearer realm="creditnet"'
VIEWER = Viewer("u-1024", Role.ANALYST, "QH-EPD", "630100")


@pytest.fixture
async def table(tmp_path: Path) -> AsyncIterator[ApiKeyTable]:
    engine = await open_database(f"sqlite:///{tmp_path / 'core.sqlite'}")
    yield ApiKeyTable(engine, Clock())
    await engine.dispose()


@pytest.fixture
async def authentication(table: ApiKeyTable) -> AsyncIterator[Authentication]:
    keys, clock = HeldKeys(key_set(EC)), Clock()
    ring = KeyRing(table, clock, clock)
    made = Authentication(Tokens(TRUST, keys, clock), keys, ring)
    yield made
    await made.close()


async def test_a_bearer_token(authentication: Authentication):
    for scheme in ("Bearer", "bearer", "BEARER  "):
        header = f"{scheme} {TOKEN}".encode()
        assert await authentication.viewer_of(header, None) == VIEWER


async def test_an_api_key(authentication: Authentication, table: ApiKeyTable):
    key = await table.create(Wanted("portal", Role.PORTAL))
    viewer = await authentication.viewer_of(None, key.encode())
    assert viewer == Viewer("portal", Role.PORTAL)


WRONG: list[tuple[bytes | None, bytes | None, str]] = [
    (None, None, PLAIN),
    (b"", None, PLAIN),
    (b"Basic YTpi", None, PLAIN),
    (b"Bearer", None, PLAIN),
    (None, b"", PLAIN),
    (None, b"\xff" * 100_000, PLAIN),
    (b"Bearer ", None, "invalid_token"),
    (b"Bearer a b", None, "invalid_token"),
    (b"Bearer \xff\xfe", None, "invalid_token"),
    (f"Bearer {TOKEN}, Bearer {TOKEN}".encode(), None, "invalid_token"),
    (f"Bearer {TOKEN}\r\nX: y".encode(), None, "invalid_token"),
    (b"Bearer " + b"x" * 1_000_000, None, "invalid_token"),
    (f"Bearer {TOKEN}".encode(), b"cn_x", "invalid_request"),
]


async def test_anything_else_is_refused(authentication: Authentication):
    for authorization, api_key, challenge in WRONG:
        with pytest.raises(Unauthenticated) as caught:
            await authentication.viewer_of(authorization, api_key)
        error = caught.value
        assert challenge in error.challenge
        assert error.challenge.isascii()
        assert TOKEN not in error.reason + error.message + error.challenge
        assert error.status == 401
