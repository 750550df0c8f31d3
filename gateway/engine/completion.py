"""Completing the values of one position for all parents at once.

What comes in is one value a parent: plain, None or an Exception. What goes out is one
completed value each, as the spec's «Value Completion» asks for; FAULT where an error
left a null that the type forbids, for the object or list around to deal with.
"""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable, Sequence
from itertools import accumulate, chain, pairwise
from typing import Any, Protocol

from graphql import FieldNode, GraphQLError, GraphQLLeafType, GraphQLObjectType
from graphql.pyutils import inspect, is_iterable

from gateway.engine.awaiting import Completed, collected, later, settled, together
from gateway.engine.binding import class_of
from gateway.engine.leaves import LeafTypes, NullRefused
from gateway.engine.postponed import Selects
from gateway.engine.run import (
    AWAITABLE,
    FAILED,
    FAULT,
    PLAIN,
    Run,
    kind_of,
    kinds,
)
from gateway.engine.runtime_types import TypeResolution
from gateway.engine.trail import Trail

Values = list[Any]
_PLAIN_ONLY = frozenset({PLAIN})


class NeverAwaited(Exception):
    """An awaitable stood where a value was due: a programming error.

    A batch resolver may be awaited as a whole; its results, and attributes, are values.
    """


class Place:
    """A position of a field: the field itself, or the items of a list in it."""

    __slots__ = ("nodes", "null_message", "required")

    def __init__(
        self, owner: str, nodes: Sequence[FieldNode], *, required: bool
    ) -> None:
        """Stand for `owner` ("Type.field"), selected by these nodes."""
        self.nodes = nodes
        self.required = required
        self.null_message = f"Cannot return null for non-nullable field {owner}."

    def fail(self, run: Run, trail: Trail, place: int, error: Exception) -> object:
        """Note an error of one value; give what stands in its place."""
        if isinstance(error, NullRefused):
            error = TypeError(self.null_message)
        return run.fault(trail, place, error, self.nodes, required=self.required)

    def absent(self, run: Run, trail: Trail, place: int) -> object:
        """Give what stands in the place of a missing value."""
        if not self.required:
            return None
        return self.fail(run, trail, place, NullRefused())


class Completer(Protocol):
    """Completes the values of one position."""

    place: Place

    def complete(self, run: Run, values: Values, trail: Trail) -> Completed:
        """Give one completed value for each value."""


class Leaf:
    """Scalars and enums."""

    def __init__(
        self, place: Place, declared: GraphQLLeafType, types: LeafTypes
    ) -> None:
        """Complete values of a type."""
        self.place = place
        self.declared = declared
        self._types = types

    def complete(self, run: Run, values: Values, trail: Trail) -> Completed:
        """Complete all at once, or one by one where some are refused."""
        every = self._types.all(self.declared, required=self.place.required)
        try:
            return every(values)
        except Exception:  # noqa: BLE001 - found again, with its place
            return [self._singly(run, v, trail, n) for n, v in enumerate(values)]

    def _singly(self, run: Run, value: object, trail: Trail, place: int) -> object:
        one = self._types.one(self.declared, required=self.place.required)
        try:
            return one(value)
        except Exception as error:  # noqa: BLE001 - whatever a type raises
            return self.place.fail(run, trail, place, error)


class _Composite(ABC):
    """What objects and lists have in common: missing values are set apart first."""

    def __init__(self, place: Place) -> None:
        self.place = place

    def complete(self, run: Run, values: Values, trail: Trail) -> Completed:
        """Complete those that are there."""
        if kinds(values) <= _PLAIN_ONLY:
            return self._settled(run, self._present(run, values, trail))
        present, chosen, rest = [], [], {}
        for place, value in enumerate(values):
            kind = kind_of(value)
            if kind == PLAIN:
                present.append(value)
                chosen.append(place)
            elif kind == FAILED:
                rest[place] = self.place.fail(run, trail, place, value)
            elif kind == AWAITABLE:
                rest[place] = self.place.fail(run, trail, place, NeverAwaited())
            else:
                rest[place] = self.place.absent(run, trail, place)
        done = self._settled(run, self._present(run, present, trail.choice(chosen)))
        return scattered(done, len(values), chosen, rest)

    @abstractmethod
    def _present(self, run: Run, values: Values, trail: Trail) -> Completed:
        """Complete values none of which is missing."""

    def _settled(self, run: Run, done: Completed) -> Completed:
        """Turn faults into nulls where null is allowed."""
        if self.place.required:
            return done
        if isinstance(done, list):
            return _nulled(done) if run.faulted else done
        return self._settled_later(run, done)

    async def _settled_later(
        self, run: Run, awaited: Awaitable[list[Any]]
    ) -> list[Any]:
        done = await awaited
        return _nulled(done) if run.faulted else done


