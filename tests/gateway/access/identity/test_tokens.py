"""A token is believed only when everything about it is right."""

import json
from collections.abc import Mapping

import orjson
import pytest
from hypothesis import given, strategies as st
from joserfc.jwk import ECKey, Key, RSAKey

from gateway.access.identity.errors import Unauthenticated
from gateway.access.identity.keys import HeldKeys, KeySet, read_keys
from gateway.access.identity.tokens import ClaimNames, Tokens, Trust
from gateway.access.viewer import Role, Viewer
from tests.gateway.access.identity.signing import (
    CLAIMS,
    EC,
    ED,
    ISSUER,
    NOW,
    RSA,
    TRUST,
    Clock,
    Token,
    encoded,
    key_set,
    with_hmac,
    without,
)

pytestmark = pytest.mark.anyio
USCC = "916300002265802263"
OTHER = ECKey.generate_key("P-256", {"kid": "ec"})


def tokens(clock: Clock | None = None, trust: Trust = TRUST) -> Tokens:
    return Tokens(trust, HeldKeys(key_set(EC, RSA, ED)), clock or Clock())


async def refused(token: object, clock: Clock | None = None) -> Unauthenticated:
    with pytest.raises(Unauthenticated) as caught:
        await tokens(clock).viewer_of(str(token))
    return caught.value


@pytest.mark.parametrize(
    ("algorithm", "key"), [("ES256", EC), ("RS256", RSA), ("EdDSA", ED)]
)
async def test_a_good_token_says_who_bears_it(algorithm: str, key: Key):
    viewer = await tokens().viewer_of(str(Token(algorithm=algorithm, key=key)))
    assert viewer == Viewer("u-1024", Role.ANALYST, "QH-EPD", "630100")


async def test_the_audience_may_be_one_of_several():
    claims = {**CLAIMS, "aud": ["other", "creditnet"]}
    await tokens().viewer_of(str(Token(claims)))


async def test_an_enterprise_is_known_by_its_code():
    claims = {**without("department"), "role": "enterprise", "uscc": USCC}
    assert (await tokens().viewer_of(str(Token(claims)))).uscc == USCC


async def test_an_issuer_may_have_its_own_names_for_claims():
    names = ClaimNames("urn:role", "dept", "area", "code")
    claims = {**without("role", "department"), "urn:role": "officer", "dept": "QH-TAX"}
    known = tokens(trust=Trust(ISSUER, "creditnet", claims=names))
    viewer = await known.viewer_of(str(Token(claims)))
    assert viewer == Viewer("u-1024", Role.OFFICER, "QH-TAX")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"iss": "https://evil.example"}, "issuer"),
        ({"iss": None}, "issuer"),
        ({"aud": "other"}, "audience"),
        ({"aud": []}, "audience"),
        ({"aud": [["creditnet"]]}, "audience"),
        ({"aud": None}, "audience"),
        ({"exp": None}, "no exp"),
        ({"exp": "2030"}, "exp is no number"),
        ({"exp": True}, "exp is no number"),
        ({"exp": 1e30}, "exp is no moment"),
        ({"exp": -1}, "exp is no moment"),
        ({"nbf": NOW + 31}, "nbf or iat is to come"),
        ({"iat": NOW + 31}, "nbf or iat is to come"),
        ({"role": "root"}, "unknown role"),
        ({"role": None}, "unknown role"),
        ({"role": ["analyst"]}, "role is no text"),
        ({"role": "public"}, "公众"),
        ({"role": "officer", "department": None}, "officer"),
        ({"role": "enterprise", "department": None}, "enterprise"),
        ({"role": "enterprise", "department": None, "uscc": "9163"}, "统一"),
        ({"uscc": USCC}, "统一"),
        ({"sub": ""}, "主体"),
        ({"sub": "x" * 129}, "主体"),
        ({"sub": "a\nb"}, "主体"),
        ({"department": "../QH"}, "部门"),
        ({"region": "63"}, "区划"),
        ({"region": 630100}, "region is no text"),
    ],
)
async def test_a_wrong_claim_refuses_it(changed: Mapping[str, object], reason: str):
    error = await refused(Token({**CLAIMS, **changed}))
    assert error.reason.startswith(reason)
    assert "令牌无效" in error.message
    assert 'error="invalid_token"' in error.challenge


@pytest.mark.parametrize("seconds", [629.0, 0.0])
async def test_clocks_may_differ_by_30_seconds(seconds: float):
    claims = {**CLAIMS, "nbf": NOW + 29}
    await tokens(Clock(NOW + seconds)).viewer_of(str(Token(claims)))


async def test_an_expired_token_is_told_as_such():
    error = await refused(Token(), Clock(NOW + 630))
    assert "已过期" in error.message
    assert "expired" in error.challenge


async def test_only_a_genuine_token_is_told_to_have_expired():
    error = await refused(Token(key=OTHER), Clock(NOW + 630))
    assert "令牌无效" in error.message


async def test_a_remembered_token_expires_all_the_same():
    clock = Clock()
    known, token = tokens(clock), str(Token())
    viewer = await known.viewer_of(token)
    assert await known.viewer_of(token) is viewer
    clock.seconds += 630
    with pytest.raises(Unauthenticated, match="已过期"):
        await known.viewer_of(token)


class Rotating(HeldKeys):
    """Keys that a test changes."""

    def put(self, keys: KeySet) -> None:
        self._keys = keys


async def test_a_remembered_token_ends_with_the_key_that_signed_it():
    keys = Rotating(key_set(EC, RSA))
    known, token = Tokens(TRUST, keys, Clock()), str(Token())
    await known.viewer_of(token)
    keys.put(key_set(RSA))
    with pytest.raises(Unauthenticated):
        await known.viewer_of(token)


