"""Puts questions to a gateway over HTTP, and times them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import aiohttp
import orjson

from benchmarks import identity

PATIENCE = 120.0
"""Seconds after which an answer is given up."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    body: Mapping[str, Any]
    started: float
    seconds: float


class Asker:
    """A client of one gateway."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        """Ask the gateway at `url`."""
        self._url = url
        self._session = session

    async def ask(
        self,
        path: str,
        query: str,
        variables: Mapping[str, object],
        deadline: float | None = None,
    ) -> Reply:
        """Put a question; raises aiohttp.ClientError or TimeoutError without a reply.

        `deadline`: seconds that the gateway is granted.
        """
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        if deadline is not None:
            headers["X-Creditnet-Deadline"] = f"{deadline * 1000:.0f}"
        body = orjson.dumps({"query": query, "variables": variables})
        started = perf_counter()
        async with self._session.post(
            self._url + path, data=body, headers=headers
        ) as answer:
            content = await answer.read()
            seconds = perf_counter() - started
            return Reply(answer.status, orjson.loads(content), started, seconds)

    async def data(
        self, path: str, query: str, variables: Mapping[str, object]
    ) -> Mapping[str, Any]:
        """Give the data of an answer that must have no errors."""
        reply = await self.ask(path, query, variables)
        if "errors" in reply.body:
            raise ValueError(str(reply.body["errors"])[:500])
        data: Mapping[str, Any] = reply.body["data"]
        return data


def session(connections: int, data: Path) -> aiohttp.ClientSession:
    """Open connections to a gateway on a data directory, at the most so many."""
    return aiohttp.ClientSession(
        headers=identity.headers(data),
        connector=aiohttp.TCPConnector(limit=connections),
        timeout=aiohttp.ClientTimeout(total=PATIENCE),
    )
