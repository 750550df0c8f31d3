"""Lists of which the first items come at once and the others later (@stream)."""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from graphql import GraphQLError
from graphql.error import located_error

from gateway.engine.awaiting import Completed, later, settled
from gateway.engine.completion import Completer, Lists, Place, Values
from gateway.engine.postponed import Rest, Streamed
from gateway.engine.run import AWAITABLE, Run, kinds
from gateway.engine.trail import Trail


@dataclass(frozen=True, slots=True)
class Streaming:
    """What a @stream directive asks for."""

    initial: int
    label: str | None


@dataclass(frozen=True, slots=True)
class _Opened:
    """The first items of a list, and what is left of it."""

    head: list[Any]
    rest: Rest


class StreamedLists(Lists):
    """Values that are lists, to be delivered in parts."""

    def __init__(
        self, place: Place, owner: str, item: Completer, streaming: Streaming
    ) -> None:
        """Complete the first items at once, as `streaming` says."""
        super().__init__(place, owner, item)
        self._streaming = streaming

    def _present(self, run: Run, values: Values, trail: Trail) -> Completed:
        opened = [self._opened(value) for value in values]
        if AWAITABLE in kinds(opened):
            return self._split_later(run, opened, trail)
        return self._split(run, opened, trail)

    def _opened(self, value: Any) -> object:  # noqa: ANN401 - any value
        """Give what is opened, what gives it when awaited, or the Exception."""
        size = self._streaming.initial
        if size < 0:
            return GraphQLError("initialCount must not be negative")
        if hasattr(value, "__aiter__"):
            return _first(value, size)
        found = self.list_of(value)
        return _Opened(found[:size], found[size:]) if isinstance(found, list) else found

    async def _split_later(self, run: Run, opened: list[Any], trail: Trail) -> Values:
        return await later(self._split(run, await settled(opened), trail))

    def _split(self, run: Run, opened: list[Any], trail: Trail) -> Completed:
        rests = {
            place: one.rest
            for place, one in enumerate(opened)
            if isinstance(one, _Opened) and one.rest
        }
        if rests:
            size, label = self._streaming.initial, self._streaming.label
            run.postponed.append(Streamed(self, label, trail, rests, size))
        heads = [one.head if isinstance(one, _Opened) else one for one in opened]
        return self.readable(run, heads, trail)

    async def more(
        self, run: Run, lists: Sequence[list[Any]], trail: Trail, first: int
    ) -> list[list[Any]]:
        """Complete further items of lists, FAULT among them where one failed."""
        required = self.item.place.required
        below = trail.items(lists, required=required, first=first)
        items = list(chain.from_iterable(lists))
        if AWAITABLE in kinds(items):
            items = await settled(items)
        done = iter(await later(self.item.complete(run, items, below)))
        return [list(islice(done, len(one))) for one in lists]

    def located(self, error: Exception, path: Sequence[str | int]) -> Exception:
        """Say where a list broke off."""
        return located_error(error, list(self.place.nodes), list(path))


def _first(values: Any, size: int) -> Awaitable[_Opened]:  # noqa: ANN401
    async def opened() -> _Opened:
        iterator = aiter(values)
        head: list[Any] = []
        while len(head) < size:
            try:
                head.append(await anext(iterator))
            except StopAsyncIteration:
                return _Opened(head, [])
        return _Opened(head, iterator)

    return opened()
