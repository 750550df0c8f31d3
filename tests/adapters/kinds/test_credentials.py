"""How departments are shown who asks, against servers that check it."""

import asyncio
from base64 import b64encode
from collections import Counter
from pathlib import Path

import pytest
from aiohttp import web
from cryptography.hazmat.primitives import hashes, hmac
from hypothesis import given, strategies as st
from yarl import URL

from adapters.errors import DeclarationError, SourceDenied
from adapters.kinds.signing import Signed, Signing, canonical_query, sign
from tests.adapters.declarations import penalty
from tests.adapters.kinds.strangers import (
    CODES,
    SECRET,
    asking,
    declaration,
    fetch,
    load,
    numbers,
)

pytestmark = pytest.mark.anyio


def rows(request: web.Request) -> web.Response:
    """Give one penalty of each enterprise asked about."""
    codes = request.query["codes"].split(",")
    return web.json_response({"rows": [penalty(CODE=one, CF_WSH=one) for one in codes]})


WAYS = {
    "basic": (
        '{ kind = "basic", name = "信用", token = "${QH_TST_SECRET}" }',
        ("Authorization", f"Basic {b64encode(f'信用:{SECRET}'.encode()).decode()}"),
    ),
    "bearer": (
        '{ kind = "bearer", token = "${QH_TST_SECRET}" }',
        ("Authorization", f"Bearer {SECRET}"),
    ),
    "header": (
        '{ kind = "header", token = "${QH_TST_SECRET}" }',
        ("X-API-Key", SECRET),
    ),
    "header of another name": (
        '{ kind = "header", name = "appkey", token = "${QH_TST_SECRET}" }',
        ("appkey", SECRET),
    ),
}


@pytest.mark.parametrize("way", WAYS)
async def test_a_header_shows_who_asks(way: str, tmp_path: Path) -> None:
    auth, (header, value) = WAYS[way]

    async def handle(request: web.Request) -> web.Response:
        if request.headers.get(header) != value:
            return web.json_response({}, status=401)
        return rows(request)

    async with asking(tmp_path, handle, declaration(connection=f"auth = {auth}")) as to:
        assert numbers(await fetch(to)) == [[one] for one in CODES]


async def test_a_parameter_shows_who_asks(tmp_path: Path) -> None:
    async def handle(request: web.Request) -> web.Response:
        if request.query.get("key") != SECRET:
            return web.json_response({}, status=401)
        return rows(request)

    auth = 'auth = { kind = "query", name = "key", token = "${QH_TST_SECRET}" }'
    async with asking(tmp_path, handle, declaration(connection=auth)) as adapter:
        assert numbers(await fetch(adapter)) == [[one] for one in CODES]


class Tokens:
    """Gives tokens and counts them; an old one is refused after each `renewal`."""

    def __init__(self, client: str = "body") -> None:
        self.seen: Counter[str] = Counter()
        self._client = client
        self._good = "none yet"

    def expire(self) -> None:
        self._good = "none yet"

    async def handle(self, request: web.Request) -> web.Response:
        self.seen[request.path] += 1
        if request.path == "/oauth/token":
            return await self._give(request)
        if request.path == "/forbidden":
            return web.json_response({}, status=403)
        if request.headers.get("Authorization") != f"Bearer {self._good}":
            return web.json_response({}, status=401)
        return rows(request)

    async def _give(self, request: web.Request) -> web.Response:
        form = dict(await request.post())
        basic = f"Basic {b64encode(f'app:{SECRET}'.encode()).decode()}"
        shown = {
            "body": {"client_id": "app", "client_secret": SECRET},
            "basic": {},
        }[self._client]
        assert (request.headers.get("Authorization") == basic) is not bool(shown)
        expected = {"grant_type": "client_credentials", "scope": "read", **shown}
        assert form == expected
        self._good = f"token {self.seen['/oauth/token']}"
        return web.json_response({"access_token": self._good, "token_type": "Bearer"})


def oauth(path: str = "/penalties", client: str = "body") -> str:
    auth = (
        'auth = { kind = "oauth", name = "app", token = "${QH_TST_SECRET}", '
        f'scope = "read", client = "{client}" }}'
    )
    request = f'request = {{ path = "{path}", params = {{ codes = "$keys" }} }}'
    return declaration(connection=auth, section=f'{request}\nrows = "rows"', batch=1)


@pytest.mark.parametrize("client", ["body", "basic"])
async def test_a_token_is_fetched_once_for_all(client: str, tmp_path: Path) -> None:
    tokens = Tokens(client)
    async with asking(tmp_path, tokens.handle, oauth(client=client)) as adapter:
        await asyncio.gather(fetch(adapter), fetch(adapter), fetch(adapter))
    assert tokens.seen == {"/oauth/token": 1, "/penalties": 9}


async def test_an_expired_token_is_renewed_once_for_all(tmp_path: Path) -> None:
    tokens = Tokens()
    async with asking(tmp_path, tokens.handle, oauth()) as adapter:
        await fetch(adapter)
        tokens.expire()
        fetched = await fetch(adapter)
    assert not fetched.failed
    assert tokens.seen["/oauth/token"] == 2


async def test_a_refusal_is_no_reason_for_a_new_token(tmp_path: Path) -> None:
    tokens = Tokens()
    async with asking(tmp_path, tokens.handle, oauth("/forbidden")) as adapter:
        with pytest.raises(SourceDenied):
            await fetch(adapter, CODES[:1])
    assert tokens.seen == {"/oauth/token": 1, "/forbidden": 1}


