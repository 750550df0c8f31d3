"""`python -m benchmarks.peers.handwritten PORT CORE DEPARTMENTS`: no GraphQL at all.

Reads the request's JSON and answers the four questions by name, each in the fastest
straight way: sqlite3, aiohttp, orjson, a garbage collector that rests.
"""

import asyncio
import gc
import sqlite3
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import orjson
import uvicorn

from benchmarks.peers.answers import LISTS, enterprise, report
from benchmarks.peers.asking import BATCH, Departments

_ONE = "SELECT body FROM registration WHERE uscc = ?"
_NAMES = "SELECT uscc, name FROM registration WHERE uscc IN ({})"
_REPORTS = (
    "SELECT uscc, facts FROM annual_report WHERE uscc IN ({}) "
    "ORDER BY uscc, record_id DESC"
)
Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]


class Endpoint:
    """An ASGI application."""

    def __init__(self, core: str, departments: str) -> None:
        """Open the core; `departments` is an address."""
        self._core = sqlite3.connect(core)
        self._core.execute("PRAGMA mmap_size = 2000000000")
        self._departments = Departments(departments)

    async def __call__(
        self, scope: dict[str, Any], receive: Receive, send: Send
    ) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        asked = orjson.loads(await whole(receive))
        name, variables = asked["operationName"], asked["variables"]
        if name == "Q1":
            data = self._enterprise(variables["uscc"])
        else:
            codes = variables["where"]["usccIn"]
            nodes = self._named(codes)
            if name == "Q2":
                self._add_reports(nodes, codes)
            elif name == "Q3":
                await asyncio.gather(*(self._add(nodes, kind) for kind in LISTS))
            else:
                await self._add(nodes, "penalties")
            data = {"enterprises": {"nodes": list(nodes.values())}}
        await answer(send, orjson.dumps({"data": data}))

    def _enterprise(self, code: str) -> dict[str, Any]:
        (body,) = self._core.execute(_ONE, [code]).fetchone()
        return {"enterprise": enterprise(orjson.loads(body))}

    def _named(self, codes: Sequence[str]) -> dict[str, dict[str, Any]]:
        marks = ",".join("?" * len(codes))
        rows = self._core.execute(_NAMES.format(marks), codes)
        return {code: {"uscc": code, "name": name} for code, name in rows}

    def _add_reports(self, nodes: dict[str, dict[str, Any]], codes: list[str]) -> None:
        for node in nodes.values():
            node["annualReports"] = {"nodes": []}
        marks = ",".join("?" * len(codes))
        for code, facts in self._core.execute(_REPORTS.format(marks), codes):
            listed = nodes[code]["annualReports"]["nodes"]
            listed.append(report(orjson.loads(facts)))

    async def _add(self, nodes: dict[str, dict[str, Any]], field: str) -> None:
        path, column, tell = LISTS[field]
        for node in nodes.values():
            node[field] = {"nodes": []}
        codes = list(nodes)
        batches = [codes[at : at + BATCH] for at in range(0, len(codes), BATCH)]
        for rows in await asyncio.gather(
            *(self._departments.ask(path, one) for one in batches)
        ):
            for row in rows:
                nodes[row[column]][field]["nodes"].append(tell(row))


async def whole(receive: Receive) -> bytes:
    """Read the body of a request."""
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


async def answer(send: Send, body: bytes) -> None:
    """Send a JSON answer."""
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def serve(app: Any, port: int) -> None:  # noqa: ANN401 - an ASGI application
    """Serve as the gateway is served."""
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)


if __name__ == "__main__":
    endpoint = Endpoint(sys.argv[2], sys.argv[3])
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)
    serve(endpoint, int(sys.argv[1]))
