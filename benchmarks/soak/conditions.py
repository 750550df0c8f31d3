"""Conditions across departments, and who meets them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from benchmarks.soak.judging import Json, completeness_faults, silent_in
from benchmarks.soak.learning import NUMBERS
from benchmarks.soak.truth import TAX_CREDIT, Known, Truth

LAST_DAY = date(2016, 10, 20)
_COUNTED = NUMBERS.keys() | {"COMMENDATION", "ABNORMAL_LISTING"}
"""Record types that conditions are put on."""


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


def invented(random: Random, providers: Mapping[str, frozenset[str]]) -> Condition:
    """Draw a condition on a record type that some departments provide."""
    kind = random.choice([k for k in sorted(providers) if k in _COUNTED])
    able = sorted(providers[kind])
    departments: frozenset[str] | None = None
    words = [f"recordType: {kind}"]
    if kind != TAX_CREDIT and random.random() < 0.3:
        departments = frozenset(
            random.sample(able, random.randint(1, min(3, len(able))))
        )
        listed = ", ".join(f'"{code}"' for code in sorted(departments))
        words.append(f"departments: [{listed}]")
    period = days(random) if random.random() < 0.4 else None
    if period:
        words.append(f'from: "{period[0]}", to: "{period[1]}"')
    least = random.choice((1, 1, 1, 2))
    # without a report are only those who owed one: another question
    none = kind != "ANNUAL_REPORT" and random.random() < 0.25
    words.append("none: true" if none else f"min: {least}")
    return Condition(
        f"{{ {', '.join(words)} }}",
        kind,
        departments or frozenset(able),
        period,
        1 if none else least,
        none,
    )


def days(random: Random) -> tuple[str, str]:
    """Draw a period."""
    last = LAST_DAY - timedelta(days=random.randint(0, 800))
    first = last - timedelta(days=random.randint(0, 700))
    return first.isoformat(), last.isoformat()


def condition_faults(
    listed: Json,
    conditions: Sequence[Condition],
    among: Mapping[str, Known],
    after: str,
) -> Iterator[str]:
    """Compare those who are said to meet all conditions with those who do.

    `listed` is the page of those whose codes come after `after`, in their order.
    """
    # who is ruled out by one condition need not be asked about the others
    yield from completeness_faults(listed["completeness"], ())
    told = [node["uscc"] for node in listed["nodes"]]
    if told != sorted(set(told)):
        yield "an enterprise twice, or out of its order"
    last = told[-1] if listed["pageInfo"]["hasNextPage"] else None
    silent = silent_in(listed["completeness"])
    meeting = {u for u, known in among.items() if all(c.met(known) for c in conditions)}
    true = {u for u in meeting if u > after and (last is None or u <= last)}
    for uscc in set(told) - true:
        yield f"does not meet the conditions: {uscc}"
    for uscc in true - set(told):
        if not any(one.open(among[uscc], silent) for one in conditions):
            yield f"lost: {uscc}"
    if listed["totalCount"] not in {None, len(meeting)}:
        yield f"totalCount is {listed['totalCount']}, true are {len(meeting)}"
    if listed["completeness"]["status"] == "COMPLETE" and set(told) != true:
        yield "COMPLETE, and not all"


def within(one: Truth, first: str, last: str) -> bool:
    """Say whether a record lies in a period."""
    return one.day is not None and first <= one.day <= last
