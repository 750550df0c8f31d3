"""SOAP departments of other makes: elements, 1.2, GBK, and user tokens inside."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from hashlib import sha1
from pathlib import Path

import pytest
from aiohttp import web
from hypothesis import given, strategies as st
from lxml import etree

from adapters.errors import (
    DeclarationError,
    SourceContractBroken,
    SourceDenied,
    SourceUnavailable,
)
from adapters.kinds.soap.messages import SOAP, SoapFault, read_envelope, write_envelope
from adapters.kinds.soap.options import Connection
from adapters.kinds.soap.security import WSSE, WSU, password_digest
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

NAMESPACE = "http://ws.test.gov.cn/"
ELEMENTS = f'path = "/ws"\nnamespace = "{NAMESPACE}"\nmessage = "elements"\n'
SECTION = """\
request = { operation = "getPenalties", body = { query = { codes = "$keys" } }, action = "urn:get" }
rows = "return/record"
"""  # noqa: E501 - an inline table has to stand on one line


def soap(connection: str = "", section: str = SECTION) -> str:
    return declaration("soap", ELEMENTS + connection, section)


def written(codes: list[str], version: str = "1.1", encoding: str = "utf-8") -> bytes:
    """Answer as a service of the department's make does."""
    records = "".join(
        "<record>"
        + "".join(f"<{k}>{v}</{k}>" for k, v in penalty(CODE=c, CF_WSH=c).items())
        + "</record>"
        for c in codes
    )
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?>'
        f'<s:Envelope xmlns:s="{SOAP[version]}"><s:Header/><s:Body>'
        f'<getPenaltiesResponse xmlns="{NAMESPACE}"><return>{records}</return>'
        "</getPenaltiesResponse></s:Body></s:Envelope>"
    )
    return text.encode(encoding)


def fault(code: str, words: str, version: str = "1.1") -> bytes:
    inner = (
        f"<faultcode>{code}</faultcode><faultstring>{words}</faultstring>"
        if version == "1.1"
        else f"<s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>{code}</s:Value>"
        f"</s:Subcode></s:Code><s:Reason><s:Text>{words}</s:Text></s:Reason>"
    )
    return (
        f'<s:Envelope xmlns:s="{SOAP[version]}"><s:Body><s:Fault>{inner}</s:Fault>'
        "</s:Body></s:Envelope>"
    ).encode()


@pytest.mark.parametrize("version", SOAP)
@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
@pytest.mark.parametrize("item", ["code", ""])
async def test_elements_are_sent_and_read(
    version: str, encoding: str, item: str, tmp_path: Path
) -> None:
    asked: list[str] = []

    async def handle(request: web.Request) -> web.Response:
        body = await request.read()
        assert f'encoding="{encoding}"' in body[:60].decode().lower().replace("'", '"')
        content = request.headers["Content-Type"]
        action = request.headers.get("SOAPAction", content)
        assert content.startswith(
            "text/xml" if version == "1.1" else "application/soap+xml"
        )
        assert "urn:get" in action
        call = etree.fromstring(body)[0][0]
        assert call.tag == f"{{{NAMESPACE}}}getPenalties"
        path = f"{{{NAMESPACE}}}query/{{{NAMESPACE}}}codes"
        path += f"/{{{NAMESPACE}}}{item}" if item else ""
        asked.extend(one.text or "" for one in call.findall(path))
        return web.Response(body=written(asked, version, encoding))

    words = f'version = "{version}"\nencoding = "{encoding}"\nitem = "{item}"'
    async with asking(tmp_path, handle, soap(words)) as adapter:
        fetched = await fetch(adapter)
    assert asked == list(CODES)
    assert numbers(fetched) == [[one] for one in CODES]
    respondents = [one[0].raw["CF_XDR_MC"] for one in fetched.records.values()]
    assert respondents == ["青海某某有限公司"] * 3


def accepts(token: etree._Element, kind: str) -> bool:
    """Check a token as WS-Security tells it, without our help."""
    said = {
        name: token.findtext(f"{{{space}}}{name}") or ""
        for name, space in [
            ("Username", WSSE),
            ("Password", WSSE),
            ("Nonce", WSSE),
            ("Created", WSU),
        ]
    }
    if kind == "text":
        return (said["Username"], said["Password"]) == ("credit", SECRET)
    mark = sha1(b64decode(said["Nonce"]) + said["Created"].encode() + SECRET.encode())
    return said["Password"] == b64encode(mark.digest()).decode()


