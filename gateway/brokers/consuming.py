"""Consumes departments' messages for ever, through every loss of the broker."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import uniform

import structlog

from gateway.brokers.contract import HANDLING, Broker, Delivery
from gateway.intake import Intake, Way

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Waits:
    """How long to wait after failures, and how often one message may fail."""

    first: float = 0.5
    """Seconds after the first failure; doubled after each, up to `longest`."""
    longest: float = 60.0
    deliveries: int = 20
    """How often one message is delivered before it is put aside."""

    def after(self, failures: int) -> float:
        """Give the seconds to wait after some failures in a row, with jitter."""
        wait = min(self.longest, self.first * 2.0 ** min(failures - 1, 30))
        return uniform(wait / 2, wait)  # noqa: S311 - nothing secret


class Consumer:
    """Hands what a broker delivers to the intake."""

    def __init__(
        self, broker: Broker, intake: Intake, way: Way, waits: Waits | None = None
    ) -> None:
        """Consume the messages of every department of `intake`."""
        self._broker = broker
        self._intake = intake
        self._way = way
        self._waits = waits or Waits()
        self._failures = 0
        self._consuming: asyncio.Task[None] | None = None
        self.connected: bool | None = None
        """None before the first try has ended."""

    async def run(self) -> None:
        """Consume until cancelled; a change of state is logged once."""
        while True:
            try:
                await self._consume()
            except Exception as error:  # noqa: BLE001 - whatever it is, try again
                self._lost(error)
            await asyncio.sleep(self._waits.after(self._failures))

    async def _consume(self) -> None:
        """Consume until the broker is lost, or others push; then begin anew."""
        departments: list[str] | None = None
        while departments != (departments := list(self._intake.departments)):
            work = self._broker.consume(departments, self._hand, self._found)
            self._consuming = asyncio.create_task(work)
            try:
                await asyncio.wait([self._consuming])
            finally:
                self._consuming.cancel()
                await asyncio.wait([self._consuming])
            if not self._consuming.cancelled():
                self._consuming.result()

    def renew(self) -> None:
        """Consume the messages of who pushes now; those in hand are delivered again."""
        if self._consuming is not None:
            self._consuming.cancel()

    def _found(self) -> None:
        self.connected = True
        self._failures = 0
        _log.info("broker connected", way=self._way.name)

    def _lost(self, error: Exception) -> None:
        if self.connected is not False:
            _log.warning("broker lost", way=self._way.name, reason=_words(error))
        self.connected = False
        self._failures += 1

    async def _hand(self, department: str, delivery: Delivery) -> None:
        try:
            async with asyncio.timeout(HANDLING):
                await self._intake.take(
                    department, delivery.body, delivery.headers, self._way
                )
        except Exception as error:  # noqa: BLE001 - a fault of ours, which may pass
            await self._try_later(department, delivery, error)
        else:
            await delivery.accept()

    async def _try_later(
        self, department: str, delivery: Delivery, error: Exception
    ) -> None:
        about = {"department": department, "reason": _words(error)}
        if delivery.attempt >= self._waits.deliveries:
            _log.error("message put aside", **about, deliveries=delivery.attempt)
            await delivery.put_aside()
            return
        if delivery.attempt == 1:
            _log.warning("message not taken yet", **about)
        await delivery.return_after(self._waits.after(delivery.attempt))


@asynccontextmanager
async def consuming(consumer: Consumer | None) -> AsyncIterator[None]:
    """Consume beside the caller's work, if there is a broker."""
    if consumer is None:
        yield
        return
    running = asyncio.create_task(consumer.run())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.wait([running])


def _words(error: BaseException) -> str:
    """Say what went wrong first."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    first = next(iter(str(error).splitlines()), "")
    return f"{type(error).__name__}: {first}"
