"""The cost of an operation as a formula of its variables.

A formula is made once of a document; fragments stand in it once, however often they
are spread, so that it is as large as the document.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from schema.record_type import RecordType

MOST: Final = 1e12
"""Where counting ends."""


class Ask(NamedTuple):
    """A question to the departments that provide a record type."""

    record_type: RecordType
    departments: frozenset[str] | None = None
    """Those that are asked; None: all that provide it."""
    enterprises: int | None = None
    """How many it is about; None: whoever it is a field of."""
    listing: bool = False
    """Whether all that the departments hold is listed."""


class Condition(NamedTuple):
    """A @skip or @include with a variable."""

    fact: int
    wanted: bool
    """The value with which something is selected."""


Fact = int | bool | tuple[Ask, ...]
"""What variables make true: a length, a condition's value, or what is asked."""


@dataclass(slots=True, eq=False)
class Selected:
    """What is selected of objects of one type."""

    terms: "list[Term]" = field(default_factory=list)
    parts: "list[tuple[tuple[Condition, ...], Selected]]" = field(default_factory=list)
    """Fragments."""


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """One field. `size` and `asks` are places among the facts."""

    coordinate: str
    weight: float
    """Of its being answered once, with its arguments."""
    item: float
    """Of each object that it gives."""
    size: int | None
    """Objects that it gives; None: one."""
    below: Sequence[Selected]
    """One for each type that the objects may have."""
    conditions: tuple[Condition, ...]
    asks: int | None
    aliased: bool


@dataclass(slots=True)
class Sum:
    """What a selection costs for one object."""

    cost: float = 0.0
    depth: int = 0
    aliases: float = 0.0
    here: frozenset[Ask] = frozenset()
    """Asked about the object itself."""
    counts: dict[Ask, float] = field(default_factory=dict)
    """Of other questions: enterprises that they are about, or listings."""

    def count(self, ask: Ask, number: float) -> None:
        """Add to what a question is about."""
        self.counts[ask] = min(self.counts.get(ask, 0.0) + number, MOST)


class Evaluation:
    """The sums of a formula with certain facts."""

    def __init__(self, facts: Sequence[Fact], order: Iterable[Selected]) -> None:
        """Take what the variables make true, and add all selections up.

        The caller guarantees the order: what is below before what is above.
        """
        self._facts = facts
        self._sums: dict[int, Sum] = {}
        for one in order:
            self._sums[id(one)] = self._added(one)

    def sum(self, selected: Selected) -> Sum:
        """Give what a selection costs."""
        return self._sums[id(selected)]

    def term(self, term: Term) -> Sum:
        """Give what one field costs for one object."""
        items, inner = self._size(term), self._largest(term)
        total = Sum(
            min(term.weight + items * (term.item + inner.cost), MOST),
            1 + inner.depth,
            inner.aliases + term.aliased,
        )
        for ask, number in inner.counts.items():
            total.count(ask, items * number)
        for ask in inner.here:
            total.count(ask, items)
        found = () if term.asks is None else self._facts[term.asks]
        asks = found if isinstance(found, tuple) else ()
        total.here = frozenset(one for one in asks if one.enterprises is None)
        for ask in asks:
            if ask.enterprises is not None:
                total.count(ask._replace(enterprises=None), ask.enterprises)
        return total

    def costliest(self, selected: Selected) -> tuple[Term, ...]:
        """Give the way to the field that makes most of the cost."""
        way: list[Term] = []
        left = 0.0
        while True:
            terms = [(self.term(one).cost, one) for one in self._terms(selected)]
            cost, most = max(terms, key=lambda pair: pair[0], default=(0.0, None))
            if most is None or (way and cost * self._size(way[-1]) * 2 < left):
                return tuple(way)
            way.append(most)
            left = cost
            if not most.below:
                return tuple(way)
            selected = max(most.below, key=lambda one: self.sum(one).cost)

    def _terms(self, selected: Selected) -> list[Term]:
        """Give all fields of a selection, each once."""
        found: dict[int, Term] = {}
        seen: set[int] = set()
        inside = [selected]
        while inside:
            one = inside.pop()
            if id(one) in seen:
                continue
            seen.add(id(one))
            found.update((id(t), t) for t in one.terms if self._holds(t.conditions))
            inside += [part for wanted, part in one.parts if self._holds(wanted)]
        return list(found.values())

    def _added(self, selected: Selected) -> Sum:
        sums = [self.term(t) for t in selected.terms if self._holds(t.conditions)]
        sums += [self.sum(one) for wanted, one in selected.parts if self._holds(wanted)]
        total = Sum()
        for one in sums:
            total.cost = min(total.cost + one.cost, MOST)
            total.depth = max(total.depth, one.depth)
            total.aliases = min(total.aliases + one.aliases, MOST)
            total.here |= one.here
            for ask, number in one.counts.items():
                total.count(ask, number)
        return total

    def _largest(self, term: Term) -> Sum:
        """Give the most of everything that objects of any type may cost."""
        if len(term.below) == 1:
            return self.sum(term.below[0])
        most = Sum()
        for one in map(self.sum, term.below):
            most.cost = max(most.cost, one.cost)
            most.depth = max(most.depth, one.depth)
            most.aliases = max(most.aliases, one.aliases)
            most.here |= one.here
            for ask, number in one.counts.items():
                most.counts[ask] = max(most.counts.get(ask, 0.0), number)
        return most

    def _size(self, term: Term) -> int:
        size = 1 if term.size is None else self._facts[term.size]
        return size if isinstance(size, int) else 1

    def _holds(self, conditions: tuple[Condition, ...]) -> bool:
        return all(self._facts[fact] is wanted for fact, wanted in conditions)


Batches = Mapping[RecordType, Mapping[str, int]]
"""The departments that provide each record type, with the size of their batches."""


def calls_of(counts: Mapping[Ask, float], batches: Batches, listing: int) -> int:
    """Add up the calls to departments; one that lists all counts as `listing`."""
    calls = 0.0
    for ask, number in counts.items():
        for department, batch in batches.get(ask.record_type, {}).items():
            if ask.departments is None or department in ask.departments:
                calls += number * listing if ask.listing else -(-number // batch)
    return int(min(calls, MOST))
