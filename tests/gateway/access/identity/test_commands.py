"""What an operator gives and ends at the command line."""

from pathlib import Path

import orjson
import pytest
from joserfc.util import urlsafe_b64decode

from gateway.access.identity.api_keys import Wanted
from gateway.access.identity.commands import (
    create_key,
    list_keys,
    revoke_key,
    show_token,
)
from gateway.access.viewer import Role, Viewer
from gateway.errors import OperationRefused
from gateway.settings import Settings

pytestmark = pytest.mark.anyio


async def test_a_token_is_written_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    settings = Settings(data=tmp_path)
    await show_token(settings, Viewer("demo", Role.OFFICER, "QH-EPD"), 1)
    (token,) = capsys.readouterr().out.splitlines()
    claims = orjson.loads(urlsafe_b64decode(token.split(".")[1].encode()))
    assert claims["exp"] - claims["iat"] == 3_600
    with pytest.raises(OperationRefused, match="QH-XXX"):
        await show_token(settings, Viewer("demo", Role.OFFICER, "QH-XXX"), 1)


async def test_keys_are_made_listed_and_revoked(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("COLUMNS", "200")
    settings = Settings(data=tmp_path)
    await create_key(settings, Wanted("[税务]", Role.OFFICER, "QH-TAX"))
    made = capsys.readouterr()
    (key,) = made.out.splitlines()
    assert key not in made.err
    one = key.split("_", 2)[1]
    await list_keys(settings)
    listed = capsys.readouterr().out
    assert all(word in listed for word in (one, "[税务]", "QH-TAX", "good"))
    assert key.split("_", 2)[2] not in listed
    await revoke_key(settings, one)
    await list_keys(settings)
    assert "revoked" in capsys.readouterr().out.splitlines()[-2]
    with pytest.raises(OperationRefused, match=one):
        await revoke_key(settings, one)
    with pytest.raises(OperationRefused, match="QH-XXX"):
        await create_key(settings, Wanted("x", Role.OFFICER, "QH-XXX"))
