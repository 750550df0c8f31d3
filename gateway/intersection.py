"""Conditions across departments by set algebra, where too many would be asked about.

Everything that the providing departments hold is listed once and counted by enterprise;
only codes and counts are kept. Positive conditions are intersected, those with `none`
subtracted. Who can't be decided, because somebody did not answer or a row could not be
read, is in neither set.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from typing import Any

from msgspec import structs

from gateway.everything import Read
from gateway.loading.answers import Answer
from gateway.loading.records import Departments
from gateway.loading.selecting import asks_for_end, matches
from gateway.loading.shaping import merge
from gateway.verdicts import Asking, Shared, holds, verdicts
from schema.filters import EnterpriseFilter, EnterpriseOrder, RecordCondition
from schema.record_type import RecordType
from schema.records.record import CreditRecord
from schema.registration import Registration
from schema.renewal import Renewals, Term, term_of
from schema.services import Enterprises

CHUNK = 1_000
"""Enterprises whose annual reports are looked at together."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Who meets all conditions."""

    usccs: Sequence[str]
    known: bool
    """Whether nobody else may meet them."""
    answers: Sequence[Answer]
    """One per department, the worst."""
    given: Mapping[str, int]
    """Matching records by department."""


def can_be_listed(conditions: Iterable[RecordCondition]) -> bool:
    """Say whether one condition at least names who is meant, and not who is not."""
    return any(_names(one) for one in conditions)


async def select(
    questions: Asking, parts: Shared, where: EnterpriseFilter
) -> Selection:
    """Find who meets all of `where`, one of whose conditions can be listed."""
    conditions = where.has or ()
    listed = [one for one in conditions if one.record_type not in _IN_THE_CORE]
    lists = await _listed(questions, parts, listed, where)
    positive = [one for one in lists.columns if not one.condition.none]
    people = {code for one in positive for code in one.named}
    standing: dict[str, bool | None] = {
        code: found
        for code in sorted(people)
        if (found := _all(one.verdict(code) for one in lists.columns)) is not False
    }
    undecided = {code for code, sure in standing.items() if sure is None}
    told = []
    for record_type, each in lists.answers:
        told.append(lists.doubting(each, undecided))
        questions.listed(record_type, told[-1])
    answers = merge(chain.from_iterable(told))
    for condition in conditions:
        if condition.record_type in _IN_THE_CORE:
            of_core = await _narrow(questions, parts, condition, standing)
            answers = merge([*answers, *of_core])
    sure = [code for code, stands in standing.items() if stands]
    bounded = any(not one.lost for one in positive)
    known = bounded and len(sure) == len(standing)
    return Selection(sure, known, answers, lists.given)


async def in_order(
    usccs: Sequence[str], order_by: Sequence[EnterpriseOrder], core: Enterprises
) -> Sequence[str]:
    """Order codes as the core orders enterprises; the code comes last."""
    orders = [_ORDERS[one] for one in dict.fromkeys(order_by) if one in _ORDERS]
    if EnterpriseOrder.USCC in order_by:
        orders = orders[: list(dict.fromkeys(order_by)).index(EnterpriseOrder.USCC)]
    found = sorted(usccs)
    if not orders:
        return found
    keys: dict[str, tuple[Any, ...]] = {}
    for start in range(0, len(found), CHUNK):
        known = await core.by_uscc(found[start : start + CHUNK])
        for code, one in known.items():
            keys[code] = tuple(order.key(one) for order in orders)
    found = [code for code in found if code in keys]
    for place, order in reversed(list(enumerate(orders))):
        found.sort(key=lambda code, n=place: keys[code][n], reverse=order.descending)  # type: ignore[misc]
    return found


_IN_THE_CORE = frozenset({RecordType.ANNUAL_REPORT})
"""What is asked of the core, whoever it is about, once others have narrowed."""


@dataclass(frozen=True, slots=True)
class _Column:
    """What was counted for one condition."""

    condition: RecordCondition
    counts: Mapping[str, int]
    doubtful: frozenset[str]
    """About whom more may be held than was read."""
    lost: bool
    """Whether more may be held about anybody."""

    @property
    def named(self) -> frozenset[str]:
        return frozenset(self.counts) | self.doubtful

    def verdict(self, code: str) -> bool | None:
        complete = not self.lost and code not in self.doubtful
        return holds(self.condition, self.counts.get(code, 0), complete=complete)


@dataclass(frozen=True, slots=True)
class _Lists:
    """What was counted for all conditions."""

    columns: Sequence[_Column]
    answers: Sequence[tuple[RecordType, Sequence[Answer]]]
    given: Mapping[str, int]
    doubts: Mapping[str, Set[str]]
    """By department, about whom it may hold more than was read."""

    def doubting(
        self, answers: Sequence[Answer], undecided: Set[str]
    ) -> Sequence[Answer]:
        """Give answers; those that leave somebody undecided are not complete."""
        reason = "有记录无法确定属于哪家企业 (a record may be about several)"
        return [
            structs.replace(one, complete=False, reason=one.reason or reason)
            if not undecided.isdisjoint(self.doubts.get(one.department, ()))
            else one
            for one in answers
        ]


