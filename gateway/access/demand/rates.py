"""How much each identity and each network address may ask in a minute."""

from dataclasses import dataclass
from functools import lru_cache
from math import ceil

from gateway.access.demand.address import network_of
from gateway.access.demand.limits import Limits
from gateway.access.demand.shared_windows import SharedWindows
from gateway.access.demand.windows import WINDOW, Left, Taking, Windows
from gateway.access.viewer import Caller, Role
from gateway.graphql_over_http import RequestRefused
from gateway.replies import Header


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a request may be answered now, and what is left for others."""

    left: tuple[Left, ...]

    @property
    def allowed(self) -> bool:
        """Say whether every quota had enough."""
        return not any(one.lacking for one in self.left)

    @property
    def retry_after(self) -> int:
        """Give whole seconds after which to try again; 0: it is allowed."""
        waits = [one.seconds for one in self.left if one.lacking]
        return max(1, ceil(max(waits))) if waits else 0

    @property
    def headers(self) -> tuple[Header, ...]:
        """Give what clients read of it, in the words of the draft and older ones."""
        if not self.left:
            return ()
        tight = min(self.left, key=lambda one: one.remaining / one.limit)
        policy = ", ".join(f'"{n}";q={most};w={WINDOW}' for n, most, *_ in self.left)
        state = ", ".join(
            f'"{one.name}";r={one.remaining};t={ceil(one.seconds)}' for one in self.left
        )
        return (
            (b"ratelimit-policy", policy.encode()),
            (b"ratelimit", state.encode()),
            (b"ratelimit-limit", b"%d" % tight.limit),
            (b"ratelimit-remaining", b"%d" % tight.remaining),
            (b"ratelimit-reset", b"%d" % ceil(tight.seconds)),
        )

    def refusal(self) -> RequestRefused:
        """Give what to answer a request by that is not allowed: 429."""
        lacking = ", ".join(one.name for one in self.left if one.lacking)
        told = {name.decode(): value.decode() for name, value in self.headers}
        return RequestRefused(
            429,
            f"请求过于频繁，请在 {self.retry_after} 秒后重试 "
            f"(too many in a minute ({lacking}); try again after "
            f"{self.retry_after} seconds)",
            "RATE_LIMITED",
            {"Retry-After": str(self.retry_after), **told},
        )


class Rates:
    """Counts what is asked, by identity and by address."""

    def __init__(
        self, limits: Limits, windows: Windows, shared: SharedWindows | None = None
    ) -> None:
        """Count in `windows`, and with other gateways where there is `shared`."""
        self.limits = limits
        self._windows = windows
        self._shared = shared

    async def check(self, caller: Caller, cost: int) -> Verdict:
        """Take one request of so many points, if that is allowed.

        Who has too little left here is not asked about elsewhere.
        """
        takings = self._takings(caller, cost)
        here = self._windows.take(takings)
        if self._shared is None or any(one.lacking for one in here):
            return Verdict(tuple(here))
        together = await self._shared.take(takings)
        return Verdict(tuple(here if together is None else together))

    def _takings(self, caller: Caller, cost: int) -> list[Taking]:
        viewer = caller.viewer
        most = self.limits.of(viewer.role)
        takings: list[Taking] = []
        if viewer.role is not Role.PUBLIC:
            who = (viewer.role.value, viewer.subject)
            takings = [
                Taking("requests", who, most.requests, 1),
                Taking("points", who, most.points, cost),
            ]
        place = _network(caller.address)
        if place or not takings:
            where = (viewer.role.value, place)
            takings += [
                Taking("address-requests", where, most.address_requests, 1),
                Taking("address-points", where, most.address_points, cost),
            ]
        return takings


_network = lru_cache(maxsize=10_000)(network_of)
