"""A caller with his operation, and what comes of it."""

from dataclasses import dataclass
from time import perf_counter
from typing import Final, NamedTuple

from graphql import ExecutionResult

from adapters.contract import Stated
from gateway.access.audit.entries import Matter
from gateway.access.policy import Decisions
from gateway.access.viewer import Caller
from gateway.graphql_over_http import Operation
from gateway.loading.life import Life
from gateway.province import Asked
from gateway.replies import Header


class Ran(NamedTuple):
    """What came of an operation."""

    result: ExecutionResult
    life: Life | None = None
    """How long it stays true; None: it was for this once."""
    aging: bool = False
    """Whether its age is limited, so that nobody may give it again."""
    matter: Matter | None = None
    """What to record when it is given again."""
    headers: tuple[Header, ...] = ()
    """What is told of the caller's quotas."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a request wants to know beside its answer."""

    explanation: bool = False
    """How it came about."""
    receipt: bool = False
    """What proves it later."""


NOTHING_BESIDE: Final = Wishes()


class Visit(NamedTuple):
    """A caller with his operation."""

    operation: Operation
    caller: Caller
    decisions: Decisions
    seconds: float
    """For which he waits."""
    started: float

    @property
    def left(self) -> float:
        """Seconds for which he still waits, after he had to wait for his turn."""
        return max(self.seconds - (perf_counter() - self.started), 0.0)

    @property
    def asked(self) -> Asked:
        """Say what the operation may ask, and what it states."""
        caller = self.caller
        if caller.purpose is None and caller.case is None:
            return Asked(self.decisions, viewer=caller.viewer)
        stated = Stated(caller.purpose, caller.case)
        return Asked(self.decisions, stated, caller.viewer)
