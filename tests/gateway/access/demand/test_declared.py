"""What our own schemas cost, and how many calls to departments they may cause."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pytest
from graphql import GraphQLObjectType, build_schema, is_list_type, is_object_type, parse
from graphql.type import get_named_type, get_nullable_type

from adapters.contract import Capabilities, SourceRecord
from gateway.access.demand.annotated import annotated
from gateway.access.demand.cost import (
    LISTING,
    Actual,
    Costing,
    Estimate,
    actual_of,
    told,
)
from gateway.access.demand.declared import asking_of, batches_of, weights_of
from gateway.access.demand.weights import read_weights
from gateway.directory import shown
from gateway.engine import prepare
from gateway.loading.answers import Answer, Note, SourceCall
from gateway.loading.shaping import ARCHIVED
from gateway.settings import SHANGHAI
from gateway.supervision.checks import AGAINST
from schema.build import build
from schema.departments import SourceOutcome
from schema.record_type import RecordType
from schema.visibility import Audience
from tests.gateway.access.demand.shop import bare, shop

CANDIDATES: Final = 5_000
BATCHES: Final = {kind: {"A": 200, "B": 1, "C": 1_000} for kind in RecordType}
SCHEMAS: Final = {audience: build(audience) for audience in Audience}


def costing(audience: Audience = Audience.GOVERNMENT) -> Costing:
    schema = SCHEMAS[audience]
    kinds = [kind for kind in RecordType if shown(kind, audience)]
    return Costing(
        schema, weights_of(schema), asking_of(schema, kinds, CANDIDATES), BATCHES
    )


def estimate(text: str, **variables: object) -> Estimate:
    return costing().estimate(prepare(parse(text)), None, variables)


def calls(enterprises: int, departments: Iterable[str] = "ABC") -> int:
    batches = [BATCHES[RecordType.PENALTY][code] for code in departments]
    return sum(-(-enterprises // batch) for batch in batches)


LIST = "penalties{nodes{id}}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{departments{name}}", 0),
        ('{enterprise(name: "A"){name}}', 0),
        (f'{{enterprise(name: "A"){{{LIST}}}}}', calls(1)),
        (f"{{enterprises(first: 300){{nodes{{{LIST}}}}}}}", calls(300)),
        (f'{{search(text: "A"){{edges{{node{{{LIST}}}}}}}}}', calls(10)),
        (f'{{enterprise(name: "A"){{a: {LIST} b: {LIST}}}}}', calls(1)),
        (
            '{enterprise(name: "A"){a: penalties(where: {departments: "B"})'
            '{totalCount} b: penalties(where: {departments: ["A", "X"]}){totalCount}}}',
            calls(1, "AB"),
        ),
        ('{enterprise(name: "A"){archive{totalCount}}}', len(ARCHIVED) * calls(1)),
        (
            '{enterprise(name: "A"){archive(recordTypes: [PENALTY]){totalCount}}}',
            calls(1),
        ),
        ('{check(usccs: ["A", "B"], purpose: "x"){clear}}', len(AGAINST) * calls(2)),
        (
            "{enterprises(where: {has: [{recordType: PENALTY}]}){totalCount}}",
            calls(CANDIDATES),
        ),
        ("{records(recordType: PENALTY){totalCount}}", 3 * LISTING),
        (
            "{records(recordType: PENALTY, enterprises: {has: {recordType: LICENCE}})"
            "{totalCount}}",
            3 * LISTING + calls(CANDIDATES),
        ),
        (
            "{recordStatistics(recordType: PENALTY, groupBy: YEAR){groups{count}}}",
            3 * LISTING,
        ),
    ],
)
def test_calls_to_departments(text: str, expected: int):
    assert estimate(text).source_calls == expected


def test_departments_and_conditions_in_variables():
    text = (
        "query($w: RecordFilter, $e: EnterpriseFilter) "
        "{enterprises(where: $e, first: 3){nodes{penalties(where: $w){totalCount}}}}"
    )
    assert estimate(text).source_calls == calls(3)
    one = {"departments": ["B"]}
    assert estimate(text, w=one).source_calls == calls(3, "B")
    all_ = one | {"includePredecessors": True}
    assert estimate(text, w=all_).source_calls == calls(3)
    conditions = {"has": [{"recordType": "PENALTY", "departments": ["A"]}]}
    asked = calls(3) + calls(CANDIDATES, "A")
    assert estimate(text, e=conditions).source_calls == asked


def test_nonsense_in_variables_is_harmless():
    text = "query($w: EnterpriseFilter) {enterprises(where: $w){totalCount}}"
    nonsense: list[object] = [[], "x", {"has": 3}, {"has": [[]]}]
    for wrong in (*nonsense, {"has": {"recordType": {}}}):
        assert estimate(text, w=wrong).source_calls == 0


def test_what_is_kept_of_variables_is_small():
    text = """query($w: RecordFilter, $e: EnterpriseFilter) {
      enterprises(where: $e, first: 3){nodes{penalties(where: $w){totalCount}}}}"""
    many = {"departments": [f"X{n}" for n in range(1_000)]}
    assert estimate(text, w=many).source_calls == calls(3)
    long = {"departments": ["X" * 10_000, "A"]}
    assert estimate(text, w=long).source_calls == calls(3, "A")
    has = [{"recordType": "PENALTY", "departments": [f"X{n}"]} for n in range(1_000)]
    asked = calls(3) + calls(CANDIDATES)
    assert estimate(text, e={"has": has}).source_calls == asked


def test_codes_of_enterprises_are_counted():
    assert estimate('{check(usccs: ["A", "B"], purpose: "x"){clear}}').batch == 2
    text = "query($w: EnterpriseFilter) {enterprises(where: $w){totalCount}}"
    deep: dict[str, object] = {"usccIn": ["A"] * 7}
    for _ in range(2_000):
        deep = {"not": deep}
    assert estimate(text, w={"and": [{"usccIn": ["A"]}, deep]}).batch == 7
    assert estimate(text).batch == 0


def test_pages_multiply():
    text = """query($n: Int) {enterprises(first: $n){nodes{
      penalties(first: 10){nodes{id}}}}}"""
    assert estimate(text, n=1_000).cost == 1 + 5 + 1 + 1 + 1_000 * (1 + 2 + 1 + 10)
    assert estimate(text).cost == 1 + 5 + 1 + 1 + 20 * (1 + 2 + 1 + 10)


@pytest.mark.parametrize("audience", Audience)
def test_clients_read_what_costs_are_made_of(audience: Audience):
    schema = SCHEMAS[audience]
    text = annotated(schema, weights_of(schema))
    assert read_weights(build_schema(text)) == weights_of(schema)
    line = next(one for one in text.splitlines() if " penalties(" in one)
    assert line.endswith(
        '@listSize(assumedSize: 20, slicingArguments: ["first"], '
        'sizedFields: ["nodes", "edges"], requireOneSlicingArgument: false)'
    )


def test_weights_that_are_written_are_read_again():
    weights = read_weights(shop())
    assert read_weights(build_schema(annotated(bare(), weights))) == weights


@pytest.mark.parametrize("audience", Audience)
def test_every_list_of_objects_at_the_root_is_sized(audience: Audience):
    schema = SCHEMAS[audience]
    lists = weights_of(schema).lists
    root = schema.query_type
    assert root is not None
    for name, field in root.fields.items():
        kind = get_named_type(field.type)
        paged = isinstance(kind, GraphQLObjectType) and "pageInfo" in kind.fields
        many = is_list_type(get_nullable_type(field.type)) and is_object_type(kind)
        if paged or many:
            assert f"Query.{name}" in lists, name


def test_every_list_of_records_asks():
    asking = asking_of(SCHEMAS[Audience.GOVERNMENT], RecordType, CANDIDATES)
    fields = SCHEMAS[Audience.GOVERNMENT].type_map["Enterprise"]
    assert isinstance(fields, GraphQLObjectType)
    paged = {
        f"Enterprise.{n}" for n, one in fields.fields.items() if "first" in one.args
    }
    assert paged <= asking.keys()


def test_the_public_asks_for_what_it_sees():
    text = '{enterprise(name: "A"){archive{totalCount}}}'
    public = costing(Audience.PUBLIC).estimate(prepare(parse(text)), None, {})
    assert 0 < public.source_calls < estimate(text).source_calls


@dataclass(frozen=True)
class Department:
    record_types: frozenset[RecordType]
    capabilities: Capabilities


def test_batches_are_those_that_departments_declare():
    both = frozenset({RecordType.PENALTY, RecordType.ANNUAL_REPORT})
    found = batches_of(
        {
            "A": Department(both, Capabilities(batch=50)),
            "B": Department(frozenset({RecordType.PENALTY}), Capabilities()),
        }
    )
    assert found == {RecordType.PENALTY: {"A": 50, "B": 200}}


def test_what_it_did_cost():
    record = SourceRecord(
        RecordType.PENALTY, "1", (), {}, datetime(2016, 1, 1, tzinfo=SHANGHAI)
    )
    given = Answer("A", SourceOutcome.LIVE, [record, record])
    nothing = Answer("B", SourceOutcome.TIMED_OUT)
    note = Note()
    assert actual_of(note) == Actual(1, 0, 0, 0)
    note(SourceCall("A", RecordType.PENALTY, [given, nothing, nothing], 3, 1.0))
    note(SourceCall("B", RecordType.PENALTY, [nothing, nothing], None, 1.0))
    note(SourceCall("C", RecordType.LICENCE, [given], 4, 1.0, listing=True))
    assert actual_of(note) == Actual(1 + 3 + 4, 7, 3, 4)
    assert told(estimate("{departments{name}}"), note) == {
        "estimated": {"cost": 62, "sourceCalls": 0},
        "actual": {"cost": 8, "sourceCalls": 7, "enterprises": 3, "records": 4},
    }
