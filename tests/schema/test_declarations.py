from enum import Enum

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
)

from schema.build import build
from schema.code_list import code_list, term_of
from schema.declaration import FieldDeclaration, RecordDeclaration
from schema.record_type import RecordType
from schema.records import RECORDS, TYPES
from schema.records.penalty import PenaltyCategory
from schema.registration import Registration
from schema.visibility import Audience

FIELDS = [
    pytest.param(declared, field, id=f"{kind.value}.{field.name}")
    for kind, declared in RECORDS.items()
    for field in declared.fields.values()
]


@pytest.mark.parametrize(("declared", "field"), FIELDS)
def test_every_field_has_a_term_a_rule_and_a_kind(
    declared: RecordDeclaration, field: FieldDeclaration
) -> None:
    assert field.term
    assert field.rule
    assert declared.rule
    assert (field.kind in {"enum", "enum_list"}) == (field.enum is not None)
    assert (field.kind == "object_list") == bool(field.inner)


def test_every_record_type_is_declared_once() -> None:
    assert set(RECORDS) == set(RecordType)
    assert len({declared.graphql_type for declared in RECORDS.values()}) == 20
    assert len(TYPES) == 19


@pytest.mark.parametrize("kind", RecordType)
def test_what_a_declaration_names_is_a_field(kind: RecordType) -> None:
    declared = RECORDS[kind]
    attributes = {field.attribute for field in declared.fields.values()}
    named = [*declared.occurred, declared.expires, declared.amount, declared.number]
    assert {name for name in named if name} <= attributes


@pytest.mark.parametrize("kind", RecordType)
def test_the_term_of_a_type_is_that_of_its_declaration(kind: RecordType) -> None:
    assert term_of(kind) == RECORDS[kind].term


@pytest.mark.parametrize("audience", Audience)
def test_everything_in_the_schema_is_described(audience: Audience) -> None:
    bare = []
    for name, kind in build(audience).type_map.items():
        if name.startswith("__"):
            continue
        if not kind.description and name not in {"String", "Int", "Float", "Boolean"}:
            bare.append(name)
        if isinstance(kind, GraphQLEnumType):
            parts = kind.values
        elif isinstance(
            kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType
        ):
            parts = kind.fields
        else:
            continue
        bare += [f"{name}.{part}" for part, it in parts.items() if not it.description]
    assert bare == []


def test_a_code_list_needs_a_term_for_each_value() -> None:
    class Colour(Enum):
        RED = "RED"
        BLUE = "BLUE"

    with pytest.raises(ValueError, match="BLUE"):
        code_list("颜色", RED="红")(Colour)
    assert term_of(PenaltyCategory.FINE) == "罚款"


def test_the_core_holds_what_the_public_sees_of_a_registration() -> None:
    held = set(Registration.__dataclass_fields__)
    public = {
        field.attribute
        for field in RECORDS[RecordType.REGISTRATION].fields.values()
        if field.visibility.public
    }
    kept_elsewhere = {"region_code", "registration_authority_code"}
    assert public - kept_elsewhere <= held
