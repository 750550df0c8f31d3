import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    introspection_from_schema,
    parse,
    validate,
)

from schema.build import build, main, sdl, snapshot, unrecorded
from schema.declaration import AUDIENCE
from schema.record_type import RecordType
from schema.records import RECORDS, TYPES
from schema.visibility import Audience, Visibility

GOVERNMENT_TYPES = [
    "TaxCredit",
    "TaxCreditConnection",
    "TaxGrade",
    "Conflict",
    "CreditCheck",
    "UnresolvedRecord",
    "StatisticsGroup",
    "RecordStatistics",
    "EnterpriseOrder",
    "EnterpriseDimension",
    "RecordDimension",
    "PenaltyProcedure",
    "PenaltyPerformance",
    "Viewer",
    "JSON",
    "Subscription",
    "RecordChange",
    "ChangeKind",
]


@pytest.fixture(scope="module")
def public() -> GraphQLSchema:
    return build(Audience.PUBLIC)


def names(schema: GraphQLSchema, type_name: str) -> set[str]:
    kind = schema.type_map[type_name]
    assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
    return set(kind.fields)


@pytest.mark.parametrize("audience", Audience)
def test_the_schema_is_as_recorded(audience: Audience) -> None:
    recorded = snapshot(audience).read_text(encoding="utf-8")
    changes = unrecorded(recorded, sdl(audience))
    assert not changes, "\n".join([*changes, "record: python -m schema.build --write"])


@pytest.mark.parametrize("audience", Audience)
def test_the_recorded_schema_can_be_read(audience: Audience) -> None:
    recorded = build_schema(snapshot(audience).read_text(encoding="utf-8"))
    assert "Enterprise" in recorded.type_map


def test_breaking_changes_are_named() -> None:
    before = "type Query { name: String age: String }"
    assert unrecorded(before, "type Query { name: String! }") == [
        "BREAKING Field Query.age was removed."
    ]
    assert unrecorded(before, before + " scalar Date") == ["no breaking change"]
    assert unrecorded(before, before) == []


def test_the_command_finds_nothing_unrecorded(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", GOVERNMENT_TYPES)
def test_government_types_are_not_public(public: GraphQLSchema, name: str) -> None:
    assert name not in public.type_map
    assert f"'{name}'" not in str(introspection_from_schema(public))


@pytest.mark.parametrize("cls", TYPES)
def test_government_fields_are_not_public(public: GraphQLSchema, cls: type) -> None:
    declared = next(d for d in RECORDS.values() if d.graphql_type is cls)
    if not declared.public:
        assert declared.english not in public.type_map
        return
    fields = names(public, declared.english)
    hidden = {
        field.name
        for field in declared.fields.values()
        if field.visibility is Visibility.GOVERNMENT
    }
    shown = {field.name for field in declared.fields.values()} - hidden
    assert not fields & hidden
    assert shown <= fields


def test_no_marked_field_anywhere_is_public(public: GraphQLSchema) -> None:
    government = build(Audience.GOVERNMENT)
    for name, kind in government.type_map.items():
        definition = (kind.extensions or {}).get("strawberry-definition")
        for field in getattr(definition, "fields", ()):
            if AUDIENCE in (field.metadata or {}) and name in public.type_map:
                camel = field.graphql_name or field.python_name
                assert camel not in names(public, name)


@pytest.mark.parametrize(
    "query",
    [
        "{ enterprises { nodes { name } } }",
        '{ enterprise(name: "a") { contactPhone } }',
        '{ enterprise(name: "a") { legalRepresentativeRef } }',
        '{ enterprise(name: "a") { taxCredit { totalCount } } }',
        '{ enterprise(name: "a") { penalties { nodes { procedure } } } }',
        '{ enterprise(name: "a") { archive(recordTypes: [TAX_CREDIT]) {totalCount} } }',
        "{ records(recordType: TAX_CREDIT) { totalCount } }",
        "{ records(recordType: PENALTY, enterprises: "
        "{has: [{recordType: TAX_CREDIT}]}) { totalCount } }",
        "{ departments { sourceKind } }",
        '{ check(usccs: [], purpose: "评优") { clear } }',
        "{ viewer { roles } }",
        "subscription { recordChanges { at } }",
    ],
)
def test_the_public_schema_refuses_government_questions(
    public: GraphQLSchema, query: str
) -> None:
    assert validate(build(Audience.GOVERNMENT), parse(query)) == []
    assert validate(public, parse(query))


@pytest.mark.parametrize("audience", Audience)
def test_registration_is_no_record_type_of_the_graph(audience: Audience) -> None:
    kind = build(audience).type_map["RecordType"]
    assert isinstance(kind, GraphQLEnumType)
    assert RecordType.REGISTRATION.name not in kind.values