GOOD = b'{"alg":"ES256","kid":"ec"}'
FORGED = {
    "signed by another": Token(key=OTHER),
    "alg none": Token().signed(b'{"alg":"none"}', orjson.dumps(CLAIMS)),
    "alg none, no signature": ".".join(
        [encoded(b'{"alg":"none"}'), encoded(orjson.dumps(CLAIMS)), ""]
    ),
    "alg None": Token(header={"alg": "None"}),
    "alg null": Token(header={"alg": None}),
    "alg of another key": Token(key=EC, header={"kid": "rsa"}),
    "alg RS256 with the key of ES256": Token(header={"alg": "RS256"}),
    "alg RS512, not allowed": Token(algorithm="RS512", key=RSA),
    "HMAC with the public key as PEM": with_hmac(RSA.as_pem(), "rsa"),
    "HMAC with the public key as DER": with_hmac(RSA.as_der(), "rsa"),
    "HMAC with the public key as JWK": with_hmac(
        orjson.dumps(RSA.as_dict(private=False)), "rsa"
    ),
    "embedded jwk": Token(key=OTHER, header={"jwk": OTHER.as_dict(private=False)}),
    "embedded jwk, no kid": Token(
        key=OTHER, header={"kid": None, "jwk": OTHER.as_dict(private=False)}
    ),
    "jku": Token(key=OTHER, header={"kid": "x", "jku": "http://127.0.0.1:9/jwks"}),
    "crit": Token(header={"crit": ["exp"]}),
    "b64": Token(header={"b64": False}),
    "zip": Token(header={"zip": "DEF"}),
    "kid is a path": Token(header={"kid": "../../dev/null"}),
    "kid is a number": Token(header={"kid": 1}),
    "five parts, encrypted": "eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ.a.b.c.d",
    "two parts": "a.b",
    "empty": "",
    "empty parts": "..",
    "header is a list": Token().signed(b'["alg"]', b"{}"),
    "header is deep": Token().signed(b"[" * 380, b"{}"),
    "header is large": Token(header={"x": "x" * 512}),
    "header is UTF-16": Token().signed('{"alg":"ES256"}'.encode("utf-16"), b"{}"),
    "claims are deep": Token().signed(GOOD, b"[" * 5_000),
    "claims are a list": Token().signed(GOOD, b"[]"),
    "claims are no JSON": Token().signed(GOOD, b"\xff"),
    "claims are NaN": Token().signed(GOOD, b'{"exp":NaN}'),
    "large": Token({**CLAIMS, "x": "x" * 8_192}),
    "not ASCII": "é.é.é",
    "lone surrogate": "\ud800.a.b",
    "changed claims": str(Token()).replace(
        encoded(orjson.dumps(CLAIMS)),
        encoded(orjson.dumps({**CLAIMS, "role": "administrator"})),
    ),
    "signature cut": str(Token())[:-4],
    "signature empty": str(Token()).rpartition(".")[0] + ".",
    "signature of zeros": str(Token()).rpartition(".")[0] + "." + encoded(b"\0" * 64),
}


@pytest.mark.parametrize("token", FORGED.values(), ids=FORGED)
async def test_a_forged_token_is_refused(token: object):
    error = await refused(token)
    assert "令牌无效" in error.message
    assert error.reason not in error.message + error.challenge


async def test_a_key_that_a_genuine_token_brings_along_is_not_looked_at():
    header = {"jwk": OTHER.as_dict(private=False), "jku": "http://127.0.0.1:9/"}
    await tokens().viewer_of(str(Token(header=header)))


async def test_without_kid_the_only_key_counts():
    token = str(Token(header={"kid": None}))
    only = Tokens(TRUST, HeldKeys(key_set(EC)), Clock())
    await only.viewer_of(token)
    assert "unknown key" in (await refused(token)).reason


@pytest.mark.parametrize("name", ["none", "HS256", "dir", "RSA1_5"])
def test_what_proves_nothing_is_not_configured(name: str):
    with pytest.raises(ValueError, match=name):
        Trust(ISSUER, "creditnet", ("ES256", name))
    with pytest.raises(ValueError, match="签名算法"):
        Trust(ISSUER, "creditnet", ())


@given(st.text(max_size=200) | st.builds(encoded, st.binary(max_size=60)))
async def test_any_text_is_refused_in_words(text: str):
    await refused(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)


@given(st.sampled_from(sorted(CLAIMS)), JSON)
async def test_any_value_of_a_claim_is_good_or_refused_in_words(
    name: str, value: object
):
    claims = json.dumps({**CLAIMS, name: value}).encode()
    try:
        viewer = await tokens().viewer_of(Token().signed(GOOD, claims))
    except Unauthenticated:
        return
    assert viewer.role is Role.ANALYST


@given(st.dictionaries(st.sampled_from(["alg", "kid", "typ", "crit", "jwk"]), JSON))
async def test_any_header_is_refused_in_words(header: Mapping[str, object]):
    written = json.dumps({"alg": "ES256", "kid": "ec", **header}).encode()
    await refused(Token(key=OTHER).signed(written, orjson.dumps(CLAIMS)))


def test_a_weak_key_is_not_among_those_that_count():
    weak = {"kty": "RSA", "kid": "weak", "n": encoded(b"\xff" * 128), "e": "AQAB"}
    strong = RSAKey.generate_key(2048, {"kid": "strong"})
    told = [weak, strong.as_dict(private=False)]
    assert set(read_keys(orjson.dumps({"keys": told})).keys) == {"strong"}
