"""The embedded issuer has one key, kept well, and issues what makes sense."""

import os
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from gateway.access.identity.errors import Unauthenticated
from gateway.access.identity.issuer import _make, issue, open_issuer, trust
from gateway.access.identity.keys import HeldKeys
from gateway.access.identity.tokens import Tokens
from gateway.access.viewer import Role, Viewer
from gateway.errors import OperationRefused
from tests.gateway.access.identity.signing import Clock

pytestmark = pytest.mark.anyio
USCC = "916300002265802263"
DEPARTMENTS = {"QH-EPD", "QH-TAX"}
ANALYST = Viewer("demo", Role.ANALYST, "QH-EPD", "630100")


@pytest.mark.parametrize(
    "viewer",
    [
        ANALYST,
        Viewer("demo", Role.OFFICER, "QH-TAX"),
        Viewer("demo", Role.AUDITOR),
        Viewer("demo", Role.ADMINISTRATOR),
        Viewer("demo", Role.PORTAL),
        Viewer("demo", Role.ENTERPRISE, uscc=USCC),
    ],
    ids=lambda viewer: viewer.role.value,
)
async def test_a_token_says_what_it_was_issued_for(tmp_path: Path, viewer: Viewer):
    clock = Clock()
    issuer = open_issuer(tmp_path, clock)
    tokens = Tokens(trust(), HeldKeys(issuer.keys()), clock)
    token = issue(issuer, viewer, 12, DEPARTMENTS)
    assert await tokens.viewer_of(token) == viewer
    clock.seconds += 12 * 3_600 + 30
    with pytest.raises(Unauthenticated, match="已过期"):
        await tokens.viewer_of(token)


def test_all_that_is_wrong_is_named_at_once(tmp_path: Path):
    wrong = Viewer("", Role.OFFICER, "QH-XXX", "639900", USCC)
    with pytest.raises(OperationRefused) as caught:
        issue(open_issuer(tmp_path), wrong, 0, DEPARTMENTS)
    faults = str(caught.value).splitlines()
    words = ("主体", "统一社会信用代码", "QH-XXX", "639900", "有效期")
    assert [word in fault for word, fault in zip(words, faults, strict=True)] == [
        True
    ] * 5


@pytest.mark.parametrize(
    ("viewer", "word"),
    [
        (Viewer("demo", Role.ENTERPRISE), "enterprise"),
        (Viewer("demo", Role.ENTERPRISE, uscc="916300002265802264"), "校验位"),
        (Viewer("demo", Role.OFFICER), "officer"),
        (Viewer("demo", Role.PUBLIC), "公众"),
        (Viewer("demo", Role.PORTAL, "QH-EPD"), "portal"),
    ],
)
def test_what_nobody_can_be_is_refused(tmp_path: Path, viewer: Viewer, word: str):
    with pytest.raises(OperationRefused, match=word):
        issue(open_issuer(tmp_path), viewer, 1, DEPARTMENTS)


def test_the_key_is_made_once_and_is_its_owners_alone(tmp_path: Path):
    first = open_issuer(tmp_path / "data")
    assert open_issuer(tmp_path / "data").jwks() == first.jwks()
    (path,) = (tmp_path / "data").iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert set(orjson.loads(first.jwks())["keys"][0]) == {
        *("kty", "crv", "x", "y", "kid", "use", "alg")
    }


def test_processes_that_start_at_once_have_the_same_key(tmp_path: Path):
    code = (
        "import sys; from pathlib import Path\n"
        "from gateway.access.identity.issuer import open_issuer\n"
        "sys.stdout.write('ready\\n'); sys.stdout.flush(); sys.stdin.readline()\n"
        "sys.stdout.write(open_issuer(Path(sys.argv[1])).jwks().decode())"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ,
            text=True,
        )
        for _ in range(2)
    ]
    for one in processes:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    told = {one.communicate("go\n", timeout=30)[0] for one in processes}
    assert len(told) == 1
    assert told == {open_issuer(tmp_path).jwks().decode()}
    assert len(list(tmp_path.iterdir())) == 1


def test_who_makes_a_key_too_late_uses_the_first_one(tmp_path: Path):
    first = open_issuer(tmp_path).jwks()
    (path,) = tmp_path.iterdir()
    _make(path)
    assert open_issuer(tmp_path).jwks() == first
    assert list(tmp_path.iterdir()) == [path]


def test_a_key_that_others_can_read_is_not_used(tmp_path: Path):
    open_issuer(tmp_path)
    (path,) = tmp_path.iterdir()
    path.chmod(0o640)
    with pytest.raises(OperationRefused, match="chmod 600"):
        open_issuer(tmp_path)


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"null", b'{"kty":"EC"}', b"\xff", b'{"kty":1}']
)
def test_a_broken_key_is_told_and_left_alone(tmp_path: Path, content: bytes):
    open_issuer(tmp_path)
    (path,) = tmp_path.iterdir()
    path.write_bytes(content)
    with pytest.raises(OperationRefused, match="不是签发密钥"):
        open_issuer(tmp_path)
    assert path.read_bytes() == content


def test_a_public_key_alone_issues_nothing(tmp_path: Path):
    issuer = open_issuer(tmp_path)
    (path,) = tmp_path.iterdir()
    path.write_bytes(orjson.dumps(orjson.loads(issuer.jwks())["keys"][0]))
    with pytest.raises(OperationRefused, match="不是签发密钥"):
        open_issuer(tmp_path)


def test_a_place_that_can_not_be_written(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(OperationRefused, match="CREDITNET_DATA"):
        open_issuer(tmp_path / "file")
