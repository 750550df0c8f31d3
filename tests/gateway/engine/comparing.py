"""Says where two results of the same operation differ in what the spec fixes.

Data must be equal. Errors must be equal too, but for those under a place that became
null: which of several the client is told there is left to the executor, so one must be
told for each such place on both sides, and what the engine tells the reference must
tell or have been free to leave out.
"""

import json
from collections.abc import Mapping
from typing import Any

import orjson
from graphql import ExecutionResult, GraphQLError

Path = tuple[str | int, ...]


def written(data: object) -> Any:
    """Give data as the client reads it."""
    return json.loads(orjson.dumps(data))


def nulled(data: object, path: Path) -> Path:
    """Give the place on the way of a path that is null."""
    at = data
    for deep, key in enumerate(path):
        if at is None:
            return path[:deep]
        at = at[key]  # type: ignore[index]
    return path


def told(result: ExecutionResult) -> Mapping[Path, set[str]]:
    """Give the errors by the place that each made null."""
    found: dict[Path, set[str]] = {}
    for error in result.errors or ():
        path = tuple(error.path or ())
        found.setdefault(nulled(result.data, path), set()).add(_line(error))
    return found


def _line(error: GraphQLError) -> str:
    return json.dumps(error.formatted, sort_keys=True, default=str)


def compare(engine: ExecutionResult, reference: ExecutionResult) -> None:
    """Raise AssertionError where the results differ."""
    assert written(engine.data) == written(reference.data)
    if engine.data is not None:
        assert list(engine.data) == list(reference.data or ())
    ours, theirs = told(engine), told(reference)
    assert ours.keys() == theirs.keys()
    for place, lines in ours.items():
        assert len(lines) == 1
        (line,) = lines
        if tuple(json.loads(line).get("path", ())) == place:
            assert lines == theirs[place] or line in theirs[place]
