"""So many requests run at the same time, some wait, others are refused at once.

Government goes before others, in the order of coming among equals. Who can't be
answered in time is told so now (503), instead of being answered late.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, inf
from types import TracebackType
from typing import Final

from gateway.access.demand.heartbeat import Heartbeat
from gateway.access.viewer import Caller, Role
from gateway.graphql_over_http import RequestRefused

_RANKS: Final[Mapping[Role, int]] = {
    Role.ANALYST: 0,
    Role.OFFICER: 0,
    Role.AUDITOR: 0,
    Role.ADMINISTRATOR: 0,
    Role.ENTERPRISE: 1,
    Role.PORTAL: 1,
    Role.PUBLIC: 2,
}
"""Who goes first; the lower the sooner."""
_BEARABLE: Final = (4, 2, 1)
"""How many times the lag that the public is refused at, each rank bears."""
_SHARE: Final = 0.1
"""Of a request's time in the average of all."""
_LONGEST_RETRY: Final = 60


class Overloaded(RequestRefused):
    """There is more to do than can be done in time: 503."""

    def __init__(self, seconds: float) -> None:
        """Ask to come again after about so many seconds."""
        again = min(max(ceil(seconds), 1), _LONGEST_RETRY)
        super().__init__(
            503,
            f"系统繁忙，请在 {again} 秒后重试 (busy; try again after {again} seconds)",
            "OVERLOADED",
            {"Retry-After": str(again)},
        )
        self.again = again


@dataclass(frozen=True, slots=True)
class Room:
    """How much there is at the same time at the most."""

    running: int = 64
    """Requests that are answered."""
    waiting: int = 256
    """Requests that wait for their turn."""
    patience: float = 2.0
    """Seconds that a request waits for its turn."""
    lag: float = 0.5
    """Seconds of the event loop's lateness at which the public is refused."""


class Gate:
    """Lets requests in."""

    def __init__(self, room: Room, heartbeat: Heartbeat) -> None:
        """Let in as many as there is room for, while the `heartbeat` is in time."""
        self._room = room
        self._heartbeat = heartbeat
        self._clock = heartbeat.clock
        self._most = room.running
        self._bearable = [room.lag * times for times in _BEARABLE]
        self._queues = tuple(_Queue() for _ in _BEARABLE)
        self.running = 0
        """Requests that are let in."""
        self._taken = 0.0
        """Seconds that requests take, on average of late."""

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        return sum(map(len, self._queues))

    def admitted(self, caller: Caller, seconds: float = inf) -> "Admission":
        """Let a request in that has so many seconds left, or let it wait.

        To be entered by `async with`; that raises Overloaded.
        """
        return Admission(self, _RANKS[caller.viewer.role], seconds)

    def enter(self, rank: int) -> float | None:
        """Let one in without waiting; gives the moment, or None: there is no room.

        Raises Overloaded when the event loop is late.
        """
        now = self._clock()
        lag = self._heartbeat.lag_at(now)
        if lag > self._bearable[rank]:
            raise Overloaded(lag)
        if self.running >= self._most:
            return None
        self.running += 1
        return now

    async def wait(self, rank: int, seconds: float) -> float:
        """Wait for a turn, and give its moment.

        Raises Overloaded, and at once when the turn would come too late.
        """
        most = min(self._room.patience, seconds - self._taken)
        ahead = sum(len(queue) for queue in self._queues[: rank + 1])
        if self._in_turn(ahead) > most or not self._make_room(rank):
            raise self._overloaded()
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[None] = loop.create_future()
        queue = self._queues[rank]
        queue[turn] = None
        timer = loop.call_later(most, self._refuse, turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self._pass_on()
            raise
        finally:
            timer.cancel()
            queue.pop(turn, None)
        return self._clock()

    def leave(self, started: float) -> None:
        """Let the next one in, after one that was let in at a moment of the clock."""
        self._taken += (self._clock() - started - self._taken) * _SHARE
        self._pass_on()

    def _in_turn(self, ahead: int) -> float:
        """Seconds until it is the turn of one behind so many others, about."""
        return (ahead + 1) * self._taken / self._room.running

    def _make_room(self, rank: int) -> bool:
        """Have a place in the queue, if need be that of the last who matters less."""
        if self.waiting < self._room.waiting:
            return True
        for queue in reversed(self._queues[rank + 1 :]):
            if queue:
                turn, _ = queue.popitem(last=True)
                self._refuse(turn)
                return True
        return False

    def _refuse(self, turn: asyncio.Future[None]) -> None:
        if not turn.done():
            turn.set_exception(self._overloaded())

    def _overloaded(self) -> Overloaded:
        return Overloaded(self._in_turn(self.waiting))

    def _pass_on(self) -> None:
        if self.running < self._most:
            self.running -= 1  # nobody waits while there is room
            return
        for queue in self._queues:
            while queue:
                turn, _ = queue.popitem(last=False)
                if not turn.done():
                    turn.set_result(None)
                    return
        self.running -= 1


_Queue = OrderedDict[asyncio.Future[None], None]


class Admission:
    """One request at the gate; inside `async with` it is let in."""

    __slots__ = ("_gate", "_rank", "_seconds", "_started")

    def __init__(self, gate: Gate, rank: int, seconds: float) -> None:
        self._gate = gate
        self._rank = rank
        self._seconds = seconds
        self._started = 0.0

    async def __aenter__(self) -> None:
        """Wait for a turn; raises Overloaded."""
        gate = self._gate
        started = gate.enter(self._rank)
        if started is None:
            started = await gate.wait(self._rank, self._seconds)
        self._started = started

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Make room."""
        self._gate.leave(self._started)
