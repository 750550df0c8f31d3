"""Departments made up for one test: an HTTP server, and the adapter that asks it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.contract import Ask, EnterpriseKey, Fetched
from adapters.registry import load_all
from adapters.source import DeclaredAdapter
from schema.record_type import RecordType
from tests.adapters.declarations import PENALTY

Handle = Callable[[web.Request], Awaitable[web.StreamResponse]]

CODES = ("91630000MA7QH0001B", "91630000MA7QH0002E", "91630000MA7QH0004L")
SECRET = "青海-secret"
_REQUEST = 'request = { path = "/penalties" }\n'


def declaration(
    kind: str = "rest",
    connection: str = "",
    section: str = 'request = { path = "/penalties", params = { codes = "$keys" } }\n'
    'rows = "rows"',
    batch: int = 50,
    capabilities: str = "",
) -> str:
    """Write what a department declares; `section` comes before its fields."""
    head = f"""\
[source]
department = "QH-TST"
name = "青海省试验厅"
provides = ["PENALTY"]
deadline = "PT5S"

[connection]
kind = "{kind}"
base_url = "${{QH_TST_URL}}"
{connection}

[capabilities]
batch = {batch}
{capabilities}
"""
    return head + PENALTY.replace(_REQUEST, f"{section}\n")


def load(folder: Path, text: str, environment: Mapping[str, str]) -> DeclaredAdapter:
    """Load a declaration as the gateway does; raises DeclarationError."""
    folder.mkdir(exist_ok=True)
    (folder / "QH-TST.toml").write_text(text, encoding="utf-8")
    registry = load_all(folder, {"QH_TST_SECRET": SECRET, **environment})
    if registry.problems:
        raise registry.problems["QH-TST"]
    adapter = registry.adapters["QH-TST"]
    assert isinstance(adapter, DeclaredAdapter)
    return adapter


@asynccontextmanager
async def asking(
    folder: Path, handle: Handle, text: str
) -> AsyncIterator[DeclaredAdapter]:
    """Serve every address by `handle`, and speak to it as declared."""
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", handle)
    async with TestServer(application) as server:
        address = str(server.make_url("")).rstrip("/")
        adapter = load(folder / "declarations", text, {"QH_TST_URL": address})
        try:
            yield adapter
        finally:
            await adapter.close()


async def fetch(adapter: DeclaredAdapter, codes: Sequence[str] = CODES) -> Fetched:
    """Ask for the penalties of some enterprises."""
    keys = tuple(EnterpriseKey(code) for code in codes)
    return await adapter.fetch(Ask(RecordType.PENALTY, keys))


def numbers(fetched: Fetched) -> list[list[str]]:
    """Give the numbers of the decisions about each."""
    return [
        [str(one.values["decision_number"]) for one in records]
        for records in fetched.records.values()
    ]
