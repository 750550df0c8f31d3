"""Lets operations in: what may be seen, what it costs, and when it is their turn."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from math import inf
from typing import Final, Protocol

from graphql import GraphQLError

from gateway.access.demand.cost import Costing, Estimate
from gateway.access.demand.limits import OverLimit
from gateway.access.demand.rates import Rates
from gateway.access.demand.shedding import Gate
from gateway.access.policy import ALLOWED, Decisions
from gateway.access.viewer import Caller, Role
from gateway.engine import Prepared
from gateway.graphql_over_http import Operation, RequestRefused
from gateway.replies import Header

REPEATED: Final = 1
"""Points of an answer that is given again."""


@dataclass(frozen=True, slots=True)
class Charge:
    """What an operation costs its caller."""

    estimate: Estimate | None = None
    """None: it is no operation of its document, or nobody counts."""
    headers: tuple[Header, ...] = ()
    """What is left for others."""
    tells_actual: bool = True
    """Whether the caller may know what was heard: hidden records count as well."""


FREE: Final = Charge()


class Admission(Protocol):
    """Decides about operations before they are executed."""

    def decide(self, caller: Caller) -> Decisions:
        """Say what a caller may see; the same object for all who may see the same."""

    def check_text(self, caller: Caller, size: int) -> None:
        """Refuse a request of too many bytes; raises RequestRefused (413)."""

    async def charge(
        self, prepared: Prepared, operation: Operation, caller: Caller
    ) -> Charge:
        """Count an operation.

        Raises OverLimit, BadInput, and RequestRefused (429).
        """

    async def charge_again(self, caller: Caller) -> Charge:
        """Count an answer that is given again; raises RequestRefused (429)."""

    def turn(self, caller: Caller, seconds: float) -> AbstractAsyncContextManager[None]:
        """Wait for a turn, with so many seconds left; else RequestRefused (503)."""


class Free:
    """Lets all in, and counts nothing."""

    def decide(self, caller: Caller) -> Decisions:
        """Allow everything."""
        del caller
        return ALLOWED

    def check_text(self, caller: Caller, size: int) -> None:
        """Take any."""

    async def charge(
        self, prepared: Prepared, operation: Operation, caller: Caller
    ) -> Charge:
        """Ask nothing for it."""
        del prepared, operation, caller
        return FREE

    async def charge_again(self, caller: Caller) -> Charge:
        """Ask nothing for it."""
        del caller
        return FREE

    def turn(self, caller: Caller, seconds: float) -> AbstractAsyncContextManager[None]:
        """Be ready at once."""
        del caller, seconds
        return nullcontext()


@dataclass(frozen=True, slots=True)
class Counted:
    """Lets in what a policy, limits and rates allow, as there is room."""

    policy: Callable[[Caller], Decisions]
    costing: Costing
    rates: Rates
    gate: Gate

    def decide(self, caller: Caller) -> Decisions:
        """Decide by the policy in use."""
        return self.policy(caller)

    def check_text(self, caller: Caller, size: int) -> None:
        """Refuse what is more than the role may send."""
        try:
            self.rates.limits.check_text(caller.viewer.role, body=size)
        except OverLimit as error:
            raise RequestRefused(413, str(error), "LIMIT_EXCEEDED") from error

    async def charge(
        self, prepared: Prepared, operation: Operation, caller: Caller
    ) -> Charge:
        """Take the estimated points from what is left to the caller."""
        try:
            estimate = self.costing.estimate(
                prepared, operation.name, operation.variables
            )
        except GraphQLError:  # no such operation: the engine says so
            return FREE
        self.rates.limits.check(caller.viewer.role, estimate)
        known = caller.viewer.role is not Role.PUBLIC
        return Charge(estimate, await self._taken(caller, estimate.cost), known)

    async def charge_again(self, caller: Caller) -> Charge:
        """Take a point."""
        return Charge(None, await self._taken(caller, REPEATED))

    async def _taken(self, caller: Caller, points: int) -> tuple[Header, ...]:
        verdict = await self.rates.check(caller, points)
        if not verdict.allowed:
            raise verdict.refusal()
        return verdict.headers

    def turn(
        self, caller: Caller, seconds: float = inf
    ) -> AbstractAsyncContextManager[None]:
        """Go through the gate."""
        return self.gate.admitted(caller, seconds)
