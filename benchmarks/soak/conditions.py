"""Conditions across departments, and who meets them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.soak.judging import Json, completeness_faults, silent_in
from benchmarks.soak.truth import Known, Truth


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on an enterprise's records."""

    words: str
    record_type: str
    departments: frozenset[str]
    days: tuple[str, str] | None
    least: int
    none: bool

    def met(self, known: Known) -> bool:
        """Say whether an enterprise truly meets it."""
        enough = self._count(known.records(self.record_type)) >= self.least
        return enough is not self.none

    def open(self, known: Known, silent: frozenset[str]) -> bool:
        """Say whether nobody can tell, because some departments are silent."""
        if self.none:
            return bool(silent & self.departments)
        heard = [
            one
            for one in known.records(self.record_type)
            if one.department not in silent
        ]
        return self._count(heard) < self.least

    def _count(self, records: Iterable[Truth]) -> int:
        return len(
            {
                one.fact
                for one in records
                if one.department in self.departments
                and (self.days is None or within(one, *self.days))
            }
        )


def condition_faults(
    listed: Json, conditions: Sequence[Condition], among: Mapping[str, Known]
) -> Iterator[str]:
    """Compare those who are said to meet all conditions with those who do."""
    # who is ruled out by one condition need not be asked about the others
    yield from completeness_faults(listed["completeness"], ())
    told = [node["uscc"] for node in listed["nodes"]]
    if len(told) != len(set(told)):
        yield "an enterprise twice"
    silent = silent_in(listed["completeness"])
    true = {u for u, known in among.items() if all(c.met(known) for c in conditions)}
    for uscc in set(told) - true:
        yield f"does not meet the conditions: {uscc}"
    for uscc in true - set(told):
        if not any(one.open(among[uscc], silent) for one in conditions):
            yield f"lost: {uscc}"
    yield from _sum_faults(listed, set(told), true)


def _sum_faults(listed: Json, told: set[str], true: set[str]) -> Iterator[str]:
    if listed["totalCount"] not in {None, len(true)}:
        yield f"totalCount is {listed['totalCount']}, true are {len(true)}"
    if listed["completeness"]["status"] == "COMPLETE" and told != true:
        yield "COMPLETE, and not all"


def within(one: Truth, first: str, last: str) -> bool:
    """Say whether a record lies in a period."""
    return one.day is not None and first <= one.day <= last
