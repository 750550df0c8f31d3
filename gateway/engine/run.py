"""What one execution shares: its request, and the faults found on the way."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from time import perf_counter
from typing import Any, Final

from graphql import FieldNode, GraphQLError, GraphQLResolveInfo, Undefined
from graphql.error import located_error

from gateway.engine.trail import Position, Trail


class _Fault:
    """Stands where a value failed that may not be null."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "FAULT"


FAULT: Final = _Fault()
PLAIN, ABSENT, FAILED, AWAITABLE = range(4)
_ALONE = [frozenset({kind}) for kind in range(4)]


@dataclass(frozen=True, slots=True)
class Step:
    """What one field took, for all objects of its level."""

    path: tuple[str, ...]
    """Response keys, without the places in lists."""
    field: str
    """As "Type.field"."""
    parents: int
    started: float
    """Seconds of the clock `perf_counter`."""
    seconds: float


@dataclass(slots=True)
class Run:
    """One execution of one operation."""

    template: GraphQLResolveInfo[Any]
    """What resolvers are told, but for the field."""
    root: object
    floor: int = 0
    """How many steps of every path stand above what is run; no error rises higher."""
    faulted: bool = False
    """Whether FAULT may stand anywhere."""
    steps: list[Step] | None = None
    """Where to note what fields took, if anywhere."""
    postponed: list[Any] = field(default_factory=list)
    """What @defer and @stream leave for later: Deferred and Streamed."""
    _found: list[tuple[Trail, int, Exception, Sequence[FieldNode]]] = field(
        default_factory=list
    )

    def fault(
        self,
        trail: Trail,
        place: int,
        error: Exception,
        nodes: Sequence[FieldNode],
        *,
        required: bool,
    ) -> object:
        """Note an error; give what stands in the value's place."""
        self._found.append((trail, place, error, nodes))
        if required:
            self.faulted = True
            return FAULT
        return None

    def step(self, trail: Trail, field: str, parents: int, started: float) -> None:
        """Note what a field took until now."""
        if self.steps is not None:
            path = tuple(one for one in trail.position(0).path if isinstance(one, str))
            taken = perf_counter() - started
            self.steps.append(Step(path, field, parents, started, taken))

    def errors(self) -> list[GraphQLError]:
        """Give the errors in the document's order, one for each place made null."""
        if not self._found:
            return []
        placed: list[tuple[Position, Exception, Sequence[FieldNode]]] = [
            (trail.position(place), error, nodes)
            for trail, place, error, nodes in self._found
        ]
        placed.sort(key=lambda one: one[0].order)
        nulled = {self._nulled(position) for position, _, _ in placed}
        told: set[tuple[str | int, ...]] = set()
        errors = []
        for position, error, nodes in placed:
            at = self._nulled(position)
            hidden = any(at[:deep] in nulled for deep in range(len(at)))
            if hidden or at in told:
                continue
            told.add(at)
            errors.append(located_error(error, list(nodes), list(position.path)))
        return errors

    def _nulled(self, position: Position) -> tuple[str | int, ...]:
        return position.path[: max(len(position.nulled), self.floor)]


def kinds(values: Sequence[Any]) -> frozenset[int]:
    """Say what kinds of values there are: PLAIN, ABSENT, FAILED, AWAITABLE."""
    classes = set(map(type, values))
    if len(classes) == 1:
        return _ALONE[_kind(*classes)]
    return frozenset(map(_kind, classes))


def kind_of(value: object) -> int:
    """Say what kind a value is of."""
    return _kind(type(value))  # type: ignore[arg-type]


@lru_cache(maxsize=4096)
def _kind(cls: type) -> int:
    if cls in {type(None), type(Undefined)}:
        return ABSENT
    if issubclass(cls, Exception):
        return FAILED
    return AWAITABLE if hasattr(cls, "__await__") else PLAIN
