"""A field that is refused: to all objects of a level, or to some."""

from gateway.engine.awaiting import Completed
from gateway.engine.completion import Values, scattered
from gateway.engine.refusing import Refusal
from gateway.engine.run import Run
from gateway.engine.selection import Column
from gateway.engine.trail import Trail


class GuardedColumn(Column):
    """A column that asks the request's refusals first."""

    def run(self, run: Run, parents: Values, trail: Trail) -> Completed:
        """Give one completed value for each parent; errors for those refused."""
        refusal = run.refusals.get(self.name)
        refused = () if refusal is None else refusal.places(parents)
        if refusal is None or not refused:
            return super().run(run, parents, trail)
        if refusal.answered:
            below = trail.field(self.key, self.order, required=self.required)
            for place in refused:
                run.remark(below, place, refusal.error, self.place.nodes)
            return super().run(run, parents, trail)
        if len(refused) == len(parents):
            return self._refused(run, refusal, len(parents), trail)
        out = frozenset(refused)
        chosen = [place for place in range(len(parents)) if place not in out]
        done = super().run(
            run, [parents[place] for place in chosen], trail.choice(chosen)
        )
        nothing = self._refused(run, refusal, len(refused), trail.choice(refused))
        rest = dict(zip(refused, nothing, strict=True))
        return scattered(done, len(parents), chosen, rest)

    def _refused(
        self, run: Run, refusal: Refusal, count: int, trail: Trail
    ) -> list[object]:
        below = trail.field(self.key, self.order, required=self.required)
        fail = self.place.fail
        return [fail(run, below, place, refusal.error) for place in range(count)]