@pytest.mark.parametrize("kind", ["text", "digest"])
@pytest.mark.parametrize("version", SOAP)
async def test_a_user_token_shows_who_asks(
    kind: str, version: str, tmp_path: Path
) -> None:
    nonces = set()

    async def handle(request: web.Request) -> web.Response:
        envelope = etree.fromstring(await request.read())
        token = envelope.find(f".//{{{WSSE}}}UsernameToken")
        assert token is not None
        nonces.add(token.findtext(f"{{{WSSE}}}Nonce"))
        if not accepts(token, kind):
            body = fault("wsse:FailedAuthentication", "no", version)
            return web.Response(body=body, status=500)
        return web.Response(body=written(list(CODES), version))

    words = (
        f'version = "{version}"\nsecurity = {{ user = "credit", '
        f'password = "${{QH_TST_SECRET}}", kind = "{kind}" }}'
    )
    async with asking(tmp_path, handle, soap(words)) as adapter:
        assert numbers(await fetch(adapter)) == [[one] for one in CODES]
        await fetch(adapter)
    assert len(nonces) == 2


@pytest.mark.parametrize("version", SOAP)
async def test_a_token_that_is_refused_is_told_as_such(
    version: str, tmp_path: Path
) -> None:
    async def handle(_: web.Request) -> web.Response:
        body = fault("wsse:FailedAuthentication", "no such user", version)
        return web.Response(body=body, status=500)

    async with asking(tmp_path, handle, soap(f'version = "{version}"')) as adapter:
        with pytest.raises(SourceDenied):
            await fetch(adapter)


@pytest.mark.parametrize("version", SOAP)
async def test_only_the_declared_fault_means_nothing_held(
    version: str, tmp_path: Path
) -> None:
    words = "未查询到数据"

    async def handle(_: web.Request) -> web.Response:
        return web.Response(body=fault("Server", words, version), status=500)

    section = SECTION + 'empty_fault = "未查询到"'
    text = soap(f'version = "{version}"', section)
    async with asking(tmp_path, handle, text) as adapter:
        assert numbers(await fetch(adapter)) == [[], [], []]
        words = "数据库连接失败"
        with pytest.raises(SourceUnavailable):
            await fetch(adapter)


async def test_an_answer_of_another_form_is_no_nothing(tmp_path: Path) -> None:
    async def handle(_: web.Request) -> web.Response:
        return web.Response(body=written([]).replace(b"return>", b"result>"))

    async with asking(tmp_path, handle, soap()) as adapter:
        with pytest.raises(SourceContractBroken):
            await fetch(adapter)


def test_wrong_words_are_named(tmp_path: Path) -> None:
    words = (
        'encoding = "gb123"\nversion = "1.3"\nsecurity = { user = "a", pasword = "" }'
    )
    with pytest.raises(DeclarationError) as caught:
        load(tmp_path, soap(words), {"QH_TST_URL": "http://127.0.0.1:1"})
    found = "\n".join(caught.value.faults)
    assert "[connection] version: 没有 '1.3'" in found
    assert "[connection] security: pasword: 没有这个词，是不是 password？" in found
    assert "[connection] security: 缺少 password" in found


_CLEAN = st.text("abc青海<>&\"' \n]", max_size=10)


@given(st.dictionaries(st.sampled_from("abcd"), _CLEAN | st.lists(_CLEAN, max_size=3)))
def test_what_is_written_is_read_back(body: Mapping[str, object]) -> None:
    connection = Connection("http://a", namespace=NAMESPACE, encoding="gb18030")
    inside = read_envelope(write_envelope(connection, "op", body), connection)
    read = {
        one.tag: [item.text or "" for item in one] if len(one) else one.text or ""
        for one in inside.findall("Body/*")
    }
    assert read == {k: v or "" for k, v in body.items()}


@given(st.binary(max_size=60))
def test_what_is_no_envelope_is_a_broken_contract(text: bytes) -> None:
    with pytest.raises((SourceContractBroken, SoapFault)):
        read_envelope(text, Connection("http://a"))


def test_an_unknown_encoding_is_named(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match="encoding: 没有这种编码 'gb123'"):
        load(tmp_path, soap('encoding = "gb123"'), {"QH_TST_URL": "http://127.0.0.1:1"})


def test_a_digest_is_that_of_the_standard() -> None:
    nonce, created = b64decode("WScqanjCEAC4mQoBE07sAQ=="), "2003-07-16T01:24:32Z"
    expected = sha1(nonce + created.encode() + b"password").digest()
    assert b64decode(password_digest(nonce, created, "password")) == expected
