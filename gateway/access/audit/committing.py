"""Many who write share one wait for the disk."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import structlog

from gateway.access.audit.errors import AuditUnavailable
from gateway.access.audit.journal import Journal, Line
from gateway.access.audit.lines import Make

_log = structlog.get_logger(__name__)
TOGETHER: Final = 512
"""Lines of one write at the most."""
SIBLINGS: Final = 5
"""Lines of a write after which others are likely to come at the same time."""
_GATHERING: Final = 0.001
"""Seconds that a write then waits for them."""
_Waiting = tuple[Make, "asyncio.Future[Line]"]


@dataclass(frozen=True, slots=True)
class Patience:
    """For how much and how long is waited."""

    lines: int = 10_000
    """That wait to be written."""
    seconds: float = 2.0
    """For one write to the disk."""
    checkpoint: float = 300.0
    """Seconds after which what was written is signed."""


class Committing:
    """Hands lines to a journal's thread, all that wait at once."""

    def __init__(self, journal: Journal, patience: Patience) -> None:
        """Write into `journal`, which nobody else touches from now on."""
        self._journal = journal
        self._patience = patience
        self._waiting: deque[_Waiting] = deque()
        self._latest = 0
        """Lines of the latest write."""
        self._thread = ThreadPoolExecutor(1, "journal")
        self._work: asyncio.Task[None] | None = None
        self._busy: asyncio.Future[Sequence[Line | AuditUnavailable]] | None = None

    async def put(self, make: Make) -> Line:
        """Write a line; it is on the disk when this returns.

        Raises AuditUnavailable when the disk does not take it, or not in time.
        """
        if self._work is None or self._work.done():
            if self._busy is not None and not self._busy.done():
                raise _late()
            self._work = asyncio.create_task(self._run())
        if len(self._waiting) >= self._patience.lines:
            raise AuditUnavailable("等待写入的记录过多 (too many wait to be written)")
        future: asyncio.Future[Line] = asyncio.get_running_loop().create_future()
        self._waiting.append((make, future))
        return await future

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Sign at times how far the chain has come; write what waits, and close."""
        signing = asyncio.create_task(self._sign())
        try:
            yield
        finally:
            signing.cancel()
            await asyncio.wait([signing])
            if self._work is not None:
                await asyncio.wait([self._work])
            await self._in_thread(self._journal.close)
            self._thread.shutdown(wait=False)

    async def _sign(self) -> None:
        while True:
            await asyncio.sleep(self._patience.checkpoint)
            await self._in_thread(self._journal.checkpoint)

    async def _in_thread(self, work: Callable[[], None]) -> None:
        loop = asyncio.get_running_loop()
        doing = asyncio.ensure_future(loop.run_in_executor(self._thread, work))
        done, _ = await asyncio.wait([doing], timeout=self._patience.seconds)
        if not done:
            _log.warning("audit disk is slow")

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            if self._latest >= SIBLINGS:
                await asyncio.sleep(_GATHERING)
            together = range(min(len(self._waiting), TOGETHER))
            batch = [self._waiting.popleft() for _ in together]
            self._latest = len(batch)
            makes = [make for make, _ in batch]
            self._busy = asyncio.ensure_future(
                loop.run_in_executor(self._thread, self._journal.append, makes)
            )
            done, _ = await asyncio.wait([self._busy], timeout=self._patience.seconds)
            if not done:
                self._busy.add_done_callback(_look)
                _refuse([*batch, *self._waiting], _late())
                self._waiting.clear()
            elif error := self._busy.exception():
                _refuse(batch, error)
            else:
                _settle(batch, self._busy.result())


def _settle(
    batch: Sequence[_Waiting], lines: Sequence[Line | AuditUnavailable]
) -> None:
    for (_, future), line in zip(batch, lines, strict=True):
        if future.done():  # nobody waits any more
            continue
        if isinstance(line, AuditUnavailable):
            future.set_exception(line)
        else:
            future.set_result(line)


def _refuse(batch: Sequence[_Waiting], error: BaseException) -> None:
    for _, future in batch:
        if not future.done():
            known = isinstance(error, AuditUnavailable)
            future.set_exception(type(error)(*error.args) if known else error)


def _look(late: "asyncio.Future[Sequence[Line | AuditUnavailable]]") -> None:
    """Hear what came of a write that nobody waits for."""
    if not late.cancelled() and (error := late.exception()):
        _log.warning("late write failed", reason=str(error))


def _late() -> AuditUnavailable:
    return AuditUnavailable("磁盘未在时限内写完 (the disk is too slow)")
