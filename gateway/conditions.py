"""Conditions across departments (`where.has`), answered by asking, or by set algebra.

Presence narrows the candidates, and the core; then the departments that a condition
names are asked about them, in sets. Too many to ask about are found by listing whole
departments. Who can't be decided, because a department did not answer, is left out, and
the total is not told.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from gateway.intersection import CHUNK, can_be_listed, in_order, select
from gateway.loading.answers import Answer
from gateway.loading.records import Heard
from gateway.narrowing import Narrowed, narrow
from gateway.verdicts import Asking, Shared, verdicts
from schema.connections import Listed, Slice, slice_of
from schema.enterprise import Enterprise
from schema.errors import LimitExceeded
from schema.filters import EnterpriseFilter, EnterpriseOrder
from schema.record_type import RecordType
from schema.registration import Registration
from schema.scalars import USCC

MOST_HERE = 20_000
"""Candidates at the most where the core knows all that a condition asks for."""


async def find_across(
    questions: Asking,
    parts: Shared,
    where: EnterpriseFilter,
    order_by: Sequence[EnterpriseOrder],
    page: tuple[int, str | None],
) -> Listed[Enterprise]:
    """Filter enterprises by what departments hold about them.

    Raises LimitExceeded when the core leaves too many candidates to ask about and no
    condition says whom to list.
    """
    conditions = where.has or []
    narrowed = await narrow(parts, conditions, questions.decisions)
    candidates = await _candidates(questions, parts, where, order_by, narrowed)
    if candidates is None:
        return await _listed(questions, parts, where, order_by, page)
    columns = await asyncio.gather(
        *(verdicts(questions, parts, one, candidates) for one in conditions)
    )
    kept, known = [], True
    answers: list[Answer] = []
    for place, enterprise in enumerate(candidates):
        each = [column[place] for column in columns]
        if all(verdict.holds for verdict in each):
            kept.append(enterprise)
        elif not any(verdict.holds is False for verdict in each):
            known = False
        answers += [a for verdict in each for a in verdict.heard.answers]
    for record_type, ruled_out in narrowed.answers.items() if narrowed else ():
        questions.ruled_out(record_type, ruled_out)
        answers += ruled_out
    keys = [str(enterprise.uscc) for enterprise in kept]
    items, cursors, more, before = slice_of(kept, keys, *page)
    cut = Slice(items, cursors, more, before, len(kept) if known else None)
    if not candidates and not answers:
        return Listed(cut, questions.core_completeness)
    return Listed(cut, partial(parts.records.completeness, Heard((), answers)))


async def _candidates(
    questions: Asking,
    parts: Shared,
    where: EnterpriseFilter,
    order_by: Sequence[EnterpriseOrder],
    narrowed: Narrowed | None,
) -> list[Enterprise] | None:
    """Give whom to ask about; None when whole departments are to be listed instead."""
    if narrowed is not None:
        left = await _left(parts, where, narrowed.usccs)
        if left is not None:
            ordered = await in_order([*left], order_by, parts.core)
            return questions.shape([left[code] for code in ordered])
    return await _of_the_core(questions, parts, where, order_by)


async def _left(
    parts: Shared, where: EnterpriseFilter, usccs: Sequence[str]
) -> Mapping[str, Registration] | None:
    """Give those of some whom the core leaves; None when they are too many."""
    if where.uscc_in is not None:
        usccs = sorted({*usccs} & {*where.uscc_in})
    found: dict[str, Registration] = {}
    for start in range(0, len(usccs), CHUNK):
        codes = [USCC(code) for code in usccs[start : start + CHUNK]]
        these = replace(where, has=None, uscc_in=codes)
        page = await parts.core.find(these, (), CHUNK, None)
        found.update((one.uscc, one) for one in page.items)
        if len(found) > parts.most_candidates:
            return None
    return found


async def _of_the_core(
    questions: Asking,
    parts: Shared,
    where: EnterpriseFilter,
    order_by: Sequence[EnterpriseOrder],
) -> list[Enterprise] | None:
    """Give those whom the core leaves; None when they are too many.

    Raises LimitExceeded when they can't be listed either.
    """
    rest, conditions = replace(where, has=None), where.has or ()
    here = {one.record_type for one in conditions} <= {RecordType.ANNUAL_REPORT}
    most = MOST_HERE if here else parts.most_candidates
    found: list[Enterprise] = []
    after = None
    while True:
        page = await parts.core.find(rest, order_by, 1_000, after)
        if (page.total or 0) > most:
            if can_be_listed(conditions):
                return None
            raise LimitExceeded(
                f"其余条件选出 {page.total} 家企业，没有肯定的部门条件时至多核对 "
                f"{most} 家，请缩小范围，或加一个不带 none 的条件 "
                "(narrow the other conditions, or add one without none)"
            )
        found += questions.shape(page.items)
        if not page.has_next:
            return found
        after = page.cursors[-1]


async def _listed(
    questions: Asking,
    parts: Shared,
    where: EnterpriseFilter,
    order_by: Sequence[EnterpriseOrder],
    page: tuple[int, str | None],
) -> Listed[Enterprise]:
    """Find by set algebra over whole departments."""
    selected = await select(questions, parts, where)
    ordered = await in_order(selected.usccs, order_by, parts.core)
    codes, cursors, more, before = slice_of(ordered, ordered, *page)
    known = await parts.core.by_uscc(codes)
    people = questions.shape([known[code] for code in codes if code in known])
    total = len(ordered) if selected.known else None
    return Listed(
        Slice(people, cursors, more, before, total),
        partial(parts.records.completeness_of, selected.answers, selected.given),
    )
