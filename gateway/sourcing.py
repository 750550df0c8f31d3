"""What stands between the loader and a department, from the inside out.

Each department is guarded; its half answers are doubted where there is presence; what
it said is remembered, unless it lies with us anyway.
"""

from collections.abc import Mapping
from time import monotonic
from typing import Final

from gateway.loading.breaker import BreakerPolicy
from gateway.loading.cache import CachedSource, Clocks, Freshness
from gateway.loading.doubted import DoubtedSource
from gateway.loading.entries import Entries
from gateway.loading.guard import GuardedSource, Guarding
from gateway.loading.presences import Presences
from gateway.loading.sources import Source
from gateway.settings import Settings

_LIE_WITH_US: Final = frozenset({"files", "push"})
"""Kinds whose rows are kept here and found faster than they are remembered."""


def guarding_of(settings: Settings) -> Guarding:
    """Say how departments are guarded."""
    policy = BreakerPolicy(
        failures=settings.breaker_failures,
        share=settings.breaker_share,
        wait=settings.breaker_wait,
        longest_wait=settings.breaker_longest_wait,
    )
    return Guarding(policy, monotonic, settings.now)


def sources_of(
    guarded: Mapping[str, GuardedSource],
    presences: Presences | None,
    entries: Entries | None,
    settings: Settings,
) -> Mapping[str, Source]:
    """Give the departments as loaders ask them, by code."""
    freshness = Freshness(
        settings.cache_seconds_of,
        settings.cache_seconds,
        settings.cache_renewing,
        settings.cache_stale,
    )
    found: dict[str, Source] = {}
    for code, one in guarded.items():
        source: Source = one
        if presences is not None:
            source = DoubtedSource(source, presences)
        if entries is not None and one.adapter.kind not in _LIE_WITH_US:
            source = CachedSource(source, entries, freshness, Clocks(settings.now))
        found[code] = source
    return found
