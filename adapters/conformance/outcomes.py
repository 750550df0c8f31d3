"""What came of a check, as data: outcomes, findings, the report and its grade."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

READS_RIGHT = frozenset("ABCFH")
"""Families that say whether an adapter reads right."""
_PROMISES = frozenset("DG")
"""Families whose bypassing costs the best grade only."""


class Outcome(Enum):
    """What came of a check."""

    PASSED = "PASSED"
    FAILED = "FAILED"
    BYPASSED = "BYPASSED"
    """Not run, for a reason that somebody wrote down."""
    BLOCKED = "BLOCKED"
    """Could not be run because another one failed."""
    NOT_APPLICABLE = "NOT_APPLICABLE"
    """There is nothing to check: not declared, or not asked for."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be; secrets and persons masked."""

    seen: str
    expected: str
    smallest: str = ""
    """The smallest input that shows it."""
    place: str = ""
    """The line of the declaration: `QH-EPD.toml:42`."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one check."""

    id: str
    term: str
    english: str
    outcome: Outcome
    findings: Sequence[Finding] = ()
    reason: str = ""
    """Why it was bypassed, is blocked or does not apply."""


class Grade(Enum):
    """How good an adapter is, as consoles and analysts see it."""

    A = "A"
    """All checks passed."""
    B = "B"
    """Nothing failed; something was bypassed."""
    C = "C"
    """Reads right, but slowly, or without keeping what it promises beside."""
    D = "D"
    """Does not read right; may not serve."""


@dataclass(frozen=True, slots=True)
class Report:
    """What came of all checks of one adapter."""

    department: str
    file: str
    results: Sequence[Result]
    compared: bool = True
    """Whether anything beside the declaration was looked at; else there is no grade."""

    @property
    def failed(self) -> Sequence[Result]:
        """The checks that failed, in order."""
        return [one for one in self.results if one.outcome is Outcome.FAILED]

    @property
    def grade(self) -> Grade | None:
        """Grade the adapter; None while only its declaration was looked at."""
        amiss = {Outcome.FAILED, Outcome.BLOCKED}
        wrong = {one.id[0] for one in self.results if one.outcome in amiss}
        if wrong & READS_RIGHT or not self.compared:
            return Grade.D if wrong & READS_RIGHT else None
        if wrong:
            return Grade.C
        bypassed = [one for one in self.results if one.outcome is Outcome.BYPASSED]
        if any(one.id[0] not in _PROMISES for one in bypassed):
            return Grade.C
        return Grade.B if bypassed else Grade.A
