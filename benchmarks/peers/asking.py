"""How peers in Python ask departments: in batches, over one pool of connections."""

from collections.abc import Sequence
from typing import Any

import aiohttp
import orjson

BATCH = 200
"""Enterprises that a department is asked about in one call."""
Rows = list[dict[str, Any]]


class Departments:
    """A client of the departments, connected when first asked."""

    def __init__(self, url: str) -> None:
        """Ask at an address."""
        self._url = url
        self._client: aiohttp.ClientSession | None = None

    async def ask(self, path: str, codes: Sequence[str]) -> Rows:
        """Give the rows about enterprises, at the most BATCH of them."""
        if self._client is None:
            connector = aiohttp.TCPConnector(limit=0)
            self._client = aiohttp.ClientSession(connector=connector)
        body = orjson.dumps({"codes": codes})
        async with self._client.post(f"{self._url}/{path}", data=body) as response:
            rows: Rows = orjson.loads(await response.read())["rows"]
            return rows
