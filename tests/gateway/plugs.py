"""A gateway whose departments come and go, and the system of one of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from benchmarks.identity import ROOMY
from gateway.app import create_app
from gateway.opening import Gateway, open_gateway
from gateway.settings import read_settings
from tests.adapters.declarations import HEAD, PENALTY, penalty
from tests.gateway.core.fakes import FakeAdapter, code, enterprise
from tests.serving import serving
from tests.tokens import headers

REQUEST = """request = { path = "/penalties", params = { codes = "$keys" } }
scan = { path = "/penalties" }
rows = "rows"
"""


@dataclass
class System:
    """A department's own system: penalties of everybody by path."""

    url: str = ""
    asked: list[str] = field(default_factory=list)
    """Paths of the questions so far."""
    held: dict[str, asyncio.Event] = field(default_factory=dict)
    """Paths whose answers wait until the event is set."""

    async def answer(self, request: Request) -> Response:
        path = request.url.path
        self.asked.append(path)
        if path in self.held:
            await self.held[path].wait()
        if path.startswith("/warnings"):
            return JSONResponse(_warnings(request))
        codes = request.query_params.get("codes", code(1)).split(",")
        rows = [penalty(CODE=one, CF_WSH=path, CF_CFJG="某厅") for one in codes]
        return JSONResponse({"rows": rows, "RENAMED": ""})


def _warnings(request: Request) -> object:
    """Give the list of warnings, or the page of one."""
    number = request.url.path.removeprefix("/warnings").strip("/")
    if number:
        return {"SITE": "格尔木罐区", "ISSUED": "2016-07-22", "INSPECTOR": "张某"}
    codes = request.query_params.get("codes", code(1)).split(",")
    return {
        "rows": [
            {"CODE": one, "NUMBER": f"W-{place}", "LEVEL": "3"}
            for place, one in enumerate(codes, 1)
        ]
    }


@asynccontextmanager
async def system() -> AsyncIterator[System]:
    """Run a department's system."""
    made = System()
    async with serving(Starlette(routes=[Route("/{path:path}", made.answer)])) as url:
        made.url = url
        yield made


@dataclass
class Plugs:
    """A running gateway, and the directory of its declarations."""

    system: System
    directory: Path
    gateway: Gateway
    client: httpx.AsyncClient

    def declare(
        self, path: str = "/penalties", department: str = "QH-TST", **edits: str
    ) -> None:
        """Write the declaration of a department that asks a path."""
        self.write(department, declaration(self.system, path, department, **edits))

    def write(self, department: str, text: str) -> None:
        file = self.directory / "departments" / f"{department}.toml"
        file.write_text(text, encoding="utf-8")

    def remove(self, department: str = "QH-TST") -> None:
        (self.directory / "departments" / f"{department}.toml").unlink()

    async def look(self) -> None:
        """Let the gateway look at the directory at once."""
        await self.gateway.plugging.look()

    async def ask(self, query: str, path: str = "/graphql") -> Any:
        answer = await self.client.post(
            path, json={"query": query}, headers=headers(self.directory)
        )
        return answer.json()

    async def penalties(self, number: int = 1) -> tuple[list[str], str, dict[str, str]]:
        """Give the decision numbers, the verdict, and the outcomes by department."""
        query = f"""{{ enterprise(uscc: "{code(number)}") {{ penalties {{
          nodes {{ decisionNumber }} completeness {{ status
            sources {{ department {{ code }} outcome }} }} }} }} }}"""
        found = (await self.ask(query))["data"]["enterprise"]["penalties"]
        told = found["completeness"]
        return (
            [one["decisionNumber"] for one in found["nodes"]],
            told["status"],
            {one["department"]["code"]: one["outcome"] for one in told["sources"]},
        )


def declaration(
    system: System, path: str, department: str = "QH-TST", **edits: str
) -> str:
    """Word the declaration of a department."""
    section = PENALTY.replace('request = { path = "/penalties" }\n', REQUEST)
    text = (HEAD + section.replace("/penalties", path)).replace("QH-TST", department)
    text = text.replace("${QH_TST_URL}", system.url).replace("${QH_TST_TOKEN}", "${T}")
    text = text.replace("PT1.5S", "PT60S")
    for old, new in edits.items():
        text = text.replace(old, new)
    return text


@asynccontextmanager
async def plugs(directory: Path, **settings: str) -> AsyncIterator[Plugs]:
    """Run a gateway with one department, and its system."""
    departments = directory / "departments"
    departments.mkdir()
    environment = {
        "CREDITNET_DATA": str(directory),
        "CREDITNET_DEPARTMENTS": str(departments),
        "CREDITNET_LIMITS": str(ROOMY),
        "CREDITNET_SCAN_DEADLINE": "0.01",
        "CREDITNET_DEADLINE": "60",
        "CREDITNET_QUERY_DEADLINE": "60",
        "T": "secret",
        **settings,
    }
    async with system() as made:
        text = declaration(made, "/first")
        (departments / "QH-TST.toml").write_text(text, encoding="utf-8")
        gateway = await open_gateway(read_settings(environment), environment)
        people = [enterprise(number) for number in range(1, 30)]
        await gateway.core.sync(FakeAdapter(people), lambda _stage, _done: None)
        async with (
            serving(create_app(gateway)) as url,
            httpx.AsyncClient(base_url=url, timeout=30) as client,
        ):
            yield Plugs(made, directory, gateway, client)
        await gateway.close()
