"""Conditions across departments by set algebra, where too many would be asked about.

Everything that the providing departments hold is listed once and counted by enterprise;
only codes and counts are kept. Positive conditions are intersected, those with `none`
subtracted. Who can't be decided, because somebody did not answer or a row could not be
read, is in neither set.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

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
    columns, answers, given = await _columns(questions, parts, listed, where)
    positive = [columns[n] for n, one in enumerate(listed) if not one.none]
    people = {code for one in positive for code in one.named}
    standing: dict[str, bool | None] = {
        code: found
        for code in sorted(people)
        if (found := _all(one.verdict(code) for one in columns)) is not False
    }
    for condition in conditions:
        if condition.record_type in _IN_THE_CORE:
            told = await _narrow(questions, parts, condition, standing)
            answers = merge([*answers, *told])
    sure = [code for code, stands in standing.items() if stands]
    bounded = any(one.doubtful is not None for one in positive)
    return Selection(sure, bounded and len(sure) == len(standing), answers, given)


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
    doubtful: frozenset[str] | None
    """About whom more may be held than was read; None: about anybody."""

    @property
    def named(self) -> frozenset[str]:
        return frozenset(self.counts) | (self.doubtful or frozenset())

    def verdict(self, code: str) -> bool | None:
        complete = self.doubtful is not None and code not in self.doubtful
        return holds(self.condition, self.counts.get(code, 0), complete=complete)


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


async def _columns(
    questions: Asking,
    parts: Shared,
    conditions: Sequence[RecordCondition],
    where: EnterpriseFilter,
) -> tuple[list[_Column], Sequence[Answer], Mapping[str, int]]:
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
                *asked, replace(where, has=None), questions.moment, keep
            )
            for asked, keep in zip(together, keeping, strict=True)
        )
    )
    columns: dict[int, _Column] = {}
    given: Counter[str] = Counter()
    for read, places, keep in zip(reads, together.values(), keeping, strict=True):
        given.update(read.given)
        columns.update(zip(places, keep.columns(read), strict=True))
    answers = merge([answer for read in reads for answer in read.answers])
    return [columns[place] for place in range(len(conditions))], answers, given


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
        return [
            _Column(condition, +counted, read.doubtful)
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
        told = (replace(a, records=()) for one in found for a in one.heard.answers)
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
