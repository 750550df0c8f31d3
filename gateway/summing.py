"""Sums up for a whole answer who was heard, and holds it against what is required."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gateway.loading.answers import GIVEN_NOTHING, Note, SourceCall
from gateway.requiring import RANKS, Requirement
from gateway.settings import REGISTER
from schema.departments import CompletenessStatus, SourceOutcome
from schema.errors import RequirementNotMet

_NOTHING_HELD: Final = frozenset({SourceOutcome.NOTHING_HELD})
_OF_THEIR_OWN: Final = frozenset({SourceOutcome.STALE, SourceOutcome.DENIED})
"""Outcomes of answers that are not whole which a sum names apart."""


@dataclass(frozen=True, slots=True)
class Sum:
    """Who was heard for a whole answer; departments by their codes, in order."""

    verdict: CompletenessStatus
    asked: int
    """Departments that may hold something of what was asked for."""
    answered: int
    """Those of them that answered every question in full."""
    ruled_out: int
    """Those of these that hold nothing, and so were not bothered."""
    unasked: int
    """Questions for which there was nobody to ask."""
    stale: Sequence[str] = ()
    denied: Sequence[str] = ()
    missing: Sequence[str] = ()
    """Who did not answer, or may hold more than it gave."""

    @property
    def silent(self) -> Sequence[str]:
        """Name all that were not heard in full."""
        return sorted({*self.stale, *self.denied, *self.missing})

    def told(self) -> Mapping[str, object]:
        """Give what a client reads of it."""
        return {
            "verdict": self.verdict.value,
            "asked": self.asked,
            "answered": self.answered,
            "ruledOut": self.ruled_out,
            "unasked": self.unasked,
            "stale": self.stale,
            "denied": self.denied,
            "missing": self.missing,
        }


def sum_of(note: Note) -> Sum | None:
    """Sum up what a request heard; None when it asked no department anything."""
    calls = [call for call in note.calls if call.answers]
    if not calls and not note.unasked:
        return None
    half = [call for call in calls if not call.complete]
    stale = _codes(half, lambda call: SourceOutcome.STALE in call.outcomes)
    denied = _codes(half, lambda call: SourceOutcome.DENIED in call.outcomes)
    missing = _codes(half, _lacks)
    asked = {call.department for call in calls}
    bothered = {
        call.department for call in calls if call.outcomes.keys() != _NOTHING_HELD
    }
    return Sum(
        _verdict(calls, half, note.unasked),
        len(asked),
        len(asked) - len({*stale, *denied, *missing}),
        len(asked) - len(bothered),
        note.unasked,
        stale,
        denied,
        missing,
    )


def unmet(required: Requirement, note: Note, now: datetime) -> RequirementNotMet | None:
    """Say what an answer lacks of what is required; None when it lacks nothing."""
    found = sum_of(note)
    told: dict[str, object] = {}
    departments: set[str] = set()
    verdict = CompletenessStatus.COMPLETE if found is None else found.verdict
    if RANKS.index(verdict) < RANKS.index(required.completeness):
        told["completeness"] = verdict.value
        if found is not None:
            departments.update(found.silent)
            told |= {"unasked": found.unasked} if found.unasked else {}
    old = _too_old(required, note, now)
    if old:
        told["tooOld"] = old
    stale = _codes(
        note.calls,
        lambda call: (
            call.record_type in required.no_stale
            and SourceOutcome.STALE in call.outcomes
        ),
    )
    if stale:
        told["stale"] = stale
    if not told:
        return None
    concerned = sorted({*departments, *old, *stale})
    return RequirementNotMet(required.told(), told, concerned)


def _too_old(required: Requirement, note: Note, now: datetime) -> Sequence[str]:
    if required.max_age is None:
        return ()
    longest = required.max_age.length

    def aged(since: datetime | None) -> bool:
        return since is not None and now - since > longest

    old = _codes(note.calls, lambda call: aged(call.oldest))
    return sorted({*old, REGISTER}) if aged(note.register) else old


def _verdict(
    calls: Sequence[SourceCall], half: Sequence[SourceCall], unasked: int
) -> CompletenessStatus:
    """Judge as `gateway.loading.shaping.status_of` judges a list."""
    if not half and not unasked:
        return CompletenessStatus.COMPLETE
    if all(call.outcomes.keys() <= GIVEN_NOTHING for call in calls):
        return CompletenessStatus.UNAVAILABLE
    return CompletenessStatus.PARTIAL


def _lacks(call: SourceCall) -> bool:
    return any(
        not one.complete and one.outcome not in _OF_THEIR_OWN for one in call.answers
    )


def _codes(
    calls: Iterable[SourceCall], which: Callable[[SourceCall], bool]
) -> Sequence[str]:
    return sorted({call.department for call in calls if which(call)})
