"""Counts answers and keeps the wrong ones."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles

import orjson

from benchmarks.soak.questions import Question

KEPT = 20
"""Wrong answers that are shown in full."""
TOLERANCE = 1.1
"""By how much a deadline may be exceeded."""


@dataclass
class Tally:
    """What came of all questions."""

    kinds: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    """By status of completeness; refusals by their code."""
    outcomes: Counter[str] = field(default_factory=Counter)
    """Of source reports."""
    wrong: Counter[str] = field(default_factory=Counter)
    """Wrong answers by kind of question."""
    shown: list[str] = field(default_factory=list)
    """The first wrong answers, each with the question to repeat it."""
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    excess: list[tuple[float, float]] = field(default_factory=list)
    """Of answers past the deadline and a tenth: seconds beyond, and allowed."""
    waits: tuple[float, float] = (0.0, 0.0)
    """The longest of a trivial query, and of the clients' own process, in seconds."""

    def count(self, question: Question, seconds: float) -> None:
        """Count an answer."""
        self.kinds[question.kind] += 1
        self.seconds[question.kind].append(seconds)

    def blame(self, question: Question, faults: Sequence[str], seed: str) -> None:
        """Keep a wrong answer."""
        self.wrong[question.kind] += 1
        if len(self.shown) < KEPT:
            variables = orjson.dumps(question.variables).decode()
            self.shown.append(
                f"{question.kind} ({seed}) {question.form.path} "
                f"deadline {question.granted}\n  "
                + "\n  ".join(faults[:5])
                + f"\n  {question.text}\n  {variables[:2000]}"
            )

    def lines(self) -> Iterator[str]:
        """Write it for people."""
        yield f"answers      {sum(self.kinds.values()):,}: {_listed(self.kinds)}"
        yield f"verdicts     {_listed(self.verdicts)}"
        yield f"outcomes     {_listed(self.outcomes)}"
        for kind, taken in sorted(self.seconds.items()):
            yield f"latency      {kind}: {_latency(taken)}"
        beyond, waited = max(self.excess, default=(0.0, 0.0))
        yield (
            f"late         {len(self.excess)} answers past their deadline + 10 %, by "
            f"{beyond:.2f} s at the most. Allowed, then {waited:.2f} s: twice what a "
            "trivial query waited meanwhile, and the CPU for an answer to every client"
        )
        yield (
            f"waits        a trivial query up to {self.waits[0]:.2f} s, of which the "
            f"clients' own process up to {self.waits[1]:.2f} s"
        )
        yield f"WRONG        {sum(self.wrong.values())} {_listed(self.wrong)}"
        yield from self.shown


def _listed(counts: Mapping[str, int]) -> str:
    ordered = sorted(counts.items(), key=lambda one: -one[1])
    return ", ".join(f"{name} {count:,}" for name, count in ordered)


def _latency(taken: Sequence[float]) -> str:
    if len(taken) < 2:
        return f"{taken[0] * 1000:.0f} ms"
    parts = quantiles(taken, n=100)
    return (
        f"median {median(taken) * 1000:.0f} ms, p95 {parts[94] * 1000:.0f} ms, "
        f"p99 {parts[98] * 1000:.0f} ms, longest {max(taken) * 1000:.0f} ms"
    )