def _names(condition: RecordCondition) -> bool:
    return not condition.none and condition.record_type not in _IN_THE_CORE


def _all(found: Iterable[bool | None]) -> bool | None:
    """Join three-valued verdicts by «and»."""
    verdict: bool | None = True
    for one in found:
        if one is False:
            return False
        verdict = verdict and one
    return verdict


async def _listed(
    questions: Asking,
    parts: Shared,
    conditions: Sequence[RecordCondition],
    where: EnterpriseFilter,
) -> _Lists:
    """Count for each condition; those about the same lists are read together."""
    together: dict[tuple[RecordType, Departments], list[int]] = {}
    for place, one in enumerate(conditions):
        asked = parts.directory.choose(one.departments, predecessors=False)
        together.setdefault((one.record_type, asked), []).append(place)
    keeping = [
        _Met([conditions[place] for place in places], questions.today)
        for places in together.values()
    ]
    reads = await asyncio.gather(
        *(
            parts.everything.read(
                *asked,
                replace(where, has=None),
                questions.moment,
                keep,
                questions.decisions,
                signing=questions.signing,
            )
            for asked, keep in zip(together, keeping, strict=True)
        )
    )
    columns: dict[int, _Column] = {}
    given: Counter[str] = Counter()
    doubts: dict[str, Set[str]] = {}
    for read, places, keep in zip(reads, together.values(), keeping, strict=True):
        given.update(read.given)
        columns.update(zip(places, keep.columns(read), strict=True))
        for department, codes in read.doubts.items():
            doubts[department] = doubts.get(department, frozenset()) | codes
    answers = [
        (record_type, read.answers)
        for (record_type, _), read in zip(together, reads, strict=True)
    ]
    ordered = [columns[place] for place in range(len(conditions))]
    return _Lists(ordered, answers, given, doubts)


_Kept = tuple[str, int, Term | None]
"""Whom a record is about, which conditions it meets, and how long a licence lasts."""


class _Met:
    """Keeps of a record whom it is about, and as bits which conditions it meets."""

    def __init__(self, conditions: Sequence[RecordCondition], today: date) -> None:
        self._conditions = conditions
        self._today = today
        self._ending = sum(
            asks_for_end(one) << bit for bit, one in enumerate(conditions)
        )
        self._renewals = Renewals(today)

    def __call__(self, record: CreditRecord) -> _Kept | None:
        if self._ending:
            self._renewals.note(record)
        bits = sum(
            matches(record, one, self._today) << bit
            for bit, one in enumerate(self._conditions)
        )
        if not bits:
            return None
        term = term_of(record) if bits & self._ending else None
        return str(record.enterprise.uscc), bits, term

    def columns(self, read: Read[_Kept]) -> Sequence["_Column"]:
        """Count what was kept, once everything was read."""
        counts: list[Counter[str]] = [Counter() for _ in self._conditions]
        for code, bits, term in read:
            met = bits & ~self._ending if self._renewals.outlast(term) else bits
            for bit, counted in enumerate(counts):
                counted[code] += met >> bit & 1
        doubtful = frozenset(code for codes in read.doubts.values() for code in codes)
        return [
            _Column(condition, +counted, doubtful, read.lost)
            for condition, counted in zip(self._conditions, counts, strict=True)
        ]


async def _narrow(
    questions: Asking,
    parts: Shared,
    condition: RecordCondition,
    standing: dict[str, bool | None],
) -> Sequence[Answer]:
    """Strike out who does not meet a condition that the core answers."""
    codes = list(standing)
    answers: Sequence[Answer] = ()
    for start in range(0, len(codes), CHUNK):
        known = await parts.core.by_uscc(codes[start : start + CHUNK])
        people = questions.shape(list(known.values()))
        found = await verdicts(questions, parts, condition, people)
        for enterprise, verdict in zip(people, found, strict=True):
            both = _all((standing[enterprise.uscc], verdict.holds))
            if both is False:
                del standing[enterprise.uscc]
            else:
                standing[enterprise.uscc] = both
        told = (
            structs.replace(a, records=()) for one in found for a in one.heard.answers
        )
        answers = merge([*answers, *told])
    return answers


@dataclass(frozen=True, slots=True)
class _Order:
    """One column of an order, as `gateway.core.filters` has it in SQL."""

    key: Callable[[Registration], Any]
    descending: bool = False


_ORDERS: Mapping[EnterpriseOrder, _Order] = {
    EnterpriseOrder.NAME: _Order(lambda one: one.name),
    EnterpriseOrder.ESTABLISHED_ASC: _Order(
        lambda one: f"{one.established_on or '9999'}"
    ),
    EnterpriseOrder.ESTABLISHED_DESC: _Order(
        lambda one: f"{one.established_on or ''}", descending=True
    ),
    EnterpriseOrder.CAPITAL_DESC: _Order(
        lambda one: -1 if one.registered_capital is None else one.registered_capital,
        descending=True,
    ),
}
