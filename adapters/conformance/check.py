"""What a check is: a number that is never given again, words, and a judgement."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from adapters.conformance.bench import Bench
from adapters.conformance.outcomes import Finding

Judge = Callable[[Bench], Awaitable[Sequence[Finding]]]
Applies = Callable[[Bench], str]
"""Says why a check has nothing to look at; empty where it has."""


class Need(Enum):
    """What a check looks at beside the declaration."""

    NOTHING = "NOTHING"
    ROWS = "ROWS"
    """Rows as the department gives them: its own, or recorded ones."""
    SOURCE = "SOURCE"
    """The department itself."""
    CASES = "CASES"
    """Recorded questions and answers."""
    ACCEPTED = "ACCEPTED"
    """The version of the declaration that was accepted last."""
    BASELINE = "BASELINE"
    """What was recorded of it before."""


def always(_: Bench) -> str:
    """Apply to every adapter."""
    return ""


@dataclass(frozen=True, slots=True)
class Check:
    """One numbered check; `docs/conformance.md` has a section of its number."""

    id: str
    term: str
    english: str
    judge: Judge
    need: Need = Need.ROWS
    applies: Applies = always
    after: tuple[str, ...] = ()
    """Checks without which this one says nothing."""
