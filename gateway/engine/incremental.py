"""Runs what a result leaves for later, and delivers it as it comes (@defer, @stream).

Every work is one selection with all its objects, or the rest of lists of one field;
works run at the same time.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from graphql import GraphQLError, GraphQLResolveInfo
from graphql.execution import SubsequentIncrementalExecutionResult
from graphql.execution.collect_fields import DeferUsage

from gateway.engine.awaiting import later
from gateway.engine.delivery import Awaited, Delivery, Part, Path
from gateway.engine.postponed import Deferred, Rest, Selects, Streamed
from gateway.engine.refusing import Refusals
from gateway.engine.run import FAULT, Run, Step
from gateway.engine.trail import Trail

Errors = Mapping[Path, list[GraphQLError]]


@dataclass(eq=False, slots=True)
class _Fields:
    """Deferred fields of some objects, each with the fragments they are part of."""

    selection: Selects
    parents: list[Any]
    paths: list[Path]
    trail: Trail
    fragments: list[list[Awaited]]

    def awaited(self) -> Sequence[Awaited]:
        """Give every fragment once."""
        return list({id(f): f for one in self.fragments for f in one}.values())


@dataclass(eq=False, slots=True)
class _Items:
    """The rests of lists, or the next item of one that comes bit by bit."""

    source: Streamed
    rests: list[Rest]
    trail: Trail
    streams: list[Awaited]
    first: int

    def awaited(self) -> Sequence[Awaited]:
        """Give every stream."""
        return self.streams


_Work = _Fields | _Items


@dataclass(frozen=True, eq=False, slots=True)
class _Done:
    """What came of a work."""

    work: _Work
    run: Run
    values: list[Any]
    """An object for each parent; or the further items of each list."""
    ended: GraphQLError | bool
    """Whether a list that comes bit by bit has ended, and by what error."""


class Incremental:
    """The works that follow one result."""

    def __init__(
        self,
        template: GraphQLResolveInfo[Any],
        root: object,
        steps: list[Step] | None,
        refusals: Refusals,
    ) -> None:
        """Follow a result of the request that `template` tells of."""
        self._template = template
        self._root = root
        self._steps = steps
        self._refusals = refusals
        self._homes: dict[int, int] = {}
        """Steps of the path at which a fragment starts, by its DeferUsage."""
        self._fragments: dict[tuple[int, Path], Awaited] = {}
        self._tasks: dict[asyncio.Task[_Done], _Work] = {}
        self.delivery = Delivery()

    def take(
        self, run: Run, roots: Mapping[Path, object], around: Sequence[Awaited] = ()
    ) -> None:
        """Take over what a run left, where its place is still there.

        `roots` are the values that the run gave, by path; `around` are the fragments
        that bring them.
        """
        new: list[tuple[DeferUsage, Awaited]] = []
        works: list[_Fields] = []
        for left in run.postponed:
            if isinstance(left, Deferred):
                works += self._take_fields(run, left, roots, new)
            else:
                self._take_items(run, left, roots, around)
        for usage, fragment in new:
            self._place(usage, fragment)
        for work in works:
            self._start(work)

    @property
    def busy(self) -> bool:
        """Say whether anything will follow."""
        return bool(self._tasks)

    async def updates(
        self,
    ) -> AsyncGenerator[SubsequentIncrementalExecutionResult, None]:
        """Give what follows, as it comes; closing it ends all works."""
        try:
            while self._tasks:
                done, _ = await asyncio.wait(
                    self._tasks, return_when=asyncio.FIRST_COMPLETED
                )
                for task in [one for one in self._tasks if one in done]:
                    del self._tasks[task]
                    self._finish(task.result())
                self._drop_needless()
                update = self.delivery.update(more=self.busy)
                if update is not None:
                    yield update
        finally:
            await self._abandon()

    # ---- @defer --------------------------------------------------------------

    def _take_fields(
        self,
        run: Run,
        left: Deferred,
        roots: Mapping[Path, object],
        new: list[tuple[DeferUsage, Awaited]],
    ) -> Sequence[_Fields]:
        """Give the works that fill fragments; those not met before are in `new`."""
        paths = [left.trail.position(n).path for n in range(len(left.parents))]
        there = [n for n, one in enumerate(paths) if _stands(roots, run.floor, one)]
        if not there:
            return ()
        for usage in left.deferral.usages:
            self._homes[id(usage)] = len(paths[0])
        works: list[_Fields] = []
        for usages, selection in left.deferral.groups:
            fragments = [
                [self._fragment(usage, paths[n], new) for usage in usages]
                for n in there
            ]
            work = _Fields(
                selection,
                [left.parents[n] for n in there],
                [paths[n] for n in there],
                left.trail.choice(there),
                fragments,
            )
            for fragment in work.awaited():
                fragment.works.add(work)
            works.append(work)
        return works

    def _fragment(
        self, usage: DeferUsage, path: Path, new: list[tuple[DeferUsage, Awaited]]
    ) -> Awaited:
        """Give the fragment that a place of the response belongs to."""
        home = path[: self._homes[id(usage)]]
        key = (id(usage), home)
        if key not in self._fragments:
            self._fragments[key] = Awaited(home, usage.label)
            new.append((usage, self._fragments[key]))
        return self._fragments[key]

    def _place(self, usage: DeferUsage, fragment: Awaited) -> None:
        """Announce a new fragment, or leave that to the one around it."""
        above = usage.parent_defer_usage
        while above is not None:
            home = fragment.path[: self._homes.get(id(above), 0)]
            around = self._fragments.get((id(above), home))
            if around is not None and not around.closed:
                around.inside.append(fragment)
                return
            if around is not None and (around.faults or around.dropped):
                fragment.drop()
                return
            above = above.parent_defer_usage
        self.delivery.announce(fragment)

    def _finish_fields(self, work: _Fields, done: _Done) -> None:
        depth = len(work.paths[0])
        errors = _by_place(done.run.errors(), depth)
        roots = dict(zip(work.paths, done.values, strict=True))
        self.take(done.run, roots, work.awaited())
        for path, value, fragments in zip(
            work.paths, done.values, work.fragments, strict=True
        ):
            part = Part(path, value, errors[path], fragments)
            for fragment in fragments:
                if value is FAULT:
                    fragment.faults += errors[path]
                else:
                    fragment.parts.append(part)

    # ---- @stream -------------------------------------------------------------

    def _take_items(
        self,
        run: Run,
        left: Streamed,
        roots: Mapping[Path, object],
        around: Sequence[Awaited],
    ) -> None:
        together: dict[object, list[tuple[int, Rest, Awaited]]] = defaultdict(list)
        for place, rest in left.rests.items():
            path = left.trail.position(place).path
            if _stands(roots, run.floor, path):
                fragment = _nearest(around, path)
                key = id(fragment) if isinstance(rest, list) else object()
                together[key].append((place, rest, Awaited(path, left.label)))
        for found in together.values():
            places, rests, streams = (list(one) for one in zip(*found, strict=True))
            trail = left.trail.choice(places)
            work = _Items(left, rests, trail, streams, left.first)
            self._await_items(work, _nearest(around, streams[0].path))

    def _await_items(self, work: _Items, around: Awaited | None) -> None:
        for stream in work.streams:
            stream.works.add(work)
        work.streams[0].start = partial(self._start, work)
        for stream in work.streams:
            if around is None:
                self.delivery.announce(stream)
            else:
                around.inside.append(stream)

    def _finish_items(self, work: _Items, done: _Done) -> None:
        depth = len(work.streams[0].path) + 1
        errors = _by_place(done.run.errors(), depth)
        roots: dict[Path, object] = {}
        for stream, items in zip(work.streams, done.values, strict=True):
            paths = [(*stream.path, work.first + n) for n in range(len(items))]
            whole = next((n for n, one in enumerate(items) if one is FAULT), len(items))
            told = [error for path in paths[:whole] for error in errors[path]]
            roots.update(zip(paths[:whole], items, strict=False))
            if whole:
                self.delivery.items(stream, items[:whole], told)
            if whole < len(items):
                stream.faults += errors[paths[whole]]
            if isinstance(done.ended, GraphQLError):
                stream.faults.append(done.ended)
        self.take(done.run, roots)
        if not done.ended and not work.streams[0].faults:
            following = _Items(
                work.source, work.rests, work.trail, work.streams, work.first + 1
            )
            work.streams[0].works.add(following)
            self._start(following)

    # ---- works ---------------------------------------------------------------

    def _start(self, work: _Work) -> None:
        run = self._perform_fields if isinstance(work, _Fields) else self._perform_items
        self._tasks[asyncio.create_task(run(work))] = work  # type: ignore[arg-type]

    def _run(self, floor: int) -> Run:
        steps, refusals = self._steps, self._refusals
        return Run(self._template, self._root, floor, steps=steps, refusals=refusals)

    async def _perform_fields(self, work: _Fields) -> _Done:
        run = self._run(len(work.paths[0]))
        values = await later(work.selection.run(run, work.parents, work.trail))
        return _Done(work, run, values, ended=True)

    async def _perform_items(self, work: _Items) -> _Done:
        run = self._run(len(work.streams[0].path) + 1)
        lists, ended = await _next_items(work)
        values = await work.source.lists.more(run, lists, work.trail, work.first)
        return _Done(work, run, values, ended)

    def _finish(self, done: _Done) -> None:
        work = done.work
        if isinstance(work, _Fields):
            self._finish_fields(work, done)
        else:
            self._finish_items(work, done)
        for awaited in work.awaited():
            awaited.works.discard(work)
            self.delivery.settle(awaited)

    def _drop_needless(self) -> None:
        """End works that only fragments within failed ones wait for."""
        for task, work in list(self._tasks.items()):
            if all(one.dropped for one in work.awaited()):
                task.cancel()
                del self._tasks[task]

    async def _abandon(self) -> None:
        works = list(self._tasks.values())
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        for work in works:
            for rest in work.rests if isinstance(work, _Items) else ():
                if hasattr(rest, "aclose"):
                    with suppress(Exception):
                        await rest.aclose()


async def _next_items(work: _Items) -> tuple[list[list[Any]], GraphQLError | bool]:
    """Give the lists that are there; or the next item, and whether it was the last."""
    rest = work.rests[0]
    if isinstance(rest, list):
        return [one for one in work.rests if isinstance(one, list)], True
    try:
        return [[await anext(rest)]], False
    except StopAsyncIteration:
        return [[]], True
    except Exception as error:  # noqa: BLE001 - whatever the iterator raises
        located = work.source.lists.located(error, work.streams[0].path)
        return [[]], located if isinstance(located, GraphQLError) else True


def _nearest(around: Sequence[Awaited], path: Path) -> Awaited | None:
    """Give the fragment not delivered yet that a place lies in."""
    holding = [
        one for one in around if not one.closed and path[: len(one.path)] == one.path
    ]
    return max(holding, key=lambda one: len(one.path), default=None)


def _by_place(errors: Sequence[GraphQLError], depth: int) -> Errors:
    """Sort errors by the place, so many steps down, that they lie below."""
    found: dict[Path, list[GraphQLError]] = defaultdict(list)
    for error in errors:
        found[tuple(error.path or ())[:depth]].append(error)
    return found


def _stands(roots: Mapping[Path, object], floor: int, path: Path) -> bool:
    """Say whether there is an object or list at a path of what was given."""
    at: Any = roots.get(path[:floor])
    for key in path[floor:]:
        if at is None or at is FAULT:
            return False
        at = at[key]
    return at is not None and at is not FAULT
