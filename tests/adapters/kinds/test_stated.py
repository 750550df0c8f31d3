"""What a request states goes on to departments that are asked over HTTP."""

from pathlib import Path
from urllib.parse import unquote

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

import adapters
from adapters.contract import UNSTATED, Ask, EnterpriseKey, Stated
from adapters.errors import SourceDenied
from adapters.registry import load_all

pytestmark = pytest.mark.anyio
DECLARED = Path(adapters.__file__).parent / "departments"
STATED = Stated("行政执法：核查 & check", "青市监〔2016〕12号")
KEY = EnterpriseKey("91440300708461136T", "440300000000001", ("某公司",))
SECRET = "内部：王某不同意"


async def asked(code: str, stated: Stated) -> list[dict[str, str]]:
    """Ask a department that refuses; give the headers of what it was asked."""
    heard: list[dict[str, str]] = []

    async def refuse(request: web.Request) -> web.Response:
        heard.append(dict(request.headers))
        return web.Response(status=403, text=SECRET)

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", refuse)
    async with TestServer(application) as server:
        name = code.replace("-", "_")
        address = str(server.make_url("/"))
        environment = {f"{name}_URL": address, f"{name}_TOKEN": "token"}
        loaded = load_all(DECLARED, environment, pattern=code)
        assert not loaded.problems
        adapter = loaded.adapters[code]
        kind = min(adapter.record_types, key=lambda one: one.value)
        with pytest.raises(SourceDenied) as refused:
            await adapter.fetch(Ask(kind, (KEY,), stated=stated))
        await adapter.close()
    assert SECRET not in str(refused.value)
    return heard


@pytest.mark.parametrize("code", ["QH-DRC", "QH-HEA", "QH-HD"])
async def test_purpose_and_case_go_along_and_a_department_may_refuse(code: str):
    (headers,) = await asked(code, STATED)
    assert unquote(headers["X-Creditnet-Purpose"]) == STATED.purpose
    assert unquote(headers["X-Creditnet-Case"]) == STATED.case
    assert headers["X-Creditnet-Purpose"].isascii()


async def test_nothing_is_said_where_nothing_was_stated():
    for stated in (UNSTATED, Stated(case="")):
        (headers,) = await asked("QH-DRC", stated)
        assert not [name for name in headers if name.startswith("X-Creditnet")]
