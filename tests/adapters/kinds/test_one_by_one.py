"""Departments without batch: one address for each enterprise."""

import asyncio
from pathlib import Path

import pytest
from aiohttp import web

from adapters.errors import DeclarationError, SourceContractBroken
from tests.adapters.declarations import penalty
from tests.adapters.kinds.strangers import CODES, asking, declaration, fetch, load

pytestmark = pytest.mark.anyio

SECTION = """\
request = { path = "/enterprises/$key/penalties" }
rows = "rows"
none_when = { status = 404, path = "code", one_of = ["NOT_FOUND"] }
"""
AT_ONCE = "concurrency = 3"


def one_by_one(section: str = SECTION, batch: int = 1) -> str:
    return declaration(section=section, batch=batch, capabilities=AT_ONCE)


async def test_each_is_asked_at_its_own_address_several_at_once(tmp_path: Path) -> None:
    together, paths = asyncio.Barrier(3), []

    async def handle(request: web.Request) -> web.Response:
        paths.append(request.path)
        await together.wait()  # until all three are here at once
        code = request.path.split("/")[2]
        return web.json_response({"rows": [penalty(CODE=code, CF_WSH=code)]})

    async with asking(tmp_path, handle, one_by_one()) as adapter:
        fetched = await fetch(adapter)
    assert fetched.calls == 3
    assert sorted(paths) == [f"/enterprises/{code}/penalties" for code in CODES]
    assert all(len(records) == 1 for records in fetched.records.values())


async def test_a_declared_status_means_nothing_held(tmp_path: Path) -> None:
    async def handle(request: web.Request) -> web.Response:
        if CODES[0] in request.path:
            return web.json_response({"rows": [penalty(CODE=CODES[0])]})
        return web.json_response({"code": "NOT_FOUND"}, status=404)

    async with asking(tmp_path, handle, one_by_one()) as adapter:
        fetched = await fetch(adapter)
    assert [len(records) for records in fetched.records.values()] == [1, 0, 0]
    assert not fetched.failed
    assert not fetched.unsure


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 404, "text": "<html>no such page</html>"},
        {"status": 404, "text": '{"code": "NO_ROUTE"}'},
        {"status": 404, "text": "none"},
        {"status": 410, "text": '{"code": "NOT_FOUND"}'},
    ],
)
async def test_any_other_refusal_is_no_nothing(
    answer: dict[str, object], tmp_path: Path
) -> None:
    async def handle(_: web.Request) -> web.Response:
        return web.Response(status=int(str(answer["status"])), text=str(answer["text"]))

    async with asking(tmp_path, handle, one_by_one()) as adapter:
        with pytest.raises(SourceContractBroken):
            await fetch(adapter)


async def test_an_undeclared_status_is_no_nothing(tmp_path: Path) -> None:
    async def handle(_: web.Request) -> web.Response:
        return web.json_response({"code": "NOT_FOUND"}, status=404)

    section = SECTION.rsplit("none_when", 1)[0]
    async with asking(tmp_path, handle, one_by_one(section)) as adapter:
        with pytest.raises(SourceContractBroken, match="404"):
            await fetch(adapter)


async def test_a_name_is_one_part_of_the_address(tmp_path: Path) -> None:
    seen = []

    async def handle(request: web.Request) -> web.Response:
        seen.append(request.raw_path)
        return web.json_response({"rows": []})

    async with asking(tmp_path, handle, one_by_one()) as adapter:
        await fetch(adapter, ["../青海 ?#/x"])
    assert seen == ["/enterprises/..%2F%E9%9D%92%E6%B5%B7%20%3F%23%2Fx/penalties"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (one_by_one(batch=50), "`$key` needs `batch = 1`"),
        (one_by_one(SECTION + 'scan = { path = "/all/$key" }'), "不能用 $key"),
        (one_by_one(SECTION.replace("404", "403")), "403 不会是“没有”"),
        (one_by_one(SECTION.replace('path = "code", ', "")), "belong together"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(text: str, fault: str, tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match=fault.replace("$", r"\$")):
        load(tmp_path, text, {"QH_TST_URL": "http://127.0.0.1:1"})
