"""Who leaves before the answer is there has no work done for him any more."""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import uvicorn
from graphql import build_schema
from starlette.applications import Starlette
from starlette.routing import Route

from gateway.documents import Documents, Limits
from gateway.endpoints import GraphQLEndpoint
from gateway.engine import Binding, Engine, bind
from gateway.execution import Executor
from gateway.graphql_over_http import Sizes
from gateway.loading.sets import SetLoader
from gateway.reception import Entrance, OpenToAll
from gateway.requiring import Requirements
from tests.gateway.asking import Nothing

pytestmark = pytest.mark.anyio


class Slow:
    """Answers when it is let, and notes when it is told to stop."""

    def __init__(self) -> None:
        self.asked, self.stopped = asyncio.Event(), asyncio.Event()
        self.released = asyncio.Event()

    async def answer(self, parents: Sequence[Any], _info: object) -> list[object]:
        self.asked.set()
        try:
            await self.released.wait()
        except asyncio.CancelledError:
            self.stopped.set()
            raise
        return [1 for _ in parents]


@asynccontextmanager
async def serving(slow: Slow) -> AsyncIterator[str]:
    schema = build_schema("type Query { slow: Int }")
    assert schema.query_type
    bind(schema.query_type.fields["slow"], Binding(batch=slow.answer))
    executor = Executor(
        Engine(schema),
        Documents(schema, Limits(99, 9, 9)),
        Requirements(schema),
        lambda _asked, _seconds: Nothing(),
    )
    app = Starlette(
        routes=[
            Route(
                "/",
                GraphQLEndpoint(lambda: executor, Entrance(OpenToAll(), Sizes(2000))),
                methods=["POST"],
            )
        ]
    )
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    running = asyncio.create_task(server.serve([listening]))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    finally:
        server.should_exit = True
        await running


async def test_work_ends_with_the_connection():
    slow = Slow()
    async with serving(slow) as url, httpx.AsyncClient() as client:
        asking = asyncio.create_task(client.post(url, json={"query": "{ slow }"}))
        await slow.asked.wait()
        asking.cancel()
        async with asyncio.timeout(10):
            await slow.stopped.wait()


async def test_who_stays_is_answered():
    slow = Slow()
    async with serving(slow) as url, httpx.AsyncClient() as client:
        asking = asyncio.create_task(client.post(url, json={"query": "{ slow }"}))
        await slow.asked.wait()
        slow.released.set()
        assert (await asking).json() == {"data": {"slow": 1}}
        assert not slow.stopped.is_set()


async def test_a_set_ends_when_the_last_who_asked_for_it_leaves():
    slow = Slow()

    async def load(keys: Sequence[str]) -> Sequence[object]:
        return await slow.answer(keys, None)

    sets: SetLoader[str, object] = SetLoader(10)
    one, other = (asyncio.create_task(sets.load([key], load)) for key in "ab")
    await slow.asked.wait()
    one.cancel()
    await asyncio.gather(one, return_exceptions=True)
    assert not slow.stopped.is_set()
    other.cancel()
    await asyncio.gather(other, return_exceptions=True)
    async with asyncio.timeout(10):
        await slow.stopped.wait()
        slow.released.set()
        assert await sets.load(["a"], load) == [1]
