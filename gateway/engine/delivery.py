"""Which parts of an incremental answer are awaited, and in what order they are told.

A fragment or a stream is announced (`pending`) when what stands around it has been
delivered, filled by the works that it waits for, and told to be `completed` with its
last part. One work serves all the objects that a deferred selection was met at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count

from graphql import GraphQLError
from graphql.execution import (
    CompletedResult,
    IncrementalDeferResult,
    IncrementalResult,
    IncrementalStreamResult,
    PendingResult,
    SubsequentIncrementalExecutionResult,
)

Path = tuple[str | int, ...]


@dataclass(eq=False, slots=True)
class Part:
    """Fields of one object, to be delivered with the first fragment they are in."""

    path: Path
    data: dict[str, object]
    errors: list[GraphQLError]
    fragments: Sequence[Fragment]
    told: bool = False


@dataclass(eq=False, slots=True)
class Awaited:
    """What a client is told to wait for."""

    path: Path
    label: str | None
    id: str | None = None
    works: set[object] = field(default_factory=set)
    """What must be done before it is complete."""
    inside: list[Awaited] = field(default_factory=list)
    """What is announced when it is complete."""
    parts: list[Part] = field(default_factory=list)
    start: Callable[[], None] | None = None
    """Starts what fills it, once it is announced; None: that is under way."""
    faults: list[GraphQLError] = field(default_factory=list)
    closed: bool = False
    dropped: bool = False
    """Whether what it lies in has failed."""

    def drop(self) -> None:
        """Let nobody wait for it, nor for what it has inside."""
        self.dropped = True
        for one in self.inside:
            one.drop()


Fragment = Awaited
Stream = Awaited


class Delivery:
    """Collects what is to be told, an update at a time."""

    def __init__(self) -> None:
        """Start with nothing to tell."""
        self._numbers = count()
        self._pending: list[PendingResult] = []
        self._incremental: list[IncrementalResult] = []
        self._completed: list[CompletedResult] = []

    def announce(self, awaited: Awaited) -> None:
        """Tell that something will come; at once, if it is there already."""
        awaited.id = str(next(self._numbers))
        path = list(awaited.path)
        self._pending.append(PendingResult(awaited.id, path, awaited.label))
        if awaited.start is not None:
            awaited.start()
        self.settle(awaited)

    def items(
        self, stream: Stream, items: list[object], errors: list[GraphQLError]
    ) -> None:
        """Tell further items of a list."""
        self._incremental.append(
            IncrementalStreamResult(items, str(stream.id), errors=errors or None)
        )

    def settle(self, awaited: Awaited) -> None:
        """Complete what is announced and waits for nothing any more."""
        if awaited.id is None or awaited.works or awaited.closed:
            return
        awaited.closed = True
        if awaited.faults:
            self._completed.append(CompletedResult(awaited.id, awaited.faults))
            for one in awaited.inside:
                one.drop()
            return
        for part in awaited.parts:
            if not part.told:
                self._tell(part)
        self._completed.append(CompletedResult(awaited.id))
        for one in awaited.inside:
            self.announce(one)

    def _tell(self, part: Part) -> None:
        part.told = True
        known = [one for one in part.fragments if one.id is not None and not one.faults]
        nearest = max(known, key=lambda one: len(one.path))
        below = list(part.path[len(nearest.path) :])
        self._incremental.append(
            IncrementalDeferResult(
                part.data, str(nearest.id), below or None, part.errors or None
            )
        )

    def pending(self) -> list[PendingResult]:
        """Give what is announced with the initial result."""
        pending, self._pending = self._pending, []
        return pending

    def update(self, *, more: bool) -> SubsequentIncrementalExecutionResult | None:
        """Give all that is to be told by now; None: nothing, and `more` will come."""
        pending, self._pending = self._pending, []
        incremental, self._incremental = self._incremental, []
        completed, self._completed = self._completed, []
        if more and not (pending or incremental or completed):
            return None
        return SubsequentIncrementalExecutionResult(
            more, pending or None, incremental or None, completed or None
        )
