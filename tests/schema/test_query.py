from datetime import date, datetime
from decimal import Decimal
from typing import Any

import orjson
import pytest
from graphql import ExecutionResult, GraphQLError, parse, validate

from gateway.bindings import NATIVES, bind_schema
from gateway.engine import Engine, LeafTypes, Request, prepare
from schema.build import build
from schema.errors import RequestError
from schema.filters import RecordOrder, RecordQuery
from schema.record_type import RecordType
from schema.records.penalty import PenaltyCategory
from schema.scalars import write_decimal
from schema.visibility import Audience
from tests.schema.questions import FakeQuestions
from tests.schema.samples import ORGANISATION, enterprise, record

pytestmark = pytest.mark.anyio
Refusal = tuple[dict[str, Any], str]
SCHEMA = bind_schema(build(Audience.GOVERNMENT))
ENGINE = Engine(SCHEMA, LeafTypes(NATIVES))
USCC = f'"{ORGANISATION}"'


async def ask(
    query: str, questions: FakeQuestions, **variables: object
) -> ExecutionResult:
    document = parse(query)
    faults = validate(SCHEMA, document)
    if faults:
        return ExecutionResult(None, faults)
    result = await ENGINE.execute(
        Request(prepare(document), variables, context=questions)
    )
    data = orjson.loads(orjson.dumps(result.data, write_decimal))
    return ExecutionResult(data, result.errors)


async def refusal(query: str, questions: FakeQuestions | None = None) -> Refusal:
    """Give code, argument and words of the one error that a query meets."""
    result = await ask(query, questions or FakeQuestions())
    assert result.errors is not None
    assert len(result.errors) == 1
    error: BaseException | None = result.errors[0]
    while isinstance(error, GraphQLError):
        error = error.original_error
    assert isinstance(error, RequestError)
    return dict(error.extensions), str(error)


@pytest.mark.parametrize(
    "arguments", ["", f'uscc: {USCC}, name: "a"', 'registrationNumber: "1", name: "a"']
)
async def test_an_enterprise_is_asked_for_by_exactly_one_key(arguments: str) -> None:
    query = f"{{ enterprise{f'({arguments})' if arguments else ''} {{ name }} }}"
    extensions, words = await refusal(query)
    assert extensions["code"] == "BAD_USER_INPUT"
    assert "恰好" in words
    for argument in ["name"] if arguments else ["uscc", "registrationNumber", "name"]:
        assert argument in extensions["argument"]


async def test_an_unknown_enterprise_is_null() -> None:
    result = await ask(f"{{ enterprise(uscc: {USCC}) {{ name }} }}", FakeQuestions())
    assert result == ExecutionResult({"enterprise": None}, None)


async def test_an_ambiguous_name_lists_the_candidates() -> None:
    both = [enterprise(name="同名"), enterprise("91440300708461136T", name="同名")]
    extensions, words = await refusal(
        '{ enterprise(name: "同名") { uscc } }', FakeQuestions(both)
    )
    assert extensions["code"] == "AMBIGUOUS_NAME"
    assert extensions["candidates"] == [
        {"uscc": ORGANISATION, "name": "同名"},
        {"uscc": "91440300708461136T", "name": "同名"},
    ]
    assert ORGANISATION in words


async def test_a_day_in_the_past_reaches_the_core() -> None:
    questions = FakeQuestions()
    await ask(
        f'{{ enterprise(uscc: {USCC}, asOf: "2016-06-30T23:59:59+08:00") {{name}} }}',
        questions,
    )
    [(uscc, as_of)] = questions.asked
    assert uscc == ORGANISATION
    assert as_of == datetime.fromisoformat("2016-06-30T23:59:59+08:00")


@pytest.mark.parametrize("first", [-1, 1001])
@pytest.mark.parametrize(
    "query",
    [
        "{ enterprises(first: %d) { totalCount } }",
        '{ search(text: "a", first: %d) { totalCount } }',
        "{ records(recordType: PENALTY, first: %d) { totalCount } }",
        "{ unresolvedRecords(first: %d) { totalCount } }",
        f"{{ enterprise(uscc: {USCC}) {{ penalties(first: %d) {{ totalCount }} }} }}",
        f"{{ enterprise(uscc: {USCC}) {{ archive(first: %d) {{ totalCount }} }} }}",
        f"{{ enterprise(uscc: {USCC}) {{ branches(first: %d) {{ totalCount }} }} }}",
    ],
)
async def test_a_page_has_a_limit(query: str, first: int) -> None:
    extensions, words = await refusal(query % first, FakeQuestions([enterprise()]))
    assert extensions == {"code": "BAD_USER_INPUT", "argument": "first"}
    assert "1000" in words


@pytest.mark.parametrize("cursor", ["???", "bm9uc2Vuc2U", "WzFd", "W10"])
async def test_a_broken_cursor_is_refused(cursor: str) -> None:
    extensions, _ = await refusal(
        f'{{ enterprise(uscc: {USCC}) {{ penalties(after: "{cursor}") '
        "{ totalCount } } }",
        FakeQuestions([enterprise()], [record(RecordType.PENALTY)]),
    )
    assert extensions == {"code": "BAD_USER_INPUT", "argument": "after"}


@pytest.mark.parametrize(
    ("literal", "words"),
    [
        ('uscc: "91632801310978477X"', "校验位应为 P"),
        ('uscc: "916328"', "18 位"),
        ('name: "a", asOf: "2016-06-30"', "时区"),
    ],
)
async def test_a_wrong_literal_is_refused_in_words(literal: str, words: str) -> None:
    result = await ask(f"{{ enterprise({literal}) {{ name }} }}", FakeQuestions())
    assert result.errors is not None
    assert words in result.errors[0].message


