"""What one execution shares: its request, and the faults found on the way."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from time import perf_counter
from typing import Any, Final, NamedTuple

from graphql import FieldNode, GraphQLError, GraphQLResolveInfo, Undefined
from graphql.error import located_error

from gateway.engine.refusing import Refusals
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


class _Found(NamedTuple):
    """An error, and where it was found."""

    trail: Trail
    place: int
    error: Exception
    nodes: Sequence[FieldNode]
    beside: bool = False
    """Whether it stands beside a value, instead of making it null."""


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
    refusals: Refusals = field(default_factory=dict)
    """Fields that are refused to who asks."""
    postponed: list[Any] = field(default_factory=list)
    """What @defer and @stream leave for later: Deferred and Streamed."""
    _found: list[_Found] = field(default_factory=list)

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
        self._found.append(_Found(trail, place, error, nodes))
        if required:
            self.faulted = True
            return FAULT
        return None

    def remark(
        self, trail: Trail, place: int, error: Exception, nodes: Sequence[FieldNode]
    ) -> None:
        """Note an error that stands beside a value and makes nothing null."""
        self._found.append(_Found(trail, place, error, nodes, beside=True))

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
        placed = [(one.trail.position(one.place), one) for one in self._found]
        placed.sort(key=lambda one: one[0].order)
        nulled = {self._nulled(at) for at, one in placed if not one.beside}
        told: set[tuple[str | int, ...]] = set()
        errors = []
        for position, one in placed:
            at = position.path if one.beside else self._nulled(position)
            deep = len(at) + one.beside
            if at in told or any(at[:above] in nulled for above in range(deep)):
                continue
            told.add(at)
            errors.append(
                located_error(one.error, list(one.nodes), list(position.path))
            )
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
