"""Bad input gets a clear error with a code, and the argument by name."""

from typing import Any

import pytest

from tests.acceptance.conftest import Demo


def error_of(demo: Demo, query: str, **variables: object) -> dict[str, Any]:
    errors = demo.ask(query, variables)["errors"]
    found: dict[str, Any] = errors[0]
    return found


@pytest.mark.parametrize(
    ("query", "argument"),
    [
        ('{ enterprise(uscc: "91630102QH9500002R") { name } }', "uscc"),
        ('{ enterprise(uscc: "x") { name } }', "uscc"),
        ('{ enterprises(where: {region: "44"}) { totalCount } }', "where.region"),
        ("{ enterprises(first: 1001) { totalCount } }", "first"),
        ("{ enterprises(first: -1) { totalCount } }", "first"),
        ('{ enterprises(after: "rubbish") { totalCount } }', "after"),
        ('{ search(text: "  ") { totalCount } }', "text"),
        ('{ search(text: "青海", after: "!!") { totalCount } }', "after"),
        ("{ enterprise { name } }", "uscc, registrationNumber, name"),
        ('{ enterprise(name: "a", registrationNumber: "1") { name } }', "name"),
        ('{ unresolvedRecords(department: "QH-XXX") { totalCount } }', "department"),
        ('{ check(usccs: [], purpose: " ") { clear } }', "purpose"),
        (
            "{ enterprises(where: { or: [{ has: [{ recordType: PENALTY }] }] }) "
            "{ totalCount } }",
            "where.or.has",
        ),
        (
            "{ enterpriseStatistics(where: { has: [{ recordType: PENALTY }] }, "
            "groupBy: [REGION]) { count } }",
            "where.has",
        ),
        (
            "{ recordStatistics(recordType: PENALTY, groupBy: [YEAR], "
            "where: { has: [{ recordType: PENALTY }] }) { groups { count } } }",
            "where.has",
        ),
        (
            "{ records(recordType: PENALTY, "
            "enterprises: { has: [{ recordType: PENALTY }] }) { totalCount } }",
            "enterprises.has",
        ),
        ('{ enterpriseStatistics(groupBy: [TYPE]) { sum(field: "fine") } }', "field"),
    ],
)
def test_the_argument_is_named(demo: Demo, query: str, argument: str):
    error = error_of(demo, query)
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert argument in error["extensions"]["argument"]
    assert error["message"]


def test_a_variable_is_named(demo: Demo):
    error = error_of(
        demo,
        "query($u: USCC) { enterprise(uscc: $u) { name } }",
        u="91630102QH9500002R",
    )
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": "$u"}
    assert "校验位" in error["message"]


def test_a_sum_of_what_is_no_money_names_what_is(demo: Demo):
    error = error_of(
        demo,
        "{ recordStatistics(recordType: PENALTY, groupBy: [YEAR]) "
        '{ groups { sum(field: "nonsense") } } }',
    )
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": "field"}
    assert "nonsense" in error["message"]
    assert "fine" in error["message"]


def test_an_unknown_department_in_a_filter(demo: Demo):
    error = error_of(
        demo,
        "query($u: USCC) { enterprise(uscc: $u) { penalties(where: "
        '{departments: ["QH-XXX"]}) { totalCount } } }',
        u=demo.stories["everything"],
    )
    assert error["extensions"]["argument"] == "departments"


def test_an_ambiguous_name_lists_its_bearers(demo: Demo):
    error = error_of(
        demo,
        "query($n: String) { enterprise(name: $n) { uscc } }",
        n=demo.stories["ambiguous_name"],
    )
    assert error["extensions"]["code"] == "AMBIGUOUS_NAME"
    assert len(error["extensions"]["candidates"]) == 2


def nested(levels: int) -> str:
    query = "name"
    for _ in range(levels):
        query = f"succeededBy {{ {query} }}"
    return f"{{ departments {{ {query} }} }}"


VALIDATION = "GRAPHQL_VALIDATION_FAILED"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ enterprise(", "GRAPHQL_PARSE_FAILED"),
        ("{ nonsense }", VALIDATION),
        (nested(20), "LIMIT_EXCEEDED"),
        (nested(1000), "LIMIT_EXCEEDED"),
        ("{ " + "viewer { roles } " * 4000 + "}", "LIMIT_EXCEEDED"),
        ("{ viewer { roles " + "@skip(if: true) " * 70_000 + "} }", "LIMIT_EXCEEDED"),
        ("{ " + "...f " * 9 + "} fragment f on Query { ...f }", VALIDATION),
    ],
)
def test_documents_that_are_not_executed(demo: Demo, query: str, code: str):
    result = demo.ask(query)
    assert "data" not in result
    assert result["errors"][0]["extensions"]["code"] == code


def test_an_unknown_enterprise_is_null_without_an_error(demo: Demo):
    result = demo.ask(
        '{ a: enterprise(uscc: "91350100M000100Y43") { name } '
        'b: enterprise(name: "没有这家企业") { name } '
        'c: enterprise(registrationNumber: "1") { name } }'
    )
    assert "errors" not in result
    assert result["data"] == {"a": None, "b": None, "c": None}


def test_a_check_never_calls_the_unknown_clear(demo: Demo):
    data = demo.data_of(
        'query($l: [USCC!]!) { check(usccs: $l, purpose: "工程招投标") { uscc found '
        "clear findings { recordType } completeness { status } } }",
        {
            "l": [
                demo.stories["none"],
                demo.stories["everything"],
                "91350100M000100Y43",
            ]
        },
    )["check"]
    clean, fined, unknown = data
    assert (clean["found"], clean["clear"]) == (True, True)
    assert fined["clear"] is False
    assert {f["recordType"] for f in fined["findings"]} >= {"PENALTY"}
    assert (unknown["found"], unknown["clear"]) == (False, None)
