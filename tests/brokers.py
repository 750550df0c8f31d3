"""The message brokers that tests use where they are: RabbitMQ and NATS JetStream."""

import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Protocol

import aio_pika
import nats
import pytest
from aio_pika.abc import AbstractChannel
from nats.errors import NoServersError
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError

from gateway.brokers import Names

ADDRESSES = {
    "rabbitmq": os.environ.get(
        "CREDITNET_TEST_RABBITMQ", "amqp://guest:guest@127.0.0.1:5672/"
    ),
    "nats": os.environ.get("CREDITNET_TEST_NATS", "nats://127.0.0.1:4222"),
}
DEPARTMENT = "QH-TAX"


class Mailbox(Protocol):
    """A department's own access to its queue, and an operator's to those put aside."""

    address: str
    names: Names

    async def publish(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Put a message in the department's queue, confirmed."""

    async def waiting(self) -> int:
        """Count the messages that nobody has accepted or holds."""

    async def aside(self) -> bytes:
        """Take the next one that was put aside."""


class Rabbit:
    """A mailbox in RabbitMQ."""

    def __init__(self, channel: AbstractChannel, names: Names) -> None:
        self.address = ADDRESSES["rabbitmq"]
        self.names = names
        self._channel = channel

    async def publish(self, body: bytes, headers: Mapping[str, str]) -> None:
        message = aio_pika.Message(
            body,
            headers=dict(headers),
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        )
        exchange = self._channel.default_exchange
        await exchange.publish(message, self.names.pushed(DEPARTMENT), timeout=10)

    async def waiting(self) -> int:
        name = self.names.pushed(DEPARTMENT)
        queue = await self._channel.declare_queue(name, passive=True)
        return queue.declaration_result.message_count or 0

    async def aside(self) -> bytes:
        name = self.names.aside(DEPARTMENT)
        queue = await self._channel.declare_queue(name, passive=True)
        message = await queue.get(no_ack=True, timeout=10)
        assert message is not None
        return message.body


class Stream:
    """A mailbox in a JetStream."""

    def __init__(self, stream: JetStreamContext, names: Names) -> None:
        self.address = ADDRESSES["nats"]
        self.names = names
        self._stream = stream

    async def publish(self, body: bytes, headers: Mapping[str, str]) -> None:
        subject = self.names.pushed(DEPARTMENT)
        await self._stream.publish(subject, body, headers=dict(headers), timeout=10)

    async def waiting(self) -> int:
        return (
            await self._stream.stream_info(f"{self.names.prefix}-push")
        ).state.messages

    async def aside(self) -> bytes:
        subject = self.names.aside(DEPARTMENT)
        message = await self._stream.get_last_msg(f"{self.names.prefix}-aside", subject)
        return message.data or b""


@asynccontextmanager
async def mailbox(kind: str) -> AsyncIterator[Mailbox]:
    """Give a mailbox under a new name; skips without a server, in CI fails."""
    names = Names(f"test-{uuid.uuid4().hex[:12]}")
    try:
        async with _rabbit(names) if kind == "rabbitmq" else _nats(names) as one:
            yield one
    except (OSError, TimeoutError, NoServersError) as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no {kind} to test with: {type(error).__name__}")


@asynccontextmanager
async def _rabbit(names: Names) -> AsyncIterator[Mailbox]:
    async with await aio_pika.connect(ADDRESSES["rabbitmq"], timeout=3) as connection:
        channel = await connection.channel(on_return_raises=True)
        yield Rabbit(channel, names)
        for name in (names.pushed(DEPARTMENT), names.aside(DEPARTMENT)):
            await channel.queue_delete(name)


@asynccontextmanager
async def _nats(names: Names) -> AsyncIterator[Mailbox]:
    async def failed(error: Exception) -> None:
        del error

    connection = await nats.connect(
        ADDRESSES["nats"],
        allow_reconnect=False,
        max_reconnect_attempts=1,
        reconnect_time_wait=0,
        connect_timeout=3,
        error_cb=failed,
    )
    try:
        stream = connection.jetstream(timeout=10)
        yield Stream(stream, names)
        for kind in ("push", "aside"):
            with suppress(NotFoundError):
                await stream.delete_stream(f"{names.prefix}-{kind}")
    finally:
        await connection.close()


class Relay:
    """Stands between a client and a server, and can go away."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self.port = 0

    async def start(self) -> None:
        """Listen, the second time where it listened before."""
        self._server = await asyncio.start_server(self._pass, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Break everything off."""
        if self._server:
            self._server.close()
        for writer in list(self._open):
            writer.transport.abort()

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        there, back = await asyncio.open_connection(*self._target)
        await asyncio.gather(self._copy(reader, back), self._copy(there, writer))

    async def _copy(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._open.add(writer)
        with suppress(OSError):
            while data := await reader.read(65_536):
                writer.write(data)
                await writer.drain()
        writer.transport.abort()
        self._open.discard(writer)
