"""How much each identity and each network address may ask in a minute."""

from collections.abc import Sequence
from functools import lru_cache
from math import ceil, inf
from typing import Final

import msgspec

from gateway.access.demand.address import network_of
from gateway.access.demand.limits import Limits
from gateway.access.demand.shared_windows import SharedWindows
from gateway.access.demand.windows import WINDOW, Left, Taking, Windows
from gateway.access.viewer import Caller, Role
from gateway.graphql_over_http import RequestRefused
from gateway.replies import Header

_KEPT: Final = 10_000
"""Callers of which is known what they take from which quotas."""


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """Whether a request may be answered now, and what is left for others."""

    left: Sequence[Left]
    words: "_Words"
    allowed: bool = True
    """Whether every quota had enough."""

    @property
    def retry_after(self) -> int:
        """Give whole seconds after which to try again; 0: it is allowed."""
        waits = [one.seconds for one in self.left if one.lacking]
        return max(1, ceil(max(waits))) if waits else 0

    @property
    def headers(self) -> tuple[Header, ...]:
        """Give what clients read of it, in the words of the draft and older ones."""
        left = self.left
        if not left:
            return ()
        tight, share = left[0], inf
        state: list[int] = []
        for one in left:
            state += (one.remaining, ceil(one.seconds))
            if one.remaining / one.limit < share:
                tight, share = one, one.remaining / one.limit
        return (
            (b"ratelimit-policy", self.words.policy),
            (b"ratelimit", self.words.state % tuple(state)),
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
        self._takings = lru_cache(maxsize=_KEPT)(self._made)
        self._words = lru_cache(maxsize=_KEPT)(_words_of)

    async def check(self, caller: Caller, cost: int) -> Verdict:
        """Take one request of so many points, if that is allowed.

        Who has too little left here is not asked about elsewhere.
        """
        viewer = caller.viewer
        takings, words = self._takings(
            viewer.role, viewer.subject, caller.address, cost
        )
        left = self._windows.take(takings)
        lacking = [one for one in left if one.lacking]
        if not lacking and self._shared is not None:
            left = await self._shared.take(takings) or left
            lacking = [one for one in left if one.lacking]
        return Verdict(left, words, not lacking)

    def _made(
        self, role: Role, subject: str, address: str, cost: int
    ) -> "tuple[tuple[Taking, ...], _Words]":
        """Say what is taken from which quotas; the same callers come again."""
        most, name = self.limits.of(role), role.value
        takings: list[Taking] = []
        if role is not Role.PUBLIC:
            who = (name, subject)
            takings = [
                Taking("requests", who, most.requests, 1),
                Taking("points", who, most.points, cost),
            ]
        place = network_of(address)
        if place or not takings:
            where = (name, place)
            takings += [
                Taking("address-requests", where, most.address_requests, 1),
                Taking("address-points", where, most.address_points, cost),
            ]
        quotas = tuple([(one.name, one.limit) for one in takings])
        return tuple(takings), self._words(quotas)


class _Words(msgspec.Struct, frozen=True, gc=False):
    """What headers say of quotas, but for the numbers that change."""

    policy: bytes
    state: bytes
    """To be filled with what remains, and seconds, of each."""


def _words_of(quotas: tuple[tuple[str, int], ...]) -> _Words:
    policy = ", ".join(f'"{name}";q={most};w={WINDOW}' for name, most in quotas)
    state = ", ".join(f'"{name}";r=%d;t=%d' for name, _ in quotas)
    return _Words(policy.encode(), state.encode())
