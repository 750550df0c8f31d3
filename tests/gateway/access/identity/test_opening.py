"""What an operator sets is what tells who asks, or is refused in words."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.access.identity.errors import IdentityUnavailable, Unauthenticated
from gateway.access.identity.issuer import open_issuer
from gateway.access.identity.opening import Provider, open_authentication
from gateway.access.viewer import Role, Viewer
from gateway.core.database import open_database
from gateway.errors import OperationRefused
from tests.gateway.access.identity.signing import CLAIMS, EC, ISSUER, Token, jwks

pytestmark = pytest.mark.anyio
ANALYST = Viewer("demo", Role.ANALYST)


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    engine = await open_database(f"sqlite:///{tmp_path / 'core.sqlite'}")
    yield engine
    await engine.dispose()


def current() -> bytes:
    now = time.time()
    claims = {**CLAIMS, "iat": now, "exp": now + 60}
    return f"Bearer {Token(claims)}".encode()


async def test_without_a_provider_our_own_issuer_counts(
    tmp_path: Path, engine: AsyncEngine
):
    one = open_authentication(Provider(), tmp_path, engine)
    token = open_issuer(tmp_path).token(ANALYST)
    assert await one.viewer_of(f"Bearer {token}".encode(), None) == ANALYST
    with pytest.raises(Unauthenticated):
        await one.viewer_of(current(), None)
    await one.close()


async def test_with_a_provider_it_counts_alone(tmp_path: Path, engine: AsyncEngine):
    (tmp_path / "keys.json").write_bytes(jwks(EC))
    provider = Provider(ISSUER, str(tmp_path / "keys.json"))
    one = open_authentication(provider, tmp_path, engine)
    assert (await one.viewer_of(current(), None)).subject == "u-1024"
    token = open_issuer(tmp_path).token(ANALYST)
    with pytest.raises(Unauthenticated):
        await one.viewer_of(f"Bearer {token}".encode(), None)
    await one.close()


async def test_a_provider_that_is_down_at_the_start_is_waited_for(
    tmp_path: Path, engine: AsyncEngine
):
    provider = Provider(ISSUER, "http://127.0.0.1:1/jwks")
    one = open_authentication(provider, tmp_path, engine)
    with pytest.raises(IdentityUnavailable) as caught:
        await one.viewer_of(current(), None)
    assert caught.value.status == 503
    await one.close()


WRONG = {
    Provider(ISSUER): "CREDITNET_OIDC_KEYS",
    Provider(ISSUER, "http://login.example.cn/jwks"): "https",
    Provider(ISSUER, "/dev/zero"): "JWK Set",
    Provider(ISSUER, "missing.json"): "missing.json",
    Provider(ISSUER, "", algorithms=("HS256",)): "HS256",
}


async def test_what_can_not_be_used_is_told(tmp_path: Path, engine: AsyncEngine):
    for provider, word in WRONG.items():
        with pytest.raises(OperationRefused, match=word):
            open_authentication(provider, tmp_path, engine)
