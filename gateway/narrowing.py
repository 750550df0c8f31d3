"""Whom conditions across departments may concern, by set algebra over presence.

A positive condition concerns nobody but those about whom one of its departments holds
records of the type. Whether these meet it (dates, counts, publication) is asked.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyroaring import BitMap

from gateway.access.policy import ALLOWED, Decisions
from gateway.loading.answers import Answer
from gateway.loading.presence import Presence
from gateway.loading.presences import Presences
from gateway.verdicts import Shared
from schema.departments import SourceOutcome
from schema.filters import RecordCondition
from schema.record_type import RecordType

MOST = 20_000
"""Enterprises at the most that are looked up in the core afterwards."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Who is left, and by whose presence the others were left out."""

    usccs: Sequence[str]
    answers: Mapping[RecordType, Sequence[Answer]]
    """One per department."""


async def narrow(
    parts: Shared,
    conditions: Sequence[RecordCondition],
    decisions: Decisions = ALLOWED,
) -> Narrowed | None:
    """Give those whom all positive conditions may concern; None: too many, or unknown.

    Presence of what may not be seen, or not of everybody, tells nothing.
    Presence of a department that is missing, too old, not whole, or not settled with
    the core's last synchronization narrows nothing.
    """
    presences = parts.presences
    if presences is None or decisions.unpublished is not None:
        return None
    presences.look()
    mark = await presences.mark()
    groups = [
        group
        for one in conditions
        if not one.none
        and decisions.of_records(one.record_type) is None
        and (group := _group(parts, presences, one, mark))
    ]
    if not groups:
        return None
    found = common(groups)
    if len(found) > MOST:
        return None
    answers: dict[RecordType, list[Answer]] = defaultdict(list)
    for one in {id(one): one for group in groups for one in group}.values():
        nothing = Answer(one.department, SourceOutcome.NOTHING_HELD, as_of=one.built)
        answers[one.record_type].append(nothing)
    return Narrowed([presences.ordinals.code(number) for number in found], answers)


def common(groups: Sequence[Sequence[Presence]]) -> BitMap:
    """Give who is present in one of each group at least; of no group, nobody."""
    unions = [BitMap.union(*(one.held for one in group)) for group in groups]
    return BitMap.intersection(*unions) if unions else BitMap()


def _group(
    parts: Shared, presences: Presences, condition: RecordCondition, mark: str
) -> Sequence[Presence]:
    """Give the presence of all departments that a condition means, or of none."""
    chosen = parts.directory.choose(condition.departments, predecessors=False)
    providers = parts.everything.providers(condition.record_type, chosen)
    found = [presences.ruling(code, condition.record_type) for code in providers]
    known = [one for one in found if one is not None and one.mark == mark]
    return known if len(known) == len(providers) else ()