async def test_a_token_that_is_never_accepted_is_renewed_once(tmp_path: Path) -> None:
    tokens = Tokens()

    async def handle(request: web.Request) -> web.Response:
        answer = await tokens.handle(request)
        tokens.expire()
        return answer

    async with asking(tmp_path, handle, oauth()) as adapter:
        with pytest.raises(SourceDenied):
            await fetch(adapter, CODES[:1])
    assert tokens.seen == {"/oauth/token": 2, "/penalties": 2}


# ---- signed requests ---------------------------------------------------------------

ALGORITHMS = {"sha256": hashes.SHA256, "sm3": hashes.SM3}


def expected_signature(digest: str, request: web.Request, body: bytes) -> str:
    """What a department computes by itself, of the words it agreed on."""
    algorithm = ALGORITHMS[digest]
    of_body = hashes.Hash(algorithm())
    of_body.update(body)
    told = request.headers
    text = "\n".join(
        [
            request.method,
            request.path,
            request.rel_url.raw_query_string,
            told["X-Timestamp"],
            told["X-Nonce"],
            of_body.finalize().hex(),
        ]
    )
    mark = hmac.HMAC(SECRET.encode(), algorithm())
    mark.update(text.encode())
    return mark.finalize().hex()


@pytest.mark.parametrize("digest", ALGORITHMS)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_request_is_signed(digest: str, method: str, tmp_path: Path) -> None:
    nonces = set()

    async def handle(request: web.Request) -> web.Response:
        body = await request.read()
        nonces.add(request.headers["X-Nonce"])
        signature = expected_signature(digest, request, body)
        assert request.headers["X-App-Id"] == "credit"
        if request.headers["X-Signature"] != signature:
            return web.json_response({}, status=401)
        return rows(request)

    auth = (
        'auth = { kind = "signed", name = "credit", token = "${QH_TST_SECRET}", '
        f'signing = {{ digest = "{digest}" }} }}'
    )
    section = (
        f'request = {{ path = "/a/b", method = "{method}", '
        'params = { codes = "$keys" } }\nrows = "rows"'
    )
    text = declaration(connection=auth, section=section, batch=1)
    async with asking(tmp_path, handle, text) as adapter:
        assert numbers(await fetch(adapter)) == [[one] for one in CODES]
    assert len(nonces) == 3


def test_sm3_is_the_standards() -> None:
    """The digest of `abc` is the example of GB/T 32905-2016, appendix A."""
    signed = Signed("GET", URL("http://a/"), b"abc", 0, "")
    of_body = Signing(digest="sm3", over=("body_digest",))
    plain = hmac.HMAC(b"key", hashes.SM3())
    plain.update(b"66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0")
    assert sign(of_body, "", "key", signed)["X-Signature"] == plain.finalize().hex()


_TEXTS = st.text("ab09 &=?%+/~-._;#\n青é\U0001f600", max_size=8)


@given(st.dictionaries(_TEXTS.filter(bool), _TEXTS, max_size=4), st.randoms())
def test_the_order_of_parameters_does_not_matter(
    parameters: dict[str, str], chance: object
) -> None:
    pairs = list(parameters.items())
    chance.shuffle(pairs)  # type: ignore[attr-defined]  # hypothesis' own Random
    here = canonical_query(URL("http://a/").update_query(parameters))
    assert here == canonical_query(URL("http://a/").update_query(pairs))
    assert here.count("=") == len(parameters)
    assert dict(URL(f"http://a/?{here}").query) == parameters


@given(st.binary(max_size=40), _TEXTS, st.sampled_from(["hex", "base64"]))
def test_every_part_changes_the_signature(body: bytes, secret: str, how: str) -> None:
    signing = Signing(encoding="hex" if how == "hex" else "base64")
    url = URL("http://a/b?c=1")
    base = Signed("POST", url, body, 5.0, "n")
    marks = {
        sign(signing, "app", key, request)["X-Signature"]
        for key, request in [
            (secret, base),
            (f"{secret}x", base),
            (secret, Signed("GET", url, body, 5.0, "n")),
            (secret, Signed("POST", url / "d", body, 5.0, "n")),
            (secret, Signed("POST", url, body + b"x", 5.0, "n")),
            (secret, Signed("POST", url, body, 6.0, "n")),
            (secret, Signed("POST", url, body, 5.0, "m")),
        ]
    }
    assert len(marks) == 7


_SIGNED = 'kind = "signed", name = "a", token = "${S}", signing'


@pytest.mark.parametrize(
    ("auth", "fault"),
    [
        (
            'kind = "baerer", token = "${S}"',
            "没有 'baerer'，是不是 bearer？",
        ),
        ('kind = "basic", token = "${S}"', "auth: name: basic 须写明 name"),
        ('kind = "bearer"', "auth: token: bearer 须写明 token"),
        (
            'kind = "bearer", tokn = "", nmae = ""',
            "nmae: 没有这个词，是不是 name？",
        ),
        ('kind = "bearer", tokn = "", nmae = ""', "tokn: 没有这个词，是不是 token？"),
        (
            _SIGNED + ' = { digest = "sm4" }',
            "signing.digest: 没有 'sm4'，是不是",
        ),
        (
            _SIGNED + ' = { over = ["tme"] }',
            "signing.over: 没有 'tme'，是不是",
        ),
        ('kind = "bearer", token = "${S}", signing = { digest = "sm3" }', "不签名"),
    ],
)
def test_wrong_words_are_named(auth: str, fault: str, tmp_path: Path) -> None:
    text = declaration(connection=f"auth = {{ {auth} }}")
    with pytest.raises(DeclarationError) as caught:
        load(tmp_path, text, {"QH_TST_URL": "http://127.0.0.1:1", "S": "s"})
    faults = caught.value.faults
    assert any(fault in one for one in faults), faults
    assert all(one.startswith("QH-TST.toml:10: [connection]") for one in faults)
