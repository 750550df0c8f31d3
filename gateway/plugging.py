"""The departments that are plugged in, and what becomes of those that no longer are.

A directory's declarations are looked at again and again. What changed takes the place
of what was there in one step; who is asked at that moment finishes the old way.
"""

import asyncio
import weakref
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Final

import structlog

from adapters.around import Around
from adapters.contract import Adapter, Transport
from adapters.kinds.push import PushTransport
from adapters.registry import Declarations, Registry
from adapters.source import DeclaredAdapter

_log = structlog.get_logger(__name__)
LOOK_EVERY: Final = 2.0
"""Seconds between two looks at the files."""
_PATIENCE: Final = 30.0
"""Seconds that one reading of them may take."""
_CLOSING: Final = 5.0
"""Seconds that an adapter may take to free its connections."""
_LONGEST_HELD: Final = 600.0
"""Seconds after which an old adapter is closed, whoever still holds it."""
Take = Callable[[Registry], None]
"""Puts what is plugged in now into use, in one step."""
Close = Callable[[], Awaitable[None]]


class Retirement:
    """Closes what is no longer in use, once nobody can be asking it any more."""

    def __init__(self, least: float) -> None:
        """Wait `least` seconds at least: so long may a listing take."""
        self._least = least
        self._running: set[asyncio.Task[None]] = set()

    @property
    def waiting(self) -> int:
        """Count the times that something was replaced and is not closed yet."""
        return len(self._running)

    def after(self, holder: object, closing: Sequence[Close]) -> None:
        """Close when nobody holds `holder`, through which requests ask."""
        task = asyncio.create_task(self._wait(_gone(holder), closing))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def close(self) -> None:
        """Close all that still waits, at once."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _wait(self, gone: asyncio.Event, closing: Sequence[Close]) -> None:
        try:
            await asyncio.sleep(self._least)
            with suppress(TimeoutError):
                async with asyncio.timeout(_LONGEST_HELD):
                    await gone.wait()
        finally:
            await asyncio.gather(*map(_closed, closing))


def _gone(holder: object) -> asyncio.Event:
    """Give an event that is set when nobody holds something any more."""
    gone, loop = asyncio.Event(), asyncio.get_running_loop()

    def tell() -> None:
        with suppress(RuntimeError):  # the loop has ended first
            loop.call_soon_threadsafe(gone.set)

    weakref.finalize(holder, tell).atexit = False
    return gone


async def _closed(close: Close) -> None:
    try:
        async with asyncio.timeout(_CLOSING):
            await close()
    except Exception:  # noqa: BLE001 - it is gone either way
        _log.exception("old adapter not closed")


class Plugging:
    """Holds what is plugged in; nobody changes it, it is replaced."""

    def __init__(self, declarations: Declarations, retirement: Retirement) -> None:
        """Load all there is; what is replaced goes into `retirement`."""
        self.retirement = retirement
        self.declarations = declarations
        self._turn = asyncio.Lock()
        self._take: Take = _nothing
        self._reading: asyncio.Task[Registry] | None = None
        self.current = declarations.load()
        self.problem: str | None = None
        """Why the directory as it stands can't be taken; None: it is in use."""
        _tell(Registry({}), self.current)

    @property
    def adapters(self) -> Mapping[str, Adapter]:
        """The adapters that are plugged in now."""
        return self.current.adapters

    def hear(self, take: Take) -> None:
        """Let `take` hear of changes; one that it raises for is not made."""
        self._take = take

    async def watch(self, seconds: float = LOOK_EVERY) -> None:
        """Look again and again, until cancelled."""
        while True:
            await asyncio.sleep(seconds)
            await self.look()

    async def look(self) -> None:
        """Take what is plugged in now, if anything changed."""
        async with self._turn:
            before = self.current
            try:
                async with asyncio.timeout(_PATIENCE):
                    found = await self._read(before)
            except TimeoutError:
                self._refuse("声明目录读取超时 (the directory can't be read in time)")
                return
            except OSError as error:
                self._reading = None
                self._refuse(str(error))
                return
            self.problem = None
            if found is before:
                return
            try:
                self._take(found)
            except Exception:  # noqa: BLE001 - the old ones go on
                _log.exception("departments not plugged in")
                return
            self.current = found
            _tell(before, found)

    async def _read(self, before: Registry) -> Registry:
        """Read all in a thread; one that takes too long is waited for, not repeated."""
        if self._reading is None:
            work = asyncio.to_thread(self.declarations.load, before)
            self._reading = asyncio.create_task(work)
        found = await asyncio.shield(self._reading)
        self._reading = None
        return found

    def _refuse(self, problem: str) -> None:
        if problem != self.problem:
            _log.error("departments stay as they are", problem=problem)
        self.problem = problem


def _nothing(_: Registry) -> None:
    """Use nothing that would have to hear of it."""


def pushing(registry: Registry) -> Mapping[str, PushTransport]:
    """Give the departments that push, by code."""
    return {
        code: transport
        for code, adapter in registry.adapters.items()
        if isinstance(adapter, DeclaredAdapter)
        and isinstance(transport := _innermost(adapter.transport), PushTransport)
    }


def _innermost(transport: Transport) -> Transport:
    """Give the transport that a code adapter is around."""
    return transport.source if isinstance(transport, Around) else transport


def _tell(before: Registry, now: Registry) -> None:
    """Log what is plugged in, what no more, and every new fault."""
    for code in sorted(now.adapters.keys() | before.adapters.keys()):
        old, new = before.adapters.get(code), now.adapters.get(code)
        if old is not new and before.files:
            word = "unplugged" if new is None else "plugged in"
            _log.info(f"department {word}", department=code)
    for name, problem in now.problems.items():
        known = before.problems.get(name)
        if known is None or known.faults != problem.faults:
            _log.error("declaration refused", file=name, faults=list(problem.faults))