def _nulled(done: list[Any]) -> list[Any]:
    return [None if one is FAULT else one for one in done]


class Objects(_Composite):
    """Values of one object type."""

    def __init__(
        self,
        place: Place,
        declared: GraphQLObjectType,
        select: Callable[[GraphQLObjectType], Selects],
    ) -> None:
        """Answer what `select` gives for the type."""
        super().__init__(place)
        self._type = declared
        self._class = class_of(declared)
        self._classes: set[type | None] = {self._class}
        self._select = select
        self._selection: Selects | None = None

    def _present(self, run: Run, values: Values, trail: Trail) -> Completed:
        if self._selection is None:
            self._selection = self._select(self._type)
        if self._type.is_type_of is None or self._are_its_own(set(map(type, values))):
            return self._selection.run(run, values, trail)
        return self._checked(run, values, trail)

    def _are_its_own(self, classes: set[type]) -> bool:
        """Say whether instances of all these classes are of the type."""
        if classes <= self._classes:
            return True
        own = self._class
        if own is None or not all(issubclass(one, own) for one in classes):
            return False
        self._classes |= classes
        return True

    def _checked(self, run: Run, values: Values, trail: Trail) -> Completed:
        """Ask the type whether each value is one of its own."""
        answers: list[Any] = []
        for value in values:
            try:
                answers.append(self._type.is_type_of(value, run.template))  # type: ignore[misc]
            except Exception as error:  # noqa: BLE001 - whatever the check raises
                answers.append(error)
        if AWAITABLE in kinds(answers):
            return self._checked_later(run, values, answers, trail)
        return self._divided(run, values, answers, trail)

    async def _checked_later(
        self, run: Run, values: Values, answers: list[Any], trail: Trail
    ) -> list[Any]:
        answers = await settled(answers)
        return await later(self._divided(run, values, answers, trail))

    def _divided(
        self, run: Run, values: Values, answers: list[Any], trail: Trail
    ) -> Completed:
        chosen, rest = [], {}
        for place, (value, answer) in enumerate(zip(values, answers, strict=True)):
            if isinstance(answer, Exception):
                rest[place] = self.place.fail(run, trail, place, answer)
            elif answer:
                chosen.append(place)
            else:
                words = f"Expected value of type '{self._type}' but got: "
                error = GraphQLError(
                    f"{words}{inspect(value)}.", list(self.place.nodes)
                )
                rest[place] = self.place.fail(run, trail, place, error)
        selection = self._selection or self._select(self._type)
        present = [values[place] for place in chosen]
        done = selection.run(run, present, trail.choice(chosen))
        return scattered(done, len(values), chosen, rest)


class Abstract(_Composite):
    """Values of an interface or union: each type's are completed together."""

    def __init__(
        self,
        place: Place,
        resolution: TypeResolution,
        select: Callable[[GraphQLObjectType], Selects],
    ) -> None:
        """Answer what `select` gives for each type that turns up."""
        super().__init__(place)
        self._resolution = resolution
        self._select = select
        self._objects: dict[str, Objects] = {}

    def _present(self, run: Run, values: Values, trail: Trail) -> Completed:
        types = self._resolution.of(run, values)
        if AWAITABLE in kinds(types):
            return self._later(run, values, types, trail)
        return self._grouped(run, values, types, trail)

    async def _later(
        self, run: Run, values: Values, types: list[Any], trail: Trail
    ) -> list[Any]:
        types = self._resolution.checked(run, values, await settled(types))
        return await later(self._grouped(run, values, types, trail))

    def _grouped(
        self, run: Run, values: Values, types: list[Any], trail: Trail
    ) -> Completed:
        groups: dict[str, list[int]] = {}
        rest: dict[int, object] = {}
        for place, one in enumerate(types):
            if isinstance(one, Exception):
                rest[place] = self.place.fail(run, trail, place, one)
            else:
                groups.setdefault(one.name, []).append(place)
        parts = []
        for name, chosen in groups.items():
            objects = self._objects.get(name)
            if objects is None:
                declared = types[chosen[0]]
                objects = Objects(self.place, declared, self._select)
                self._objects[name] = objects
            present = [values[place] for place in chosen]
            parts.append(objects.complete(run, present, trail.choice(chosen)))
        chosen = list(chain.from_iterable(groups.values()))
        return scattered(_joined(parts), len(values), chosen, rest)


