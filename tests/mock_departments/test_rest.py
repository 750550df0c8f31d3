"""REST departments as strangers meet them: over HTTP, without our adapters."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from mock_departments.rest import CODES
from mock_departments.rest.server import RestService
from mock_departments.world.reader import StoredWorld
from tests.rest_departments import BY_CODE, serving, with_pages_of

pytestmark = pytest.mark.anyio


def credentials(service: RestService) -> tuple[dict[str, str], dict[str, str]]:
    """Give headers and parameters; tokens of OAuth are got elsewhere."""
    name = service.code.replace("-", "_")
    secret = service.environment[f"{name}_TOKEN"]
    match BY_CODE[service.code].auth:
        case "header":
            return {"X-API-Key": secret}, {}
        case "query":
            return {}, {"appkey": secret}
        case _:
            return {"Authorization": f"Bearer {secret}"}, {}


def address(service: RestService, path: str) -> str:
    return service.environment[f"{service.code.replace('-', '_')}_URL"] + path


async def get(
    service: RestService,
    path: str,
    headers: Mapping[str, str] | None = None,
    *,
    known: bool = True,
) -> tuple[int, Mapping[str, str], Any]:
    shown, params = credentials(service) if known else ({}, {})
    async with (
        aiohttp.ClientSession() as client,
        client.get(
            address(service, path), headers={**shown, **(headers or {})}, params=params
        ) as answer,
    ):
        body = await answer.json() if answer.status == 200 else None
        return answer.status, answer.headers, body


async def query(
    service: RestService, path: str, keys: list[str]
) -> tuple[int, Mapping[str, Any]]:
    headers, params = credentials(service)
    body = {BY_CODE[service.code].keys_name: keys}
    async with (
        aiohttp.ClientSession() as client,
        client.post(
            address(service, path), json=body, headers=headers, params=params
        ) as answer,
    ):
        return answer.status, await answer.json()


@pytest.mark.parametrize("code", CODES)
async def test_nobody_is_let_in_without_credentials(
    code: str, world: StoredWorld, tmp_path: Path
) -> None:
    department = BY_CODE[code]
    path = f"{department.root}/{department.word('PENALTY')}"
    if "PENALTY" not in world.record_types(code):
        path = f"{department.root}/{department.word('LICENCE')}"
    async with serving(world, tmp_path, code) as service:
        assert (await get(service, path, known=False))[0] == 401


async def test_a_client_secret_is_no_token(world: StoredWorld, tmp_path: Path) -> None:
    async with serving(world, tmp_path, "QH-COM") as service:
        status, _, _ = await get(service, "/rest/licences")
    assert status == 401


async def test_too_large_a_batch_is_a_bad_request(
    world: StoredWorld, tmp_path: Path
) -> None:
    keys = [f"{number:018}" for number in range(201)]
    async with serving(world, tmp_path, "QH-DRC") as service:
        assert (await query(service, "/sgs/v2/licences/query", keys[:200]))[0] == 200
        assert (await query(service, "/sgs/v2/licences/query", keys))[0] == 400


async def test_down_refuses_connections_and_comes_back_where_it_was(
    world: StoredWorld, tmp_path: Path
) -> None:
    async with serving(world, tmp_path, "QH-EPD") as service:
        before = address(service, "")
        await service.misbehave("down")
        with pytest.raises(aiohttp.ClientConnectorError):
            await get(service, "/v1/licences")
        await service.misbehave("healthy")
        assert address(service, "") == before
        assert (await get(service, "/v1/licences"))[0] == 200


async def test_addresses_outlive_a_restart(world: StoredWorld, tmp_path: Path) -> None:
    async with serving(world, tmp_path, "QH-HB") as service:
        before = address(service, "")
    async with serving(world, tmp_path, "QH-HB") as service:
        assert address(service, "") == before


async def test_an_unknown_profile_names_those_known(
    world: StoredWorld, tmp_path: Path
) -> None:
    async with serving(world, tmp_path, "QH-HB") as service:
        with pytest.raises(ValueError, match="truncated"):
            await service.misbehave("replay")


async def test_the_eleventh_request_of_a_second_must_wait(
    world: StoredWorld, tmp_path: Path
) -> None:
    async with serving(world, tmp_path, "QH-SAW") as service:
        answers = [await get(service, "/safety/licences?size=1") for _ in range(11)]
    assert [status for status, _, _ in answers] == [200] * 10 + [429]
    assert answers[-1][1]["Retry-After"] == "1"


async def test_the_model_citizen_tells_its_interface_and_its_changes(
    world: StoredWorld, tmp_path: Path
) -> None:
    async with serving(world, tmp_path, "QH-EPD") as service:
        _, _, interface = await get(service, "/openapi.json")
        assert "/v1/licences/changes" in interface["paths"]
        _, _, everything = await get(service, "/v1/licences/changes")
        cursor = everything["data"]["cursor"]
        _, _, nothing = await get(service, f"/v1/licences/changes?since={cursor}")
        _, headers, _ = await get(service, "/v1/licences")
        same = {"If-None-Match": headers["ETag"]}
        status, _, _ = await get(service, "/v1/licences", same)
    assert len(everything["data"]["items"]) == len(world.records("QH-EPD", "LICENCE"))
    assert nothing["data"]["items"] == []
    assert status == 304


async def test_a_name_brings_its_neighbours_and_no_crowd(
    world: StoredWorld, tmp_path: Path
) -> None:
    name = str(world.records("QH-TOU", "LICENCE")[0].written["name"])
    async with serving(world, tmp_path, "QH-TOU") as service:
        _, found = await query(service, "/tour/licences/query", [name])
        _, spelt = await query(
            service, "/tour/licences/query", [name.replace("有限公司", "有限责任公司")]
        )
    names = [row["name"] for row in found["items"]]
    assert name in names
    assert len(set(names)) in {2, 3}
    assert spelt["items"] == found["items"]


async def test_link_headers_lead_through_all_pages(
    world: StoredWorld, tmp_path: Path
) -> None:
    expected = len(world.records("QH-IPO", "PENALTY"))
    async with serving(world, tmp_path, "QH-IPO", with_pages_of(1)) as service:
        _, headers, first = await get(service, "/ip/api/penalties")
    assert len(first["results"]) == 1
    assert ("Link" in headers) == (expected > 1)


async def test_the_total_of_one_department_is_always_wrong(
    world: StoredWorld, tmp_path: Path
) -> None:
    async with serving(world, tmp_path, "QH-CUL") as service:
        _, _, answer = await get(service, "/wh/xzxk")
    assert answer["total"] > len(world.records("QH-CUL", "LICENCE"))


async def test_answers_over_the_satellite_are_compressed(
    world: StoredWorld, tmp_path: Path
) -> None:
    async with serving(world, tmp_path, "QH-YS") as service:
        _, headers, _ = await get(service, "/yushu/licences")
    assert headers["Content-Encoding"] == "gzip"
