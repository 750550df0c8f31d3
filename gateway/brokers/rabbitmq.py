"""Messages out of RabbitMQ's quorum queues."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping

import aio_pika
from aio_pika.abc import (
    AbstractChannel,
    AbstractConnection,
    AbstractIncomingMessage,
    AbstractQueue,
)

from gateway.brokers.contract import SECONDS, BrokerLost, Hand, Names

LOOK = 30.0
"""Seconds between two looks at whether our queues still serve us."""
_RETURNS = 1_000
"""How often RabbitMQ may deliver a message, whatever ends us before we have it."""


class RabbitMQ:
    """A RabbitMQ server, or a cluster of them behind one address."""

    def __init__(self, url: str, names: Names, prefetch: int) -> None:
        """Hold `prefetch` messages of one department at the most."""
        self._url = url
        self._names = names
        self._prefetch = prefetch
        # It logs every try to connect that failed; who consumes says it once.
        logging.getLogger("aiormq").setLevel(logging.CRITICAL)

    async def consume(
        self, departments: Collection[str], hand: Hand, ready: Callable[[], None]
    ) -> None:
        """Connect, make missing queues, call `ready`, hand messages on."""
        connection = await aio_pika.connect(self._url, timeout=SECONDS)
        try:
            async with asyncio.TaskGroup() as group:
                async with asyncio.timeout(SECONDS):
                    channel = await connection.channel(on_return_raises=True)
                    await channel.set_qos(self._prefetch)
                    queues = await self._declare(channel, departments)
                for department, queue in queues.items():
                    take = self._taking(group, channel, department, hand)
                    await queue.consume(take, timeout=SECONDS)
                ready()
                await _watch(channel, queues.values())
        finally:
            await _close(connection)

    async def _declare(
        self, channel: AbstractChannel, departments: Collection[str]
    ) -> Mapping[str, AbstractQueue]:
        queues = {}
        for department in departments:
            aside = self._names.aside(department)
            await channel.declare_queue(
                aside, durable=True, arguments={"x-queue-type": "quorum"}
            )
            queues[department] = await channel.declare_queue(
                self._names.pushed(department),
                durable=True,
                arguments={
                    "x-queue-type": "quorum",
                    "x-delivery-limit": _RETURNS,
                    "x-dead-letter-exchange": "",
                    "x-dead-letter-routing-key": aside,
                },
            )
        return queues

    def _taking(
        self,
        group: asyncio.TaskGroup,
        channel: AbstractChannel,
        department: str,
        hand: Hand,
    ) -> Callable[[AbstractIncomingMessage], Awaitable[None]]:
        """Make what hears of messages: each is handed on by a task of its own."""
        aside = self._names.aside(department)

        async def take(message: AbstractIncomingMessage) -> None:
            delivery = RabbitDelivery(message, channel, aside)
            group.create_task(hand(department, delivery))

        return take


class RabbitDelivery:
    """A message of a quorum queue, which counts deliveries."""

    def __init__(
        self, message: AbstractIncomingMessage, channel: AbstractChannel, aside: str
    ) -> None:
        """Answer for a message; `aside` is the queue for those put aside."""
        self._message = message
        self._channel = channel
        self._aside = aside
        self.body = message.body
        self.headers = {
            name.lower(): value.decode("utf-8", "replace")
            if isinstance(value, bytes)
            else str(value)
            for name, value in message.headers.items()
        }
        counted = message.headers.get("x-delivery-count", 0)
        self.attempt = 1 + (counted if isinstance(counted, int) else 0)

    async def accept(self) -> None:
        """Let the broker forget it."""
        async with asyncio.timeout(SECONDS):
            await self._message.ack()

    async def return_after(self, seconds: float) -> None:
        """Hold it for a while, then give it back."""
        await asyncio.sleep(seconds)
        async with asyncio.timeout(SECONDS):
            await self._message.nack(requeue=True)

    async def put_aside(self) -> None:
        """Publish it again where nobody consumes, then let the broker forget it."""
        again = aio_pika.Message(
            self._message.body,
            headers=self._message.headers,
            content_type=self._message.content_type,
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        )
        exchange = self._channel.default_exchange
        await exchange.publish(again, self._aside, timeout=SECONDS)
        await self.accept()


async def _watch(channel: AbstractChannel, queues: Collection[AbstractQueue]) -> None:
    """Wait until the connection is lost or a queue has forgotten us, and raise."""
    lost = asyncio.Event()
    channel.close_callbacks.add(lambda *_: lost.set())
    while not (lost.is_set() or channel.is_closed):
        try:
            async with asyncio.timeout(LOOK):
                await lost.wait()
        except TimeoutError:
            await _require_consumers(channel, queues)
    raise BrokerLost("连接中断 (the connection was closed)")


async def _require_consumers(
    channel: AbstractChannel, queues: Collection[AbstractQueue]
) -> None:
    async with asyncio.timeout(SECONDS):
        for queue in queues:
            seen = await channel.declare_queue(queue.name, passive=True)
            if not seen.declaration_result.consumer_count:
                raise BrokerLost(f"{queue.name} 不再投递 (no longer serves us)")


async def _close(connection: AbstractConnection) -> None:
    try:
        async with asyncio.timeout(SECONDS):
            await connection.close()
    except (OSError, aio_pika.exceptions.AMQPError):
        return  # it is gone, which is what we wanted
