"""One request on its way to its answer: what it hears, and what it must be."""

from dataclasses import dataclass
from typing import Protocol

from graphql import ExecutionResult, GraphQLError

from gateway.access.demand import cost
from gateway.admission import FREE, Charge
from gateway.engine import Request
from gateway.explanation import Explanation
from gateway.graphql_over_http import Withheld
from gateway.loading.answers import Note
from gateway.loading.life import Life
from gateway.loading.records import Moment
from gateway.presenting import presented
from gateway.requiring import Requirement
from gateway.summing import sum_of, unmet
from schema.departments import CompletenessStatus


class Listening(Protocol):
    """The context of a request, as far as it tells of the answer."""

    @property
    def note(self) -> Note:
        """What was heard of departments."""

    @property
    def moment(self) -> Moment:
        """When it is answered."""


@dataclass(frozen=True, slots=True)
class Answering:
    """A request that is being answered."""

    request: Request
    context: Listening
    explained: Explanation | None
    required: Requirement | None
    charge: Charge = FREE

    @property
    def life(self) -> Life | None:
        """Say how long what was heard stays true; None: it was asked for this once."""
        note = self.context.note
        return note.life if note.repeatable else None

    def extensions(self) -> dict[str, object] | None:
        """Give what stands beside the answer, once it is complete."""
        told: dict[str, object] = {}
        summed = sum_of(self.context.note)
        if summed is not None:
            told["completeness"] = summed.told()
        if self.explained is not None:
            told["plan"] = self.explained.told(self.context.note.calls)
        if self.charge.estimate is not None:
            heard = self.context.note if self.charge.tells_actual else None
            told["cost"] = cost.told(self.charge.estimate, heard)
        return told or None

    def whole(self, result: ExecutionResult) -> ExecutionResult:
        """Make a result fit for the client, or withhold it when it is too little."""
        result.errors = presented(result.errors)
        result.extensions = self.extensions()
        if self.required is None or result.data is None:
            return result
        lacking = unmet(self.required, self.context.note, self.context.moment.now)
        if lacking is not None:
            error = GraphQLError(str(lacking), extensions=lacking.extensions)
            errors = [error, *(result.errors or ())]
        elif result.errors and self.required.completeness is _COMPLETE:
            errors = result.errors
        else:
            return result
        return Withheld(None, errors, result.extensions)


_COMPLETE = CompletenessStatus.COMPLETE
