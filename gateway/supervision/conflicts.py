"""Conflicts 奖惩冲突: one department commends whom another punished."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from schema.findings import Conflict
from schema.force import in_force
from schema.records.honours import Commendation
from schema.records.penalty import Penalty, PenaltyCategory
from schema.records.record import CreditRecord

NEAR = timedelta(days=365)
"""A commendation this near to a penalty conflicts with it, even when it has ended."""
_GRAVE = frozenset(
    {
        PenaltyCategory.LICENCE_REVOKED,
        PenaltyCategory.SHUTDOWN,
        PenaltyCategory.CLOSURE,
        PenaltyCategory.DETENTION,
    }
)
_LARGE = 100_000


def conflicts(records: Sequence[CreditRecord], today: date) -> Iterator[Conflict]:
    """Find commendations beside penalties of other departments.

    Withdrawn penalties and mere warnings don't count.
    """
    penalties = [r for r in records if isinstance(r, Penalty) and _counts(r, today)]
    for commendation in records:
        if not isinstance(commendation, Commendation):
            continue
        for penalty in penalties:
            if _conflict(commendation, penalty, today):
                yield Conflict(
                    severity=_severity(penalty),
                    commendation=commendation,
                    penalty=penalty,
                )


def _counts(penalty: Penalty, today: date) -> bool:
    withdrawn = penalty.withdrawn_on is not None and penalty.withdrawn_on <= today
    return not withdrawn and penalty.categories != [PenaltyCategory.WARNING]


def _conflict(commendation: Commendation, penalty: Penalty, today: date) -> bool:
    theirs = commendation.provenance.department.code
    if theirs == penalty.provenance.department.code:
        return False
    near = abs(commendation.awarded_on - penalty.decided_on) <= NEAR
    both = in_force(commendation, today) and penalty.decided_on >= today - NEAR
    return near or both


def _severity(penalty: Penalty) -> str:
    if _GRAVE & set(penalty.categories):
        return "HIGH"
    return "HIGH" if (penalty.fine or 0) >= _LARGE else "MEDIUM"
