"""What makes the graph a part of a larger one (Apollo Federation 2).

A national graph that composes several provinces joins them by an enterprise's code
and a department's. The rules: https://www.apollographql.com/docs/graphos/schema-design/
federated-schemas/reference/subgraph-spec
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Annotated, Final, NewType, cast

import strawberry
from graphql import (
    ConstDirectiveNode,
    DefinitionNode,
    DirectiveDefinitionNode,
    FieldDefinitionNode,
    GraphQLSchema,
    ObjectTypeDefinitionNode,
    TypeDefinitionNode,
    parse,
    print_ast,
    print_schema,
)
from strawberry.types.scalar import ScalarDefinition

from schema.departments import Department
from schema.enterprise import Enterprise
from schema.errors import BadInput
from schema.scalars import parse_uscc
from schema.services import Questions

MOST: Final = 1_000
"""Representations at a time."""
KEYS: Final[Mapping[str, str]] = {"Enterprise": "uscc", "Department": "code"}
"""By which field each entity is known in other graphs."""
SHARED: Final = ("PageInfo",)
"""Types that other graphs may define alike."""
_LINK: Final = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.4", '
    'import: ["@key", "@shareable"])'
)
_REPRESENTATION = "representations"

Representation = NewType("Representation", object)
"""`__typename` and the key of an entity, as another graph knows it."""
REPRESENTATION: Final[ScalarDefinition] = strawberry.scalar(
    name="_Any",
    description="其他图所知的实体：__typename 与键 an entity as another graph knows it",
    serialize=lambda value: value,
    parse_value=lambda value: value,
)
Entity = Annotated[
    Enterprise | Department,
    strawberry.union("_Entity", description="可由其他图引用的实体"),
]


@strawberry.type(name="_Service", description="本图作为子图的说明")
class Service:
    """The graph as others compose it."""

    sdl: str = strawberry.field(description="子图的 SDL（Apollo Federation 2）")


async def entities_of(
    questions: Questions, representations: Sequence[object]
) -> list[Entity | None]:
    """Find entities by their keys, all enterprises at once, in the order asked.

    Unknown ones are null; a representation that can't be read fails its own place.
    Raises BadInput for more than MOST.
    """
    if len(representations) > MOST:
        words = f"最多 {MOST} 个实体，实为 {len(representations)} (at most {MOST})"
        raise BadInput(_REPRESENTATION, words)
    found = await asyncio.gather(
        *(_entity(questions, place, one) for place, one in enumerate(representations)),
        return_exceptions=True,
    )
    return cast("list[Entity | None]", found)  # a failure stands in its place


async def _entity(
    questions: Questions, place: int, given: object
) -> Enterprise | Department | None:
    name, key = _read(f"{_REPRESENTATION}[{place}]", given)
    if name == "Enterprise":
        return await questions.enterprise_by_uscc(key, None)
    known = await questions.departments()
    return next((one for one in known if one.code == key), None)


def _read(place: str, given: object) -> tuple[str, str]:
    """Give the type and the key of a representation; raises BadInput."""
    name = given.get("__typename") if isinstance(given, dict) else None
    if not isinstance(given, dict) or not isinstance(name, str) or name not in KEYS:
        words = f"__typename 应为 {'、'.join(KEYS)} (must be one of them)"
        raise BadInput(place, words)
    field = KEYS[name]
    key = given.get(field)
    if not isinstance(key, str):
        raise BadInput(f"{place}.{field}", "应为字符串 (a string is needed)")
    if name == "Department":
        return name, key
    try:
        return name, parse_uscc(key)
    except ValueError as error:
        raise BadInput(f"{place}.{field}", str(error)) from None


@lru_cache(maxsize=2)
def subgraph_sdl(schema: GraphQLSchema) -> str:
    """Write a schema as a subgraph: its entities marked, the machinery left out."""
    document = parse(print_schema(schema), no_location=True)
    own = [_marked(one) for one in document.definitions if not _is_machinery(one)]
    return f"{_LINK}\n\n{print_ast(replace(document, definitions=tuple(own)))}\n"


def _is_machinery(one: DefinitionNode | FieldDefinitionNode) -> bool:
    """Say whether it is Federation's own, or a directive, which no router sends on."""
    if isinstance(one, TypeDefinitionNode | FieldDefinitionNode):
        return one.name.value.startswith("_")
    return isinstance(one, DirectiveDefinitionNode)


def _marked(one: DefinitionNode) -> DefinitionNode:
    if not isinstance(one, ObjectTypeDefinitionNode):
        return one
    own = tuple(field for field in one.fields or () if not _is_machinery(field))
    name = one.name.value
    said = f'@key(fields: "{KEYS[name]}")' if name in KEYS else ""
    said += " @shareable" if name in SHARED else ""
    return replace(one, fields=own, directives=_directives(said))


def _directives(text: str) -> tuple[ConstDirectiveNode, ...]:
    (definition,) = parse(f"scalar S {text}", no_location=True).definitions
    return tuple(definition.directives or ())  # type: ignore[attr-defined]
