"""All checks, in the order in which they are told.

A number is never given again: what is taken out leaves its number in `RETIRED`.
"""

from collections.abc import Mapping

from adapters.conformance.check import Check
from adapters.conformance.checks import (
    asking,
    behaviour,
    columns,
    declared,
    pace,
    promises,
    reading,
    recorded,
    safety,
)

CHECKS: tuple[Check, ...] = (
    *declared.CHECKS,
    *asking.CHECKS,
    *reading.CHECKS,
    *columns.CHECKS,
    *promises.CHECKS,
    *behaviour.CHECKS,
    *safety.CHECKS,
    *pace.CHECKS,
    *recorded.CHECKS,
)
RETIRED: frozenset[str] = frozenset()
"""Numbers of checks that are no more."""
PROOFS: Mapping[str, tuple[str, ...]] = {
    "key": ("B2", "D1"),
    "batch": ("B1",),
    "concurrency": ("E6",),
    "scan": ("B6", "D2", "D3"),
    "delta": ("D4",),
}
"""What proves each capability that a declaration can claim."""