class Lists(_Composite):
    """Values that are lists: all their items are completed together."""

    def __init__(self, place: Place, owner: str, item: Completer) -> None:
        """Complete items by `item`; `owner` ("Type.field") stands in messages."""
        super().__init__(place)
        self.item = item
        self._owner = owner

    def _present(self, run: Run, values: Values, trail: Trail) -> Completed:
        if set(map(type, values)) <= {list, tuple}:
            return self._flat(run, values, trail)
        lists = [self.list_of(value) for value in values]
        if AWAITABLE in kinds(lists):
            return self._gathered(run, lists, trail)
        return self.readable(run, lists, trail)

    def list_of(self, value: object) -> object:
        """Give a list, what gives one when awaited, or the Exception that came."""
        if hasattr(value, "__aiter__"):
            return collected(value)
        if not is_iterable(value):
            return GraphQLError(
                f"Expected Iterable, but did not find one for field '{self._owner}'."
            )
        try:
            return list(value)
        except Exception as error:  # noqa: BLE001 - whatever the iterator raises
            return error

    async def _gathered(self, run: Run, lists: list[Any], trail: Trail) -> list[Any]:
        return await later(self.readable(run, await settled(lists), trail))

    def readable(self, run: Run, lists: list[Any], trail: Trail) -> Completed:
        """Complete the items of lists, some of them Exceptions."""
        chosen, rest = [], {}
        for place, one in enumerate(lists):
            if isinstance(one, Exception):
                rest[place] = self.place.fail(run, trail, place, one)
            else:
                chosen.append(place)
        if not rest:
            return self._flat(run, lists, trail)
        present = [lists[place] for place in chosen]
        done = self._flat(run, present, trail.choice(chosen))
        return scattered(done, len(lists), chosen, rest)

    def _flat(self, run: Run, lists: list[Any], trail: Trail) -> Completed:
        below = trail.items(lists, required=self.item.place.required)
        items = list(lists[0] if len(lists) == 1 else chain.from_iterable(lists))
        if AWAITABLE in kinds(items):
            return self._awaited(run, lists, items, below)
        done = self.item.complete(run, items, below)
        if isinstance(done, list):
            return self._cut(run, lists, done)
        return self._cut_later(run, lists, done)

    async def _awaited(
        self, run: Run, lists: list[Any], items: list[Any], below: Trail
    ) -> list[Any]:
        items = await settled(items)
        done = await later(self.item.complete(run, items, below))
        return self._cut(run, lists, done)

    async def _cut_later(
        self, run: Run, lists: list[Any], awaited: Awaitable[list[Any]]
    ) -> list[Any]:
        return self._cut(run, lists, await awaited)

    def _cut(self, run: Run, lists: list[Any], done: list[Any]) -> list[Any]:
        """Give every list its own items back; a forbidden null takes the list."""
        if len(lists) == 1:
            cut: list[Any] = [done]
        else:
            ends = list(accumulate(map(len, lists)))
            cut = [done[at:end] for at, end in pairwise((0, *ends))]
        if run.faulted and self.item.place.required:
            return [FAULT if _has_fault(one) else one for one in cut]
        return cut


def _has_fault(items: Iterable[object]) -> bool:
    return any(item is FAULT for item in items)


def scattered(
    done: Completed, size: int, chosen: Sequence[int], rest: dict[int, Any]
) -> Completed:
    """Put values back to their places, and the rest to theirs."""
    if not isinstance(done, list):
        return _scattered_later(done, size, chosen, rest)
    values: list[Any] = [None] * size
    for place, value in zip(chosen, done, strict=True):
        values[place] = value
    for place, value in rest.items():
        values[place] = value
    return values


async def _scattered_later(
    awaited: Awaitable[list[Any]],
    size: int,
    chosen: Sequence[int],
    rest: dict[int, Any],
) -> list[Any]:
    return await later(scattered(await awaited, size, chosen, rest))


def _joined(parts: Sequence[Completed]) -> Completed:
    if all(isinstance(part, list) for part in parts):
        return list(chain.from_iterable(parts))  # type: ignore[arg-type]
    return _joined_later(parts)


async def _joined_later(parts: Sequence[Completed]) -> list[Any]:
    return list(chain.from_iterable(await together(parts)))
