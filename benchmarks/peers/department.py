"""`python -m benchmarks.peers.department PORT CORE`: all departments on one port.

Answers stand ready as bytes, so that asking costs those who ask and hardly anybody
else. Calls are counted: `GET /calls`.
"""

import asyncio
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import httptools
import orjson
import uvloop

from benchmarks.peers.records import HELD
from benchmarks.peers.subgraphs import Subgraphs
from benchmarks.peers.world import (
    AS_OF,
    SIZE,
    asked_about,
    number_of,
    registration,
    reports,
)

Answer = Callable[[bytes], bytes]
_PAGE = 2_000
_REPORTS_PAGE = 1_000
"""Enterprises of one page: three reports each."""
_END = b'],"asOf":"' + AS_OF.encode() + b'"}'


class Departments:
    """What can be asked, by path."""

    def __init__(self, core: Path | None) -> None:
        """Make all rows ready; with a core, subgraphs too."""
        self.calls = 0
        self._answers: dict[str, Answer] = {
            f"/{kind}": self._about({n: _joined(rows(n)) for n in asked_about()})
            for kind, rows in HELD.items()
        }
        if core is not None:
            for name, answer in Subgraphs(core).answers().items():
                self._answers[f"/subgraph/{name}"] = answer

    def answer(self, url: str, body: bytes) -> bytes:
        """Answer one request; raises KeyError for an unknown address."""
        path, _, query = url.partition("?")
        if path == "/calls":
            return orjson.dumps({"calls": self.calls})
        if query:
            return _scanned(path, int(query.removeprefix("page=")))
        if not path.endswith("/core"):
            self.calls += 1
        return self._answers[path](body)

    def _about(self, held: Mapping[int, bytes]) -> Answer:
        def answer(body: bytes) -> bytes:
            codes = orjson.loads(body)["codes"]
            rows = b",".join([held[number_of(code)] for code in codes])
            return b'{"rows":[' + rows + _END

        return answer


def _joined(rows: object) -> bytes:
    return orjson.dumps(rows)[1:-1]


def _scanned(path: str, page: int) -> bytes:
    """Give a page of everything, for who fills a core."""
    size = _PAGE if path == "/registrations" else _REPORTS_PAGE
    numbers = range((page - 1) * size + 1, min(page * size, SIZE) + 1)
    if path == "/registrations":
        rows = b",".join([orjson.dumps(registration(n)) for n in numbers])
    else:
        rows = b",".join([_joined(reports(n)) for n in numbers])
    return b'{"rows":[' + rows + _END


class _Speaker(asyncio.Protocol):
    """Speaks HTTP/1.1 on one connection."""

    def __init__(self, departments: Departments) -> None:
        self._departments = departments
        self._parser = httptools.HttpRequestParser(self)
        self._url = ""
        self._body: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_begin(self) -> None:
        self._body = []

    def on_url(self, url: bytes) -> None:
        self._url = url.decode()

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        answer = self._departments.answer(self._url, b"".join(self._body))
        head = (
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
            f"content-length: {len(answer)}\r\n\r\n"
        )
        self._transport.write(head.encode() + answer)  # type: ignore[attr-defined]


async def serve(port: int, core: Path | None) -> None:
    """Answer until stopped."""
    departments = Departments(core)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Speaker(departments), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    core = Path(sys.argv[2])
    uvloop.run(serve(int(sys.argv[1]), core if core.exists() else None))
