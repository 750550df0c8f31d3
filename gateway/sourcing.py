"""What stands between the loader and a department, from the inside out.

Each department is guarded; its half answers are doubted where there is presence; what
it said is remembered, unless it lies with us anyway.
"""

from collections.abc import Mapping
from random import random
from time import monotonic
from typing import Final

from gateway.loading.breaker import Breaker, BreakerPolicy
from gateway.loading.cache import CachedSource, Freshness
from gateway.loading.clocks import Clocks
from gateway.loading.doubted import DoubtedSource
from gateway.loading.entries import Entries
from gateway.loading.guard import GuardedSource, Guarding
from gateway.loading.memory import Memory
from gateway.loading.presences import Presences
from gateway.loading.sharing import Sharing, Terms
from gateway.loading.sources import Source
from gateway.settings import Settings

_LIE_WITH_US: Final = frozenset({"files", "push"})
"""Kinds whose rows are kept here and found faster than they are remembered."""
_QUESTIONS: Final = 2
"""To a department for one answer: one that is half is asked for again."""
_BESIDE: Final = 10.0
"""Seconds in which an answer certainly is on its way to other gateways, or lost."""
_LEFT_ALONE: Final = BreakerPolicy(failures=3, wait=1.0, longest_wait=10.0)
"""For how long gateways do without what they share, when that fails."""


def guarding_of(settings: Settings) -> Guarding:
    """Say how departments are guarded."""
    policy = BreakerPolicy(
        failures=settings.breaker_failures,
        share=settings.breaker_share,
        wait=settings.breaker_wait,
        longest_wait=settings.breaker_longest_wait,
    )
    return Guarding(policy, monotonic, settings.now)


def memory_of(settings: Settings) -> Memory | None:
    """Give what departments' answers are remembered in; None: they are not."""
    if not settings.cache:
        return None
    entries = Entries(settings.cache_bytes)
    if not settings.redis_url:
        return Memory(entries)
    from gateway.loading.redis_tier import RedisTier  # the library is for who shares

    asking = _QUESTIONS * settings.deadline + _BESIDE
    tier = RedisTier(settings.redis_url, settings.redis_prefix, asking)
    breaker = Breaker(_LEFT_ALONE, monotonic, random)
    terms = Terms(settings.redis_deadline, kept=settings.cache_stale)
    return Memory(entries, Sharing(tier, breaker, terms))


def sources_of(
    guarded: Mapping[str, GuardedSource],
    presences: Presences | None,
    memory: Memory | None,
    settings: Settings,
) -> Mapping[str, Source]:
    """Give the departments as loaders ask them, by code."""
    freshness = Freshness(
        settings.cache_seconds_of,
        settings.cache_seconds,
        settings.cache_renewing,
        settings.cache_stale,
    )
    clocks = Clocks(settings.now)
    found: dict[str, Source] = {}
    for code, one in guarded.items():
        source: Source = one
        if presences is not None:
            source = DoubtedSource(source, presences)
        if memory is not None and one.adapter.kind not in _LIE_WITH_US:
            shared = memory.shared_by(one.adapter, clocks)
            source = CachedSource(source, memory.entries, freshness, clocks, shared)
        found[code] = source
    return found
