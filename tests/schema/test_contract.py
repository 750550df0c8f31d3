"""The sketch of the contract: nothing of it may be missing or of another type."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    EnumTypeDefinitionNode,
    InputObjectTypeDefinitionNode,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    ast_from_value,
    parse,
    print_ast,
)

from schema.build import build
from schema.visibility import Audience

SKETCH = parse((Path(__file__).parent / "data/contract.graphql").read_text())
LATER = {
    *("Query.changesSince", "Department.health", "Mutation"),
    *("Subscription.exportProgress", "Subscription.riskWarnings"),
}
"""What later work brings."""
GOVERNMENT_IN_WORDS = {"Department.sourceKind"}
"""What the sketch marks as the government's in a comment."""
Node = Any
Schemas = Mapping[Audience, Any]
WITH_FIELDS = (
    ObjectTypeDefinitionNode,
    InterfaceTypeDefinitionNode,
    InputObjectTypeDefinitionNode,
)


def types(*kinds: type) -> list[Node]:
    definitions: Sequence[Node] = SKETCH.definitions
    chosen: list[Node] = [node for node in definitions if isinstance(node, kinds)]
    return [node for node in chosen if node.name.value not in LATER]


def promised() -> list[Any]:
    found = []
    for kind in types(*WITH_FIELDS):
        for field in kind.fields:
            path = f"{kind.name.value}.{field.name.value}"
            if path not in LATER:
                found.append(pytest.param(kind.name.value, field, id=path))
    return found


def is_marked(node: Node) -> bool:
    return any(mark.name.value == "public" for mark in node.directives or ())


def default_of(argument: Node) -> str:
    written = ast_from_value(argument.default_value, argument.type)
    assert written is not None
    return print_ast(written)


@pytest.fixture(scope="module")
def schemas() -> Schemas:
    return {audience: build(audience) for audience in Audience}


@pytest.mark.parametrize(("type_name", "promise"), promised())
def test_every_field_of_the_sketch_is_there(
    schemas: Schemas, type_name: str, promise: Node
) -> None:
    kind = schemas[Audience.GOVERNMENT].type_map[type_name]
    field = kind.fields[promise.name.value]
    assert str(field.type) == print_ast(promise.type)
    for argument in getattr(promise, "arguments", None) or ():
        ours = field.args[argument.name.value]
        assert str(ours.type) == print_ast(argument.type)
        if argument.default_value:
            assert default_of(ours) == print_ast(argument.default_value)
    if getattr(promise, "default_value", None):
        assert default_of(field) == print_ast(promise.default_value)


@pytest.mark.parametrize(
    "promise", [pytest.param(e, id=e.name.value) for e in types(EnumTypeDefinitionNode)]
)
def test_every_code_of_the_sketch_is_there(schemas: Schemas, promise: Node) -> None:
    ours = schemas[Audience.GOVERNMENT].type_map[promise.name.value].values
    assert [v.name.value for v in promise.values] == list(ours)


@pytest.mark.parametrize(
    "promise",
    [
        pytest.param(kind, id=kind.name.value)
        for kind in types(ObjectTypeDefinitionNode)
        if kind.interfaces
    ],
)
def test_every_record_type_is_a_credit_record(schemas: Schemas, promise: Node) -> None:
    ours = schemas[Audience.GOVERNMENT].type_map[promise.name.value]
    assert [i.name for i in ours.interfaces] == ["CreditRecord"]


@pytest.mark.parametrize(("type_name", "promise"), promised())
def test_the_public_schema_keeps_what_is_marked(
    schemas: Schemas, type_name: str, promise: Node
) -> None:
    public = schemas[Audience.PUBLIC].type_map
    whole = next(k for k in types(*WITH_FIELDS) if k.name.value == type_name)
    if isinstance(whole, InputObjectTypeDefinitionNode):
        return
    path = f"{type_name}.{promise.name.value}"
    expected = is_marked(whole) or is_marked(promise)
    if is_marked(whole) and path in GOVERNMENT_IN_WORDS:
        expected = False
    there = type_name in public and promise.name.value in public[type_name].fields
    assert there == expected


def test_every_scalar_of_the_sketch_is_there(schemas: Schemas) -> None:
    promised_scalars = {node.name.value for node in types(ScalarTypeDefinitionNode)}
    assert promised_scalars <= set(schemas[Audience.GOVERNMENT].type_map)
