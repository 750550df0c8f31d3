"""Counts the calls that an answer costs the departments."""

import dataclasses
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from adapters.contract import Adapter, Ask, Fetched
from adapters.errors import SourceError
from benchmarks import identity
from benchmarks.lifespan import living
from gateway.app import create_app
from gateway.mocks import read_environment
from gateway.opening import open_gateway
from gateway.settings import Settings

MOST_OF_ONE_CALL = 200


@dataclass(frozen=True, slots=True)
class Calls:
    """What one department was asked for one record type."""

    department: str
    record_type: str
    enterprises: int
    calls: int
    allowed: int


class _Counting:
    """An adapter that remembers how often it had to call."""

    def __init__(self, adapter: Adapter, calls: Counter[tuple[str, str]]) -> None:
        self._adapter = adapter
        self._calls = calls

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - all but fetch as it is
        return getattr(self._adapter, name)

    async def fetch(self, ask: Ask) -> Fetched:
        about = (self._adapter.department, ask.record_type.value)
        try:
            fetched = await self._adapter.fetch(ask)
        except SourceError:
            size = self._adapter.capabilities.batch
            self._calls[about] += math.ceil(len(ask.enterprises) / size)
            raise
        self._calls[about] += fetched.calls
        return fetched


async def count_calls(
    data: Path, query: str, enterprises: int, *, presence: bool
) -> list[Calls]:
    """Answer a query on a running demonstration's departments, and count.

    With `presence`, those that hold nothing are not asked.
    """
    settings = Settings(
        data=data, deadline=10, presence=presence, limits=identity.ROOMY
    )
    gateway = await open_gateway(settings, read_environment(data))
    calls: Counter[tuple[str, str]] = Counter()
    adapters: Mapping[str, Adapter] = {
        code: _Counting(adapter, calls) for code, adapter in gateway.adapters.items()
    }
    gateway.plugging.current = dataclasses.replace(
        gateway.plugging.current, adapters=adapters
    )
    app = create_app(gateway)
    try:
        if gateway.presences is not None:
            await gateway.presences.refresh()
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app),
            timeout=60,
            headers=identity.headers(data),
        )
        async with living(app), client:
            answer = await client.post("http://gateway/graphql", json={"query": query})
            answer.raise_for_status()
    finally:
        await gateway.close()
    return list(_compared(calls, adapters, enterprises))


def _compared(
    calls: Counter[tuple[str, str]], adapters: Mapping[str, Adapter], enterprises: int
) -> Iterator[Calls]:
    for (code, record_type), count in sorted(calls.items()):
        batch = min(adapters[code].capabilities.batch, MOST_OF_ONE_CALL)
        allowed = math.ceil(enterprises / batch)
        yield Calls(code, record_type, enterprises, count, allowed)
