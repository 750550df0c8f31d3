"""Plays a client of incremental delivery: puts the parts of an answer together.

Raises AssertionError where the parts break the rules: an id that was not announced,
something told after it was completed, `hasNext` that lies.
"""

from typing import Any

import orjson
from graphql import ExecutionResult
from graphql.execution import ExperimentalIncrementalExecutionResults

from schema.scalars import write_decimal

Results = ExecutionResult | ExperimentalIncrementalExecutionResults


class Assembled:
    """What a client has after the last part."""

    def __init__(self) -> None:
        self.data: Any = None
        self.errors: list[Any] = []
        self.failed: list[tuple[tuple[object, ...], str | None]] = []
        """Path and label of the fragments and streams that failed."""
        self.updates = 0
        self._open: dict[str, Any] = {}

    def take(self, part: dict[str, Any]) -> None:
        for one in part.get("pending", ()):
            assert one["id"] not in self._open
            self._open[one["id"]] = one
        for one in part.get("incremental", ()):
            at = self._at([*self._open[one["id"]]["path"], *one.get("subPath", ())])
            if "items" in one:
                at += one["items"]
            else:
                assert not at.keys() & one["data"].keys()
                at.update(one["data"])
            self.errors += one.get("errors", ())
        for one in part.get("pending", ()):
            assert isinstance(self._at(one["path"]), dict | list)
        for one in part.get("completed", ()):
            done = self._open.pop(one["id"])
            if "errors" in one:
                self.failed.append((tuple(done["path"]), done.get("label")))
                self.errors += one["errors"]

    def _at(self, path: list[Any]) -> Any:
        at = self.data
        for key in path:
            at = at[key]
        return at

    def close(self) -> None:
        assert not self._open


def _read(value: object) -> Any:
    return orjson.loads(orjson.dumps(value, write_decimal))


async def assembled(results: Results) -> Assembled:
    """Read all parts of an answer."""
    found = Assembled()
    if isinstance(results, ExecutionResult):
        whole = _read(results.formatted)
        found.data, found.errors = whole["data"], whole.get("errors", [])
        return found
    initial = _read(results.initial_result.formatted)
    found.data, found.errors = initial["data"], initial.get("errors", [])
    assert initial["hasNext"]
    found.take(initial)
    more = True
    async for update in results.subsequent_results:
        assert more
        part = _read(update.formatted)
        more = part["hasNext"]
        found.updates += 1
        found.take(part)
    assert not more
    found.close()
    return found
