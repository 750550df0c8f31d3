"""Stops asking a source that keeps failing, and finds out when it is well again."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from schema.health import BreakerState


@dataclass(frozen=True, slots=True)
class BreakerPolicy:
    """When to stop asking, and for how long; times in seconds."""

    failures: int = 5
    """In a row, that open the breaker."""
    share: float = 0.5
    """Of the last `window` asks; more failures than that open it, too."""
    window: int = 20
    wait: float = 5.0
    """Before the first probe; doubled after each that fails."""
    longest_wait: float = 60.0


@dataclass(frozen=True, slots=True)
class Pause:
    """Why nobody is asked; on the breaker's clock."""

    since: float
    until: float
    """When it is tried again."""


class Breaker:
    """The breaker of one department and record type.

    Closed, everything is let through. Open, nothing is, until the wait is over; then
    it is half open and lets one probe through, which closes it or opens it again.
    """

    def __init__(
        self,
        policy: BreakerPolicy,
        clock: Callable[[], float],
        chance: Callable[[], float],
    ) -> None:
        """Go by `clock`, in seconds; `chance` gives 0 to 1 and spreads the waits."""
        self._policy = policy
        self._clock = clock
        self._chance = chance
        self._failed: deque[bool] = deque(maxlen=policy.window)
        self._row = 0
        self._openings = 0
        self._pause: Pause | None = None
        self._era = 0
        """Counts changes of state; what was let through before one tells nothing."""
        self._probing = False

    @property
    def state(self) -> BreakerState:
        """Say what an ask would find."""
        if self._pause is None:
            return BreakerState.CLOSED
        waits = self._clock() < self._pause.until
        return BreakerState.OPEN if waits else BreakerState.HALF_OPEN

    @property
    def pause(self) -> Pause | None:
        """Say since when it is not closed, and when it is tried again."""
        return self._pause

    def admit(self) -> int | None:
        """Let an ask through, or not (None); the caller must `settle` what it gets."""
        if self._pause is not None:
            if self._probing or self._clock() < self._pause.until:
                return None
            self._probing = True
        return self._era

    def settle(self, admitted: int, *, failed: bool | None) -> None:
        """Tell how an ask went that was let through; None: it tells nothing."""
        if admitted != self._era:
            return
        if self._pause is not None:
            self._probing = False
            if failed is not None:
                self._probed(failed=failed)
        elif failed is not None:
            self._count(failed=failed)

    def _probed(self, *, failed: bool) -> None:
        if failed:
            self._open()
            return
        self._pause, self._openings, self._era = None, 0, self._era + 1

    def _count(self, *, failed: bool) -> None:
        self._failed.append(failed)
        self._row = self._row + 1 if failed else 0
        if failed and (self._row >= self._policy.failures or self._many_failed()):
            self._open()

    def _many_failed(self) -> bool:
        full = len(self._failed) == self._policy.window
        return full and sum(self._failed) > self._policy.share * self._policy.window

    def _open(self) -> None:
        now, policy = self._clock(), self._policy
        growing = policy.wait * 2 ** min(self._openings, 30)
        wait = min(growing, policy.longest_wait) * (1 + self._chance()) / 2
        since = now if self._pause is None else self._pause.since
        self._pause = Pause(since, now + wait)
        self._openings += 1
        self._era += 1
        self._row, self._probing = 0, False
        self._failed.clear()
