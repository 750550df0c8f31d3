"""Operations for comparing executors: generated, then bent into rarer forms."""

from random import Random
from typing import Any

from graphql import (
    FieldNode,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
    print_ast,
)
from hypothesis import strategies as st
from hypothesis_graphql import from_schema

CONDITIONS = (
    "@skip(if: $no)",
    "@include(if: $yes)",
    "@skip(if: $yes)",
    "@include(if: $no)",
)


def operations(sdl: str) -> st.SearchStrategy[str]:
    """Generate valid operations, some with variables, conditions and fragments."""
    texts = from_schema(sdl, allow_x00=False, codec="ascii")
    return st.builds(bent, texts, st.integers(0, 2**32))


def bent(text: str, seed: int) -> str:
    """Put conditions on some fields and wrap some selections in fragments."""
    random = Random(seed)
    document = parse(text, no_location=True)
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    body = _selection(operation.selection_set, random)
    kind = operation.operation.value
    used = [words for name, words in _VARIABLES.items() if f"${name})" in body]
    return f"{kind} Q({', '.join(used)}) {body}" if used else f"{kind} {body}"


_VARIABLES = {"yes": "$yes: Boolean! = true", "no": "$no: Boolean! = false"}


def _selection(node: SelectionSetNode, random: Random) -> str:
    parts = [_one(selection, random) for selection in node.selections]
    if random.random() < 0.15:
        parts.append(random.choice(parts))
    if random.random() < 0.15:
        cut = random.randrange(len(parts) + 1)
        inner = parts[cut:] or ["__typename"]
        condition = random.choice(("", "@include(if: $yes)", "@skip(if: $yes)"))
        parts = [*parts[:cut], f"... {condition} {{ {' '.join(inner)} }}"]
    return "{ " + " ".join(parts) + " }"


def _one(node: Any, random: Random) -> str:
    if not isinstance(node, FieldNode):
        condition = (
            f"on {node.type_condition.name.value}" if node.type_condition else ""
        )
        return f"... {condition} {_selection(node.selection_set, random)}"
    inner = _selection(node.selection_set, random) if node.selection_set else ""
    bare = FieldNode(
        name=node.name, alias=node.alias, arguments=node.arguments, directives=()
    )
    condition = random.choice(CONDITIONS) if random.random() < 0.15 else ""
    return f"{print_ast(bare)} {condition} {inner}"
