"""How long penalties are public: rules as data, each with the day it begins to hold.

The day of the decision, who decided and how grave it is choose the rule.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from schema.records.penalty import (
    Penalty,
    PenaltyCategory as Category,
    PenaltyProcedure,
)

REGISTER = "QH-AMR"
"""The department that follows the rules of market supervision."""


class Gravity(Enum):
    """How grave a penalty is, as far as its publication goes."""

    WARNING = "a warning and nothing else"
    MINOR = "nothing but criticism or warning"
    GENERAL = "neither minor nor serious"
    SERIOUS = "shut down, closed, revoked, restricted"


_MINOR = frozenset({Category.WARNING, Category.CRITICISM})
_SERIOUS = frozenset(
    {
        Category.LICENCE_REVOKED,
        Category.ACTIVITY_RESTRICTED,
        Category.SHUTDOWN,
        Category.CLOSURE,
        Category.EMPLOYMENT_RESTRICTED,
        Category.GRADE_LOWERED,
    }
)


@dataclass(frozen=True, slots=True)
class PublicationRule:
    """One regime; `valid_from` is the first day of decisions that it governs."""

    valid_from: date
    counted_from: str
    """Attribute of the penalty: `published_on` or `decided_on`."""
    months: Mapping[Gravity, int]
    """The longest that the regime allows; a gravity missing here is not public."""
    source: str


def _all(months: int) -> Mapping[Gravity, int]:
    return dict.fromkeys(Gravity, months)


REGISTER_RULES = (
    PublicationRule(
        date(2021, 9, 1),
        "published_on",
        {Gravity.MINOR: 3, Gravity.GENERAL: 36, Gravity.SERIOUS: 36},
        "市场监督管理行政处罚信息公示规定第六条、第十三条",
    ),
    PublicationRule(
        date.min,
        "published_on",
        _all(60),
        "企业信息公示暂行条例第六条；工商行政管理行政处罚信息公示暂行规定第二条",
    ),
)
"""What governs the register's own penalties, the latest first."""
OTHER_RULES = (
    PublicationRule(
        date(2026, 4, 1),
        "decided_on",
        {Gravity.GENERAL: 12, Gravity.SERIOUS: 36},
        "信用修复管理办法（2026）",
    ),
    PublicationRule(
        date(2023, 5, 1),
        "decided_on",
        {**_all(36), Gravity.WARNING: 3, Gravity.MINOR: 3},
        "国家发展改革委令第58号",
    ),
    PublicationRule(
        date(2019, 7, 1),
        "decided_on",
        {**_all(12), Gravity.SERIOUS: 36},
        "发改办财金〔2019〕527号",
    ),
    PublicationRule(date.min, "published_on", _all(60), "企业信息公示暂行条例第七条"),
)
"""What governs all other departments' penalties, the latest first."""


class Decision(NamedTuple):
    """What of a penalty says how long it is public."""

    by_register: bool
    procedure: PenaltyProcedure | None
    categories: tuple[Category, ...]
    decided_on: date
    published_on: date | None
    effective_until: date | None


def is_ever_public(penalty: Penalty) -> bool:
    """Say whether a penalty is of a kind that is published at all."""
    return _is_ever_public(_decision(penalty))


def publish_until(penalty: Penalty) -> date | None:
    """Give the last day of publication: the source's own, else by rule.

    None when it is never public. A restriction that lasts longer is public as long.
    """
    return penalty.publish_until or publish_until_by_rule(penalty)


def publish_until_by_rule(penalty: Penalty) -> date | None:
    """Give the last day of publication by rule, whatever its source says."""
    return _until(_decision(penalty))


def _decision(penalty: Penalty) -> Decision:
    return Decision(
        penalty.provenance.department.code == REGISTER,
        penalty.procedure,
        tuple(penalty.categories),
        penalty.decided_on,
        penalty.published_on,
        penalty.effective_until,
    )


@lru_cache(maxsize=8192)
def _until(decision: Decision) -> date | None:
    if not _is_ever_public(decision):
        return None
    rule = _rule_of(decision)
    start = getattr(decision, rule.counted_from) or decision.decided_on
    end = months_after(start, rule.months[_gravity_of(decision)])
    lasting = decision.effective_until if decision.by_register else None
    return max(end, lasting) if lasting else end


def _is_ever_public(decision: Decision) -> bool:
    if decision.procedure is PenaltyProcedure.SIMPLE:
        return False
    return _gravity_of(decision) in _rule_of(decision).months


def _rule_of(decision: Decision) -> PublicationRule:
    """Give the rule that governs a penalty, by who decided and when."""
    rules = REGISTER_RULES if decision.by_register else OTHER_RULES
    return next(rule for rule in rules if rule.valid_from <= decision.decided_on)


def _gravity_of(decision: Decision) -> Gravity:
    """Say how grave a penalty is; several categories count as the gravest."""
    categories = frozenset(decision.categories)
    if categories & _SERIOUS:
        return Gravity.SERIOUS
    if categories == {Category.WARNING}:
        return Gravity.WARNING
    return Gravity.MINOR if categories and categories <= _MINOR else Gravity.GENERAL


def months_after(day: date, months: int) -> date:
    """Give the same day of a later month, or that month's last day."""
    place = day.year * 12 + day.month - 1 + months
    year, month = divmod(place, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
