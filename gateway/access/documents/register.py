"""Registers the operations of a directory, after showing what that changes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from graphql import DocumentNode, GraphQLSchema

from gateway.access.documents.manifest import (
    Entry,
    Manifest,
    read_manifest,
    write_manifest,
)
from gateway.access.documents.operations import Collected, collect

CostOf = Callable[[DocumentNode], float]


@dataclass(frozen=True, slots=True)
class Difference:
    """What changes about one operation."""

    name: str
    before: Entry | None
    after: Collected | None
    cost: float | None = None

    @property
    def kind(self) -> str:
        """Say in a word what happens to it."""
        if self.before is None:
            return "新增 new"
        return "移除 gone" if self.after is None else "变更 changed"


@dataclass(frozen=True, slots=True)
class Review:
    """What registering would write, and how that differs from what is there."""

    manifest: Manifest
    differences: tuple[Difference, ...]

    def lines(self) -> Iterator[str]:
        """Tell it for people, an operation with its fields at a time."""
        for one in self.differences:
            cost = "" if one.cost is None else f"  cost {one.cost:g}"
            yield f"{one.kind}  {one.name}{cost}"
            if one.after is not None:
                yield f"  {one.after.entry.id}"
                yield from (f"  + {name}" for name in sorted(one.after.fields))


def review(
    directory: Path,
    manifest: Path,
    schema: GraphQLSchema,
    cost: CostOf | None = None,
) -> Review:
    """Hold the operations of a directory against a manifest, which may be missing.

    Raises OperationRefused with every fault of either.
    """
    found = collect(directory, schema)
    known = read_manifest(manifest) if manifest.exists() else {}
    entries = {one.entry.id: one.entry for one in found.values()}
    return Review(entries, tuple(_differences(known, found, cost)))


def register(review: Review, manifest: Path) -> None:
    """Write the manifest that was reviewed; raises OperationRefused."""
    write_manifest(manifest, review.manifest)


def _differences(
    known: Manifest, found: Mapping[str, Collected], cost: CostOf | None
) -> Iterator[Difference]:
    before = {one.name or one.id: one for one in known.values()}
    for name, one in sorted(found.items()):
        if one.entry.id not in known:
            price = None if cost is None else cost(one.document)
            yield Difference(name, before.get(name), one, price)
    kept = {one.entry.id for one in found.values()}
    for name, entry in sorted(before.items()):
        if name not in found and entry.id not in kept:
            yield Difference(name, entry, None)
