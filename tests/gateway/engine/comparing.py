"""Says where two results of the same operation differ in what the spec fixes.

Data must be equal, the order of fields too, as the client reads it. Of errors these
things are left to the executor, and nothing else is let through:

- the order in which they are told;
- which one is told for a place that several nulls or faults below it made null: one
  must be told on both sides, once by the engine, and one that the reference does not
  tell must be told by it, word for word, where every type allows nulls, so that nothing
  is hidden by anything; a null that is forbidden must then stand at its path;
- whether more than one is told for such a place;
- how it words that a batch resolver gave a wrong number of results: how many parents
  there are at once is its own affair.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from graphql import (
    ExecutionResult,
    GraphQLError,
    GraphQLList,
    GraphQLSchema,
    is_interface_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)

from gateway.engine import Engine, Request
from gateway.engine.reference import ReferenceEngine
from gateway.engine.selection import WrongCount
from schema.scalars import write_decimal

Path = tuple[str | int, ...]
BESIDE = "refused, and answered with nothing"
NULL = "Cannot return null for non-nullable field"


class Sides:
    """The engine and its reference; `world` gives context and root of a run."""

    def __init__(self, engine: Engine, make: Any, world: Any) -> None:
        self.engine = engine
        self._reference = ReferenceEngine(make())
        self._lenient = ReferenceEngine(lenient(make()))
        self._world = world

    async def compare(self, request: Request) -> ExecutionResult:
        """Run both, raise AssertionError where they differ; give the engine's."""
        ours = await self._run(self.engine, request)
        theirs = await self._run(self._reference, request)
        assert written(ours.data) == written(theirs.data)
        assert beside(ours, BESIDE) == beside(theirs, BESIDE)
        untold = _untold(ours, theirs)
        if untold:
            whole = await self._run(self._lenient, request)
            beside(whole, BESIDE)
            for error in untold:
                assert _real(error, whole), (error, whole.errors)
        return ours

    async def _run(self, engine: Any, request: Request) -> ExecutionResult:
        context, root = self._world()
        found: ExecutionResult = await engine.execute(
            request._replace(context=context, root=root)
        )
        return found


def written(data: object) -> str:
    """Give data as the client reads it, with its order."""
    return orjson.dumps(data, write_decimal).decode()


def _untold(ours: ExecutionResult, theirs: ExecutionResult) -> Sequence[GraphQLError]:
    """Give our errors that the reference was free not to tell."""
    if not all(error.path for error in ours.errors or ()):  # of the request
        assert list(map(_line, ours.errors or ())) == list(
            map(_line, theirs.errors or ())
        )
        return ()
    told, expected = _by_place(ours), _by_place(theirs)
    assert told.keys() == expected.keys()
    untold = []
    for place, errors in told.items():
        assert len(errors) == 1
        lines = [_line(error) for error in expected[place]]
        if _line(errors[0]) not in lines:
            assert place != tuple(errors[0].path or ()) or not ours.data
            untold.append(errors[0])
    return untold


def _by_place(result: ExecutionResult) -> Mapping[Path, list[GraphQLError]]:
    """Give the errors by the place that each made null."""
    found: dict[Path, list[GraphQLError]] = {}
    for error in result.errors or ():
        path = tuple(error.path or ())
        found.setdefault(nulled(result.data, path), []).append(error)
    return found


def nulled(data: object, path: Path) -> Path:
    """Give the place on the way of a path that is null."""
    at = data
    for deep, key in enumerate(path):
        if at is None:
            return path[:deep]
        at = at[key]  # type: ignore[index]
    assert at is None
    return path


def beside(result: ExecutionResult, words: str) -> set[Path]:
    """Take out the errors that stand beside a value; give where there is one."""
    standing = [one for one in result.errors or () if one.message == words]
    result.errors = [one for one in result.errors or () if one.message != words]
    places = [tuple(one.path or ()) for one in standing]
    assert len(places) == len({*places})
    return {path for path in places if _standing(result.data, path)}


def _standing(data: object, path: Path) -> bool:
    at: Any = data
    for key in path:
        if at is None:
            return False
        at = at[key]
    return at is not None


def _line(error: GraphQLError) -> str:
    told = dict(error.formatted)
    if isinstance(error.original_error, WrongCount):
        told["message"] = "wrong count"
    return json.dumps(told, sort_keys=True, default=str)


def _real(error: GraphQLError, whole: ExecutionResult) -> bool:
    """Say whether an error is told, or its null stands, where nulls are allowed."""
    if not error.message.startswith(NULL):
        return _line(error) in [_line(one) for one in whole.errors or ()]
    path = tuple(error.path or ())
    return nulled(whole.data, path) == path


def lenient(schema: GraphQLSchema) -> GraphQLSchema:
    """Let every field and item of a schema be null."""
    for declared in schema.type_map.values():
        own = not declared.name.startswith("__")
        if own and (is_object_type(declared) or is_interface_type(declared)):
            for field in declared.fields.values():
                field.type = _nullable(field.type)
    return schema


def _nullable(declared: Any) -> Any:
    if is_non_null_type(declared):
        return _nullable(declared.of_type)
    if is_list_type(declared):
        return GraphQLList(_nullable(declared.of_type))
    return declared