async def test_a_list_tells_what_it_holds_and_who_was_heard() -> None:
    penalty = record(
        RecordType.PENALTY,
        fine=Decimal("20000.000000"),
        categories=[PenaltyCategory.FINE, PenaltyCategory.CONFISCATION],
    )
    questions = FakeQuestions([enterprise()], [penalty, penalty])
    result = await ask(
        """query ($uscc: USCC!, $page: Int) { enterprise(uscc: $uscc) {
             name status region { code } industry { name }
             penalties(where: {from: "2016-01-01", departments: ["QH-EPD"]},
                       first: $page) {
               totalCount pageInfo { hasNextPage endCursor }
               edges { cursor } nodes { __typename fine categories decidedOn
                 enterprise { uscc } provenance { department { code } outcome } }
               completeness { status sources { outcome records latencyMs } } } } }""",
        questions,
        uscc=ORGANISATION.lower(),
        page=1,
    )
    assert result.errors is None
    assert result.data is not None
    found = result.data["enterprise"]["penalties"]
    assert found["nodes"] == [
        {
            "__typename": "Penalty",
            "fine": "20000",
            "categories": ["FINE", "CONFISCATION"],
            "decidedOn": "2016-03-01",
            "enterprise": {"uscc": ORGANISATION},
            "provenance": {"department": {"code": "QH-EPD"}, "outcome": "LIVE"},
        }
    ]
    assert found["totalCount"] is None
    assert found["pageInfo"]["hasNextPage"] is True
    assert found["edges"] == [{"cursor": found["pageInfo"]["endCursor"]}]
    assert found["completeness"] == {
        "status": "PARTIAL",
        "sources": [{"outcome": "LIVE", "records": 1, "latencyMs": 1.5}],
    }
    _, (_, kind, query) = questions.asked
    assert kind is RecordType.PENALTY
    assert isinstance(query, RecordQuery)
    assert query.where is not None
    assert query.where.from_ == date(2016, 1, 1)
    assert query.where.include_predecessors is False


async def test_null_reads_as_not_given() -> None:
    questions = FakeQuestions([enterprise()])
    result = await ask(
        """{ enterprises(first: null, orderBy: null, where: {has: [
               {recordType: LICENCE, min: null, none: null, inForce: null}]})
             { nodes { uscc } } }""",
        questions,
    )
    assert result.errors is None
    [(where, order_by, first, after, as_of)] = questions.asked
    condition = where.has[0]  # type: ignore[attr-defined]
    assert (condition.min, condition.none) == (1, False)
    assert (order_by, first, after, as_of) == ((), 20, None, None)


async def test_records_are_records_of_their_type() -> None:
    questions = FakeQuestions(held=[record(RecordType.JUDICIAL_ASSISTANCE)])
    result = await ask(
        """{ records(recordType: JUDICIAL_ASSISTANCE, orderBy: AMOUNT_DESC) {
               nodes { recordType ... on JudicialAssistance { kind court } } } }""",
        questions,
    )
    assert result.data == {
        "records": {
            "nodes": [
                {
                    "recordType": "JUDICIAL_ASSISTANCE",
                    "kind": "EQUITY_FREEZE",
                    "court": "青海省高级人民法院",
                }
            ]
        }
    }
    assert questions.asked[0][3] is RecordOrder.AMOUNT_DESC


async def test_annual_reports_are_asked_for_by_year() -> None:
    questions = FakeQuestions([enterprise()])
    await ask(
        f"{{ enterprise(uscc: {USCC}) {{ annualReports(years: [2015]) "
        "{ totalCount } } }",
        questions,
    )
    _, (_, _, query) = questions.asked
    assert isinstance(query, RecordQuery)
    assert query.years == (2015,)


@pytest.mark.parametrize(
    ("query", "argument"),
    [
        ('{ check(usccs: [], purpose: " ") { found } }', "purpose"),
        ("{ enterpriseStatistics(groupBy: []) { count } }", "groupBy"),
        (
            "{ recordStatistics(recordType: PENALTY, groupBy: []) "
            "{ groups { count } } }",
            "groupBy",
        ),
        ('{ unresolvedRecords(department: "QH-XX") { totalCount } }', "department"),
        ('{ enterprises(where: {industrySection: "Z"}) { totalCount } }', "industry"),
        (
            "{ enterprises(where: {has: [{recordType: PENALTY, min: 0}]}) "
            "{ totalCount } }",
            "min",
        ),
    ],
)
async def test_what_makes_no_sense_is_refused(query: str, argument: str) -> None:
    extensions, _ = await refusal(query)
    assert extensions["code"] == "BAD_USER_INPUT"
    assert extensions["argument"].startswith(argument)


async def test_a_check_takes_a_thousand_codes_each_once() -> None:
    questions = FakeQuestions()
    codes = [ORGANISATION] * 1000
    query = 'query ($codes: [USCC!]!) { check(usccs: $codes, purpose: "评优") {found} }'
    assert (await ask(query, questions, codes=codes)).errors is None
    assert questions.asked == [((ORGANISATION,), "评优")]
    result = await ask(query, questions, codes=[*codes, ORGANISATION])
    assert result.errors is not None
    assert "1000" in result.errors[0].message


async def test_a_department_is_found_by_code() -> None:
    query = """{ department(code: "QH-EPD") { name sourceKind succeededBy { code }
                   contribution { records complete publishedLate7 } }
                 none: department(code: "QH-XX") { name } }"""
    result = await ask(query, FakeQuestions())
    assert result.data == {
        "department": {
            "name": "青海省环境保护厅",
            "sourceKind": "rest",
            "succeededBy": [],
            "contribution": {
                "records": None,
                "complete": False,
                "publishedLate7": None,
            },
        },
        "none": None,
    }
