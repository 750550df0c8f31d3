"""What @defer and @stream leave for later, as the plan says and as a run finds it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from graphql.execution.collect_fields import DeferUsage

from gateway.engine.awaiting import Completed
from gateway.engine.run import Run
from gateway.engine.trail import Trail


class Selects(Protocol):
    """A selection of fields of one object type."""

    def run(self, run: Run, parents: list[Any], trail: Trail) -> Completed:
        """Give one object for each parent, or FAULT."""


@dataclass(frozen=True, eq=False, slots=True)
class Deferral:
    """The deferred fragments that start at a selection, and what waits for them."""

    usages: Sequence[DeferUsage]
    groups: Sequence[tuple[Sequence[DeferUsage], Selects]]
    """Fields by all the fragments that they are part of."""


@dataclass(frozen=True, eq=False, slots=True)
class Deferred:
    """A deferral, and the objects that it was met at."""

    deferral: Deferral
    parents: list[Any]
    trail: Trail


class CompletesMore(Protocol):
    """A streamed list."""

    async def more(
        self, run: Run, lists: Sequence[list[Any]], trail: Trail, first: int
    ) -> list[list[Any]]:
        """Complete further items of lists, FAULT among them where one failed."""

    def located(self, error: Exception, path: Sequence[str | int]) -> Exception:
        """Say where a list broke off."""


Rest = list[Any] | AsyncIterator[Any]
"""Items of a list that the initial result does not have."""


@dataclass(frozen=True, eq=False, slots=True)
class Streamed:
    """Lists of which only the first items are in the result so far."""

    lists: CompletesMore
    label: str | None
    trail: Trail
    rests: Mapping[int, Rest]
    """By the place of the list."""
    first: int
    """The place in the list that the rest starts at."""
