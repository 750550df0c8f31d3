"""A transport that is watched: who asked it what, how long it took, what came."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import cast

from adapters.contract import HeldTransport, Rows, TellsChanges, Transport
from adapters.errors import SourceError
from schema.record_type import RecordType

MOST_CALLS = 10_000
"""Calls that are remembered; those after them are only counted as running."""


@dataclass(slots=True)
class Call:
    """One call; times in seconds of the loop's clock."""

    record_type: RecordType
    keys: tuple[str, ...]
    began: float
    took: float = 0.0
    rows: Rows | None = None
    fault: SourceError | None = None


@dataclass(slots=True)
class Watch:
    """What was seen of one transport."""

    calls: list[Call] = field(default_factory=list)
    running: int = 0
    most_running: int = 0
    failing: SourceError | None = None
    """While set, every question fails so, and the department is not asked."""


class Watched:
    """Passes on to a transport and notes every question."""

    def __init__(self, transport: Transport, watch: Watch) -> None:
        """Watch `transport`."""
        self._transport = transport
        self._watch = watch
        self.origin = transport.origin

    async def ask(self, record_type: RecordType, keys: Sequence[str]) -> Rows:
        """Give the rows about the keys."""
        watch, clock = self._watch, asyncio.get_running_loop().time
        call = Call(record_type, tuple(keys), clock())
        if len(watch.calls) < MOST_CALLS:
            watch.calls.append(call)
        watch.running += 1
        watch.most_running = max(watch.most_running, watch.running)
        try:
            if watch.failing is not None:
                raise watch.failing
            call.rows = await self._transport.ask(record_type, keys)
        except SourceError as fault:
            call.fault = fault
            raise
        finally:
            watch.running -= 1
            call.took = clock() - call.began
        return call.rows

    def scan(self, record_type: RecordType, since: str | None) -> AsyncIterator[Rows]:
        """Give everything."""
        if self._watch.failing is not None:
            return _failing(self._watch.failing)
        return self._transport.scan(record_type, since)

    async def check(self) -> None:
        """Return when the source answers."""
        await self._transport.check()

    async def close(self) -> None:
        """Free connections."""
        await self._transport.close()


class WatchedHeld(Watched):
    """One whose rows lie with us."""

    async def version(self, record_type: RecordType) -> str:
        """Say which state of the rows we hold."""
        state = await cast("HeldTransport", self._transport).version(record_type)
        return f"{state}!" if self._watch.failing else state


class WatchedTelling(Watched):
    """One that tells what changed."""

    def since(self, record_type: RecordType, cursor: str | None) -> AsyncIterator[Rows]:
        """Give what changed after a cursor."""
        return cast("TellsChanges", self._transport).since(record_type, cursor)


def watched(transport: Transport, watch: Watch) -> Transport:
    """Watch a transport; what it offers beside, it still offers."""
    if hasattr(transport, "version"):
        return WatchedHeld(transport, watch)
    if isinstance(transport, TellsChanges):
        return WatchedTelling(transport, watch)
    return Watched(transport, watch)


async def _failing(fault: SourceError) -> AsyncIterator[Rows]:
    nothing: tuple[Rows, ...] = ()
    for rows in nothing:
        yield rows
    raise fault
