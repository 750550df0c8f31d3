"""How large a request is, told before anything is validated.

Everything here takes time in proportion to the text, or to the limit that was kept
before, whatever fragments spread out to.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

_UNCOUNTED: Final = -1_000_000
"""A level so high that nothing below it is deep."""
_MANY: Final = 1_000_000_000
"""Where counting ends."""


class FragmentsTangled(Exception):
    """Fragments spread themselves, or share a name, so that nothing can be counted."""


@dataclass(frozen=True, slots=True)
class Size:
    """What a document holds, its fragments spread out."""

    depth: int
    fields: int
    aliases: int


def more_json(body: bytes, most: int) -> bool:
    """Say whether JSON text surely holds more than `most` values, before it is decoded.

    Decoding costs most where there are many lists and objects, and none of it is
    bounded by the length of the text alone.
    """
    if _marks(body) <= most:
        return False
    outside = body.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')[::2]
    return _marks(b"".join(outside)) > most


def _marks(text: bytes) -> int:
    """Count what every value of a list or object but one has before or around it."""
    return max(text.count(b","), text.count(b"[") + text.count(b"{"))


def more_values(variables: Mapping[str, object], most: int) -> bool:
    """Say whether variables hold more than `most` values, in lists and objects too."""
    count = 0
    inside: list[Mapping[str, object] | Sequence[object]] = [variables]
    while inside:
        one = inside.pop()
        values = one.values() if isinstance(one, Mapping) else one
        count += len(values)
        if count > most:
            return True
        inside.extend(value for value in values if isinstance(value, dict | list))
    return False


class Outline:
    """The definitions of a document, and how they spread each other."""

    def __init__(self, document: DocumentNode) -> None:
        """Look each definition through once; raises FragmentsTangled."""
        definitions = [
            (one, _Shape(one.selection_set))
            for one in document.definitions
            if isinstance(one, OperationDefinitionNode | FragmentDefinitionNode)
        ]
        spread = {name for _, shape in definitions for name, _ in shape.spreads}
        self._roots: list[_Shape] = []
        """What nobody spreads: operations, and fragments without a use."""
        self._fragments: dict[str, _Shape] = {}
        for one, shape in definitions:
            name = one.name.value if one.name else ""
            if isinstance(one, OperationDefinitionNode):
                self._roots.append(shape)
                continue
            if name in self._fragments:
                raise FragmentsTangled
            self._fragments[name] = shape
            if name not in spread:
                self._roots.append(shape)
        self._totals = _totals(self._fragments)

    def size(self) -> Size:
        """Add up what all operations hold, and take the deepest."""
        sizes = [_total(shape, self._totals) for shape in self._roots]
        return Size(
            max((one.depth for one in sizes), default=0),
            min(_MANY, sum(one.fields for one in sizes)),
            min(_MANY, sum(one.aliases for one in sizes)),
        )

    def pairs(self) -> int:
        """Count the pairs of fields under one name, each of which is compared.

        The caller guarantees that `size().fields` is bearable: all are visited.
        """
        count = 0
        merged: list[list[SelectionSetNode]] = [
            [shape.selections] for shape in self._roots
        ]
        while merged:
            for nodes in self._grouped(merged.pop()):
                count += len(nodes) * (len(nodes) - 1) // 2
                below = [one.selection_set for one in nodes if one.selection_set]
                if below:
                    merged.append(below)
        return count

    def _grouped(
        self, selections: Sequence[SelectionSetNode]
    ) -> Iterable[list[FieldNode]]:
        groups: dict[str, list[FieldNode]] = {}
        seen: set[str] = set()
        inside = list(selections)
        while inside:
            for node in inside.pop().selections:
                if isinstance(node, FieldNode):
                    key = (node.alias or node.name).value
                    groups.setdefault(key, []).append(node)
                elif isinstance(node, InlineFragmentNode):
                    inside.append(node.selection_set)
                elif isinstance(node, FragmentSpreadNode):
                    inside.extend(self._first(node.name.value, seen))
        return groups.values()

    def _first(self, name: str, seen: set[str]) -> list[SelectionSetNode]:
        """Give what a fragment selects, once for each set that spreads it."""
        if name in seen or name not in self._fragments:
            return []
        seen.add(name)
        return [self._fragments[name].selections]


@dataclass(slots=True)
class _Shape:
    """What one definition holds itself, and what it spreads at which level."""

    selections: SelectionSetNode
    depth: int = 0
    fields: int = 0
    aliases: int = 0
    spreads: list[tuple[str, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        inside = [(self.selections, 0)]
        while inside:
            selections, level = inside.pop()
            for node in selections.selections:
                if isinstance(node, FieldNode):
                    below = self._enter(node, level)
                    if node.selection_set:
                        inside.append((node.selection_set, below))
                elif isinstance(node, InlineFragmentNode):
                    inside.append((node.selection_set, level))
                elif isinstance(node, FragmentSpreadNode):
                    self.spreads.append((node.name.value, level))

    def _enter(self, node: FieldNode, level: int) -> int:
        self.fields += 1
        self.aliases += node.alias is not None
        below = _UNCOUNTED if node.name.value.startswith("__") else level + 1
        self.depth = max(self.depth, below)
        return below


def _totals(shapes: Mapping[str, _Shape]) -> dict[str, Size]:
    """Give what each fragment holds with those that it spreads."""
    graph = {name: {n for n, _ in shape.spreads} for name, shape in shapes.items()}
    totals: dict[str, Size] = {}
    try:
        for name in TopologicalSorter(graph).static_order():
            if name in shapes:  # else it is unknown, as validation will say
                totals[name] = _total(shapes[name], totals)
    except CycleError as error:
        raise FragmentsTangled from error
    return totals


def _total(shape: _Shape, totals: Mapping[str, Size]) -> Size:
    spread = [(totals[n], level) for n, level in shape.spreads if n in totals]
    return Size(
        max([shape.depth, *(level + one.depth for one, level in spread)]),
        min(_MANY, shape.fields + sum(one.fields for one, _ in spread)),
        min(_MANY, shape.aliases + sum(one.aliases for one, _ in spread)),
    )
