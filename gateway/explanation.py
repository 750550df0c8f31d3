"""How an answer came about: what fields took, who was asked (`extensions.plan`)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter

from gateway.engine import Step
from gateway.loading.answers import SourceCall


@dataclass(slots=True)
class Explanation:
    """Collects what one execution took."""

    steps: list[Step] = field(default_factory=list)
    _started: float = field(default_factory=perf_counter)

    def told(self, calls: Sequence[SourceCall]) -> dict[str, object]:
        """Give what a client reads of it; times in milliseconds."""
        return {
            "milliseconds": _milliseconds(perf_counter() - self._started),
            "steps": [self._step(one) for one in self.steps],
            "sources": [_source(one) for one in calls],
        }

    def _step(self, step: Step) -> dict[str, object]:
        return {
            "path": ".".join(step.path),
            "field": step.field,
            "parents": step.parents,
            "startedAfter": _milliseconds(step.started - self._started),
            "milliseconds": _milliseconds(step.seconds),
        }


def _source(call: SourceCall) -> dict[str, object]:
    return {
        "department": call.department,
        "recordType": call.record_type.value,
        "enterprises": None if call.listing else len(call.answers),
        "calls": call.calls,
        "milliseconds": call.milliseconds,
        "outcomes": {outcome.value: n for outcome, n in call.outcomes.items()},
    }


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 3)
