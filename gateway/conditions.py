"""Conditions across departments (`where.has`), answered by asking.

The core narrows the candidates; then the departments that a condition names are asked
about them, in sets. Who can't be decided, because a department did not answer, is left
out, and the total is not told.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Protocol

from gateway.directory import Directory
from gateway.loading.records import Departments, Heard, Records
from gateway.loading.selecting import matches
from schema.connections import Listed, Slice, slice_of
from schema.enterprise import Enterprise
from schema.errors import BadInput, LimitExceeded
from schema.filters import EnterpriseFilter, EnterpriseOrder, RecordCondition
from schema.obligation import files_report
from schema.record_type import RecordType
from schema.registration import Registration
from schema.services import Enterprises

MOST_HERE = 20_000
"""Candidates at the most where the core knows all that a condition asks for."""


class Asking(Protocol):
    """The request that asks."""

    @property
    def today(self) -> date:
        """The calendar day in Qinghai."""

    async def heard(
        self,
        enterprises: Sequence[Enterprise],
        record_type: RecordType,
        departments: Departments = None,
    ) -> Sequence[Heard]:
        """Hear about each, in one set with others that this request asks about."""

    def shape(self, registrations: Sequence[Registration]) -> list[Enterprise]:
        """Give registrations the shape of the schema."""


class Shared(Protocol):
    """What all requests share, as far as conditions need it."""

    @property
    def core(self) -> Enterprises:
        """The core."""

    @property
    def directory(self) -> Directory:
        """The register of departments."""

    @property
    def records(self) -> Records:
        """The departments' records."""

    @property
    def most_candidates(self) -> int:
        """Enterprises that may be asked about."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an enterprise meets a condition; `holds` is None when nobody knows."""

    holds: bool | None
    heard: Heard


async def find_across(
    questions: Asking,
    parts: Shared,
    where: EnterpriseFilter,
    order_by: Sequence[EnterpriseOrder],
    page: tuple[int, str | None],
) -> Listed[Enterprise]:
    """Filter enterprises by what departments hold about them.

    Raises LimitExceeded when the core leaves too many candidates to ask about,
    BadInput for `has` below `or` or `not`.
    """
    refuse_nested(where)
    candidates = await _candidates(questions, parts, where, order_by)
    conditions = where.has or []
    columns = await asyncio.gather(
        *(_verdicts(questions, parts, one, candidates) for one in conditions)
    )
    kept, known, answers = [], True, []
    for place, enterprise in enumerate(candidates):
        verdicts = [column[place] for column in columns]
        if all(verdict.holds for verdict in verdicts):
            kept.append(enterprise)
        elif not any(verdict.holds is False for verdict in verdicts):
            known = False
        answers += [a for verdict in verdicts for a in verdict.heard.answers]
    keys = [str(enterprise.uscc) for enterprise in kept]
    items, cursors, more, before = slice_of(kept, keys, *page)
    cut = Slice(items, cursors, more, before, len(kept) if known else None)
    return Listed(cut, partial(parts.records.completeness, Heard((), answers)))


async def _candidates(
    questions: Asking,
    parts: Shared,
    where: EnterpriseFilter,
    order_by: Sequence[EnterpriseOrder],
) -> list[Enterprise]:
    narrowed = replace(where, has=None)
    here = {one.record_type for one in where.has or ()} <= {RecordType.ANNUAL_REPORT}
    most = MOST_HERE if here else parts.most_candidates
    found: list[Enterprise] = []
    after = None
    while True:
        page = await parts.core.find(narrowed, order_by, 1_000, after)
        found += questions.shape(page.items)
        if (page.total or 0) > most:
            raise LimitExceeded(
                f"其余条件选出 {page.total} 家企业，跨部门条件至多核对 {most} 家，"
                "请以 region、industrySection 等缩小范围 (narrow the other conditions)"
            )
        if not page.has_next:
            return found
        after = page.cursors[-1]


async def _verdicts(
    questions: Asking,
    parts: Shared,
    condition: RecordCondition,
    candidates: Sequence[Enterprise],
) -> list[Verdict]:
    departments = parts.directory.choose(condition.departments, predecessors=False)
    heard = await questions.heard(candidates, condition.record_type, departments)
    return [
        Verdict(_owed(condition, enterprise) and _holds(condition, one, questions), one)
        for enterprise, one in zip(candidates, heard, strict=True)
    ]


def _owed(condition: RecordCondition, enterprise: Enterprise) -> bool:
    """Say whether the lack of records tells anything: not everybody owes a report."""
    year = condition.report_year
    if condition.record_type is not RecordType.ANNUAL_REPORT or year is None:
        return True
    return not condition.none or files_report(enterprise, year)


def _holds(condition: RecordCondition, heard: Heard, questions: Asking) -> bool | None:
    count = sum(matches(one, condition, questions.today) for one in heard.records)
    if condition.none:
        return False if count else True if heard.complete else None
    if count >= condition.min:
        return True
    return False if heard.complete else None


def refuse_nested(where: EnterpriseFilter, path: str = "where") -> None:
    """Refuse `has` where it can't be answered yet; raises BadInput."""
    parts = [("and", one) for one in where.and_ or ()]
    parts += [("or", one) for one in where.or_ or ()]
    parts += [("not", where.not_)] if where.not_ else []
    for word, part in parts:
        if part.has:
            reason = "has 目前只能写在最外层 (only at the outermost level so far)"
            raise BadInput(f"{path}.{word}.has", reason)
        refuse_nested(part, f"{path}.{word}")
