"""An issuer's keys are fetched seldom, kept while it is down, and never in a flood."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import orjson
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given, strategies as st
from joserfc.jwk import ECKey, Key, OctKey
from structlog.testing import capture_logs

from gateway.access.identity.errors import IdentityUnavailable, Unauthenticated
from gateway.access.identity.keys import KeysRefused, RemoteKeys, read_keys
from gateway.access.identity.tokens import Tokens
from tests.gateway.access.identity.signing import (
    EC,
    ED,
    RSA,
    TRUST,
    Clock,
    Token,
    encoded,
    jwks,
    key_set,
)

pytestmark = pytest.mark.anyio
NEXT = ECKey.generate_key("P-256", {"kid": "next"})


@dataclass
class Endpoint:
    """Publishes keys, as well as a test lets it."""

    content: bytes = field(default_factory=lambda: jwks(EC, RSA))
    status: int = 200
    fetches: int = 0
    open: asyncio.Event = field(default_factory=asyncio.Event)
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.open.set()

    async def answer(self, _: web.Request) -> web.Response:
        self.fetches += 1
        self.asked.set()
        await self.open.wait()
        headers = {"Location": "/jwks"} if self.status == 302 else None
        return web.Response(body=self.content, status=self.status, headers=headers)


@dataclass
class Case:
    """Tokens checked by keys that an endpoint publishes."""

    endpoint: Endpoint
    keys: RemoteKeys
    tokens: Tokens
    clock: Clock

    async def refused(self, token: object = None) -> str:
        with pytest.raises(Unauthenticated) as caught:
            await self.tokens.viewer_of(str(token or Token(header={"kid": "?"})))
        return caught.value.reason

    async def unavailable(self) -> None:
        with pytest.raises(IdentityUnavailable):
            await self.tokens.viewer_of(str(Token()))


@asynccontextmanager
async def opened(seconds: float = 5.0) -> AsyncIterator[Case]:
    endpoint, clock = Endpoint(), Clock()
    application = web.Application()
    application.router.add_get("/jwks", endpoint.answer)
    async with TestServer(application) as server:
        keys = RemoteKeys(str(server.make_url("/jwks")), 10, clock, seconds)
        case = Case(endpoint, keys, Tokens(TRUST, keys, lambda: Clock.seconds), clock)
        yield case
        await keys.close()
        endpoint.open.set()


@pytest.fixture
async def case() -> AsyncIterator[Case]:
    async with opened() as case:
        yield case


async def test_keys_are_fetched_once_for_many_tokens(case: Case):
    both = [str(Token()), str(Token(algorithm="RS256", key=RSA))]
    await asyncio.gather(*(case.tokens.viewer_of(one) for one in both * 20))
    assert case.endpoint.fetches == 1


async def test_a_new_key_is_fetched_at_once(case: Case):
    await case.tokens.viewer_of(str(Token()))
    case.clock.seconds += 11
    case.endpoint.content = jwks(EC, RSA, NEXT)
    await case.tokens.viewer_of(str(Token(key=NEXT)))
    assert case.endpoint.fetches == 2


async def test_a_key_that_is_gone_is_believed_no_more(case: Case):
    token = str(Token())
    await case.tokens.viewer_of(token)
    case.endpoint.content = jwks(NEXT)
    case.clock.seconds += 1_201
    assert "unknown key" in await case.refused(token)


async def test_forged_tokens_make_no_flood_of_fetches(case: Case):
    await case.tokens.viewer_of(str(Token()))
    for step in range(10):
        case.clock.seconds += 5
        forged = (Token(header={"kid": f"{step}-{n}"}) for n in range(20))
        await asyncio.gather(*map(case.refused, forged))
    assert case.endpoint.fetches == 1 + 50 // 10


async def test_who_is_known_does_not_wait_for_what_forged_tokens_fetch(case: Case):
    await case.tokens.viewer_of(str(Token()))
    case.clock.seconds += 11
    case.endpoint.asked.clear()
    case.endpoint.open.clear()
    forged = asyncio.create_task(case.refused())
    await case.endpoint.asked.wait()
    await case.tokens.viewer_of(str(Token()))
    assert not forged.done()
    case.endpoint.open.set()
    await forged


async def test_old_keys_go_on_for_a_day_while_the_endpoint_is_down(case: Case):
    token = str(Token())
    await case.tokens.viewer_of(token)
    case.endpoint.status = 503
    with capture_logs() as logs:
        case.clock.seconds += 1_201
        await case.tokens.viewer_of(token)
        case.clock.seconds += 80_000
        await case.tokens.viewer_of(token)
    assert {"not fetched"} == {line["event"] for line in logs}
    assert {"error"} == {line["log_level"] for line in logs}
    case.clock.seconds += 6_000
    await case.unavailable()
    case.endpoint.status = 200
    case.clock.seconds += 10
    await case.tokens.viewer_of(token)


@pytest.mark.parametrize("status", [500, 404, 302])
async def test_without_any_keys_nobody_is_known_or_refused(case: Case, status: int):
    case.endpoint.status = status
    await case.unavailable()
    await case.unavailable()
    assert case.endpoint.fetches == 1
    case.endpoint.status = 200
    case.clock.seconds += 10
    await case.tokens.viewer_of(str(Token()))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>",
        b"[]",
        b'{"keys": []}',
        b'{"keys": 1}',
        b'{"keys": [1, null, {}]}',
        b"[" * 100_000,
        b'{"keys": ' + b"[" * 100_000,
        b'{"keys": [' + b"[" * 100_000,
        b" " * 300_000 + jwks(EC),
        orjson.dumps({"keys": [EC.as_dict(private=False)] * 101}),
    ],
    ids=lambda content: content[:12].decode(),
)
async def test_what_is_no_set_of_keys_is_not_taken(case: Case, content: bytes):
    case.endpoint.content = content
    await case.unavailable()


async def test_a_slow_endpoint_is_given_up():
    async with opened(seconds=0.05) as case:
        case.endpoint.open.clear()
        await case.unavailable()


async def test_an_endpoint_that_is_not_there():
    keys = RemoteKeys("http://127.0.0.1:1/jwks")
    with pytest.raises(IdentityUnavailable) as caught:
        await keys.current()
    assert "127.0.0.1" not in caught.value.reason + caught.value.message
    await keys.close()


def test_of_a_set_what_can_be_used_is_used():
    mac = OctKey.generate_key(256, {"kid": "mac"}).as_dict(private=True)
    good = EC.as_dict(private=False)
    told = [
        mac,
        {**good, "kid": "enc", "use": "enc"},
        {**good, "kid": "curve", "crv": "P-999"},
        {**good, "kid": "off", "x": encoded(b"\1" * 32)},
        {**good, "kid": "signs", "key_ops": ["sign"]},
        {**good, "kid": 5},
        {"kty": "RSA", "kid": "huge", "n": "x" * 2_000, "e": "AQAB"},
        {"kty": "AKP", "kid": "new"},
        {**EC.as_dict(private=True), "kid": "private"},
        good,
        ED.as_dict(private=False),
    ]
    found = read_keys(orjson.dumps({"keys": told}))
    assert set(found.keys) == {"private", "ec", "ed"}
    assert not any(key.is_private for key in found.keys.values())


def test_a_key_is_meant_by_its_name_or_is_the_only_one():
    assert key_set(EC).get(None) is not None
    assert key_set(EC, RSA).get(None) is None
    assert key_set(EC, RSA).get("other") is None


VALUES = st.none() | st.integers() | st.text(max_size=50) | st.lists(st.text())
FIELDS = st.sampled_from(["kty", "crv", "x", "y", "n", "e", "use", "key_ops", "kid"])


@given(st.sampled_from([EC, RSA, ED]), FIELDS, VALUES)
def test_any_key_is_used_or_left_out(key: Key, name: str, value: object):
    told = {**key.as_dict(private=False), name: value}
    try:
        content = orjson.dumps({"keys": [told]})
    except (orjson.JSONEncodeError, UnicodeEncodeError):
        return
    try:
        read_keys(content)
    except KeysRefused:
        return
