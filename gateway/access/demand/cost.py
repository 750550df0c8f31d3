"""What an operation will cost, told before it is executed; and what it did cost."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final
from weakref import WeakKeyDictionary

from graphql import GraphQLSchema

from gateway.access.demand.compiling import Asking, Compiler, Facts
from gateway.access.demand.formula import (
    MOST,
    Batches,
    Evaluation,
    Fact,
    Selected,
    calls_of,
)
from gateway.access.demand.values import Given, defaults_of
from gateway.access.demand.weights import Weights
from gateway.engine import Prepared
from gateway.lexing import lexemes
from gateway.loading.answers import Note

_CHOICES: Final = 16
"""Estimates kept of one operation, for as many values of variables."""
LISTING: Final = 10
"""Calls that one listing of a whole department counts as."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What an operation costs at the most, in points and in calls to departments."""

    cost: int
    source_calls: int
    depth: int
    aliases: int
    tokens: int
    batch: int = 0
    """Codes of enterprises in one list."""
    costliest: str = ""
    """The field that costs most, with the way there."""

    def told(self) -> dict[str, object]:
        """Give what a client reads of it."""
        return {"cost": self.cost, "sourceCalls": self.source_calls}


@dataclass(frozen=True, slots=True)
class Actual:
    """What an answer took: a point for each enterprise asked about and each record."""

    cost: int
    source_calls: int
    enterprises: int
    records: int

    def told(self) -> dict[str, object]:
        """Give what a client reads of it."""
        return {
            "cost": self.cost,
            "sourceCalls": self.source_calls,
            "enterprises": self.enterprises,
            "records": self.records,
        }


def actual_of(note: Note) -> Actual:
    """Count what a request heard: of the largest set, enterprises; all records."""
    enterprises = records = calls = 0
    for call in note.calls:
        calls += call.calls or 0
        if not call.listing:
            enterprises = max(enterprises, len(call.answers))
        records += sum(len(answer.records) for answer in call.answers)
    return Actual(1 + enterprises + records, calls, enterprises, records)


def told(estimate: Estimate, note: Note | None = None) -> dict[str, object]:
    """Give `extensions.cost`; the actual cost once there is an answer."""
    told: dict[str, object] = {"estimated": estimate.told()}
    if note is not None:
        told["actual"] = actual_of(note).told()
    return told


class Costing:
    """Tells what operations cost on one schema; formulas are kept beside documents."""

    def __init__(
        self,
        schema: GraphQLSchema,
        weights: Weights,
        asking: Mapping[str, Asking],
        batches: Batches,
    ) -> None:
        """Tell by the weights of a schema; formulas are kept as long as documents."""
        self._schema = schema
        self._weights = weights
        self._asking = asking
        self._batches = batches
        self._kept: WeakKeyDictionary[Prepared, dict[str | None, Formula]] = (
            WeakKeyDictionary()
        )

    def estimate(
        self, prepared: Prepared, name: str | None, variables: Given
    ) -> Estimate:
        """Give the cost of an operation of a valid document.

        Raises GraphQLError when there is no such operation, and BadInput when it
        doesn't say how long a list is that must be said.
        """
        formulas = self._kept.setdefault(prepared, {})
        formula = formulas.get(name)
        if formula is None:
            formula = formulas[name] = self.formula(prepared, name)
        return formula.estimate(variables)

    def formula(self, prepared: Prepared, name: str | None) -> "Formula":
        """Make the formula of an operation; raises as `estimate` does."""
        operation = prepared.operation(name)
        compiler = Compiler(
            self._schema, self._weights, self._asking, prepared.definitions
        )
        selected = compiler.compile(operation)
        root = self._schema.get_root_type(operation.operation)
        base = 0.0 if root is None else self._weights.of_type(root)
        loc = prepared.document.loc
        return Formula(
            _Root(selected, compiler.order, compiler.batches, base),
            compiler.facts,
            defaults_of(operation),
            self._batches,
            0 if loc is None else len(lexemes(loc.source.body)),
        )


@dataclass(frozen=True, slots=True)
class _Root:
    selected: Selected
    order: Sequence[Selected]
    batches: Sequence[int]
    weight: float


class Formula:
    """The cost of one operation, for any variables."""

    def __init__(
        self,
        root: _Root,
        facts: Facts,
        defaults: Given,
        batches: Batches,
        tokens: int,
    ) -> None:
        """Evaluate from the root; `tokens` are those of the whole document."""
        self._root = root
        self._facts = facts
        self._defaults = defaults
        self._batches = batches
        self._tokens = tokens
        self._kept: OrderedDict[tuple[Fact, ...], Estimate] = OrderedDict()

    def estimate(self, variables: Given) -> Estimate:
        """Give the cost for these variables, as the request gives them."""
        given = {**self._defaults, **variables} if self._defaults else variables
        key = tuple([read(given) for _, read in self._facts.varying])
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = self._evaluated(key)
            if len(self._kept) > _CHOICES:
                self._kept.popitem(last=False)
        return found

    def _evaluated(self, varying: tuple[Fact, ...]) -> Estimate:
        facts = list(self._facts.constant)
        for (place, _), value in zip(self._facts.varying, varying, strict=True):
            facts[place] = value
        evaluation = Evaluation(facts, self._root.order)
        total = evaluation.sum(self._root.selected)
        for ask in total.here:
            total.count(ask, 1)
        way = evaluation.costliest(self._root.selected)
        return Estimate(
            ceil(min(total.cost + self._root.weight, MOST)),
            calls_of(total.counts, self._batches, LISTING),
            total.depth,
            int(total.aliases),
            self._tokens,
            max((_whole(facts[one]) for one in self._root.batches), default=0),
            " > ".join(term.coordinate for term in way),
        )


def _whole(fact: Fact) -> int:
    return fact if isinstance(fact, int) else 0
