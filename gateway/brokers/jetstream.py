"""Messages out of NATS JetStream, a durable pull consumer for each department."""

import asyncio
from collections.abc import Callable, Collection

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig, RetentionPolicy, StorageType
from nats.js.errors import NotFoundError

from gateway.brokers.contract import HANDLING, SECONDS, BrokerLost, Hand, Names

PULL = 5.0
"""Seconds that one request for messages waits for the first."""


class JetStream:
    """A NATS server with JetStream, or a cluster of them."""

    def __init__(self, url: str, names: Names, prefetch: int) -> None:
        """Hold `prefetch` messages of one department at the most."""
        self._url = url
        self._names = names
        self._prefetch = prefetch

    async def consume(
        self, departments: Collection[str], hand: Hand, ready: Callable[[], None]
    ) -> None:
        """Connect, make missing streams, call `ready`, hand messages on."""
        lost = asyncio.Event()
        connection = await self._connect(lost)
        try:
            stream = connection.jetstream(timeout=SECONDS)
            await self._add_streams(stream)
            async with asyncio.TaskGroup() as group:
                for department in departments:
                    pulled = await self._subscribe(stream, department)
                    group.create_task(self._pull(stream, pulled, department, hand))
                ready()
                await lost.wait()
                raise BrokerLost("连接中断 (the connection was closed)")
        finally:
            async with asyncio.timeout(SECONDS):
                await connection.close()

    async def _connect(self, lost: asyncio.Event) -> Client:
        async def closed() -> None:
            lost.set()

        async def failed(_: Exception) -> None:
            """What ends the connection is told to `closed`; the rest to who asked."""

        async with asyncio.timeout(SECONDS):
            return await nats.connect(
                self._url,
                name="creditnet",
                allow_reconnect=False,
                max_reconnect_attempts=1,  # it tries at once, twice; then it is lost
                reconnect_time_wait=0,
                connect_timeout=int(SECONDS),
                closed_cb=closed,
                error_cb=failed,
            )

    async def _add_streams(self, stream: JetStreamContext) -> None:
        """Add what no stream takes yet; an operator's own streams stay as they are."""
        kinds = {
            "push": (self._names.pushed("*"), RetentionPolicy.WORK_QUEUE),
            "aside": (self._names.aside("*"), RetentionPolicy.LIMITS),
        }
        for kind, (subject, retention) in kinds.items():
            try:
                await stream.find_stream_name_by_subject(subject)
            except NotFoundError:
                await stream.add_stream(
                    name=f"{self._names.prefix}-{kind}",
                    subjects=[subject],
                    retention=retention,
                    storage=StorageType.FILE,
                )

    async def _subscribe(
        self, stream: JetStreamContext, department: str
    ) -> JetStreamContext.PullSubscription:
        config = ConsumerConfig(
            ack_wait=HANDLING + SECONDS, max_ack_pending=self._prefetch, max_deliver=-1
        )
        name = f"{self._names.prefix}-{department}"
        subject = self._names.pushed(department)
        return await stream.pull_subscribe(subject, name, config=config)

    async def _pull(
        self,
        stream: JetStreamContext,
        pulled: JetStreamContext.PullSubscription,
        department: str,
        hand: Hand,
    ) -> None:
        aside = self._names.aside(department)
        while True:
            try:
                messages = await pulled.fetch(self._prefetch, timeout=PULL)
            except TimeoutError:
                await pulled.consumer_info()  # raises when it is there no longer
                continue
            async with asyncio.TaskGroup() as group:
                for message in messages:
                    delivery = JetStreamDelivery(message, stream, aside)
                    group.create_task(hand(department, delivery))


class JetStreamDelivery:
    """A message of a stream."""

    def __init__(self, message: Msg, stream: JetStreamContext, aside: str) -> None:
        """Answer for a message; `aside` is the subject for those put aside."""
        self._message = message
        self._stream = stream
        self._aside = aside
        self.body = message.data
        self.headers = {k.lower(): v for k, v in (message.headers or {}).items()}
        self.attempt = message.metadata.num_delivered

    async def accept(self) -> None:
        """Let the broker forget it."""
        async with asyncio.timeout(SECONDS):
            await self._message.ack()

    async def return_after(self, seconds: float) -> None:
        """Have the broker hold it for a while."""
        async with asyncio.timeout(SECONDS):
            await self._message.nak(delay=seconds)

    async def put_aside(self) -> None:
        """Publish it again where nobody consumes, then let the broker forget it."""
        await self._stream.publish(
            self._aside,
            self._message.data,
            timeout=SECONDS,
            headers=self._message.headers,
        )
        await self.accept()
