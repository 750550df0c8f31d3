"""Requirements are read from the directive and the header, or refused by name."""

from datetime import timedelta

import pytest
from graphql import OperationDefinitionNode, parse, validate
from hypothesis import given, strategies as st

from gateway.graphql_over_http import RequestRefused
from gateway.requiring import Age, Requirement, Requirements, read_age
from schema.build import build
from schema.departments import CompletenessStatus
from schema.errors import BadInput
from schema.record_type import RecordType
from schema.visibility import Audience

GOVERNMENT, PUBLIC = build(Audience.GOVERNMENT), build(Audience.PUBLIC)
PARTIAL = CompletenessStatus.PARTIAL
DAY = Age(timedelta(days=1), "24h")
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


def required(
    text: str, header: str | None = None, **variables: object
) -> Requirement | None:
    document = parse(text)
    assert not validate(GOVERNMENT, document)
    (operation,) = document.definitions
    assert isinstance(operation, OperationDefinitionNode)
    return Requirements(GOVERNMENT).of(operation, variables, header)


def test_nothing_is_required_unless_it_is_said():
    assert required("{ __typename }") is None


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("", Requirement()),
        ('(maxAge: "24h")', Requirement(max_age=DAY)),
        ("(maxAge: null, noStale: null)", Requirement()),
        (
            "(completeness: PARTIAL, noStale: [PENALTY])",
            Requirement(PARTIAL, None, frozenset({RecordType.PENALTY})),
        ),
    ],
)
def test_by_the_directive(arguments: str, expected: Requirement):
    assert required(f"query @require{arguments} {{ __typename }}") == expected


def test_by_variables():
    text = (
        "query($c: CompletenessStatus! = PARTIAL, $a: String) "
        "@require(completeness: $c, maxAge: $a) { __typename }"
    )
    assert required(text) == Requirement(PARTIAL)
    assert required(text, a="24h", c="COMPLETE") == Requirement(max_age=DAY)
    assert required(text, c="HALF") is None, "whoever executes refuses the variables"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("completeness=COMPLETE", Requirement()),
        (" maxAge = 24h ", Requirement(max_age=DAY)),
        (
            "completeness=PARTIAL; maxAge=24h;noStale=PENALTY, LICENCE",
            Requirement(
                PARTIAL, DAY, frozenset({RecordType.PENALTY, RecordType.LICENCE})
            ),
        ),
    ],
)
def test_by_the_header(header: str, expected: Requirement):
    assert required("{ __typename }", header) == expected


def test_by_both_both_must_hold():
    query = (
        'query @require(completeness: PARTIAL, maxAge: "2d", noStale: [PENALTY]) '
        "{ __typename }"
    )
    both = required(query, "completeness=COMPLETE; maxAge=24h; noStale=LICENCE")
    assert both == Requirement(
        max_age=DAY, no_stale=frozenset({RecordType.PENALTY, RecordType.LICENCE})
    )
    assert both.told() == {
        "completeness": "COMPLETE",
        "maxAge": "24h",
        "noStale": ["LICENCE", "PENALTY"],
    }
    mine = required(query, "completeness=UNAVAILABLE; maxAge=7d")
    assert mine == Requirement(
        PARTIAL, Age(timedelta(days=2), "2d"), frozenset({RecordType.PENALTY})
    )


@pytest.mark.parametrize(
    ("header", "named"),
    [
        ("", "X-Creditnet-Require"),
        ("completeness", "completeness"),
        ("completeness=complete", "completeness"),
        ("completeness=COMPLETE;", "noStale"),
        ("maxage=24h", "maxage"),
        ("maxAge=24h; maxAge=1h", "maxAge"),
        ("maxAge=", "maxAge"),
        ("noStale=", "noStale"),
        ("noStale=PENALTY,PARKING", "PARKING"),
        ("noStale=REGISTRATION", "REGISTRATION"),
    ],
)
def test_a_header_that_is_not_understood_is_refused(header: str, named: str):
    with pytest.raises(RequestRefused, match=named) as refusal:
        required("{ __typename }", header)
    assert refusal.value.status == 400
    assert refusal.value.code == "BAD_USER_INPUT"


def test_the_public_knows_its_own_record_types_only():
    query = "query @require(noStale: [TAX_CREDIT]) { __typename }"
    assert not validate(GOVERNMENT, parse(query))
    assert validate(PUBLIC, parse(query))
    (operation,) = parse("{ __typename }").definitions
    assert isinstance(operation, OperationDefinitionNode)
    with pytest.raises(RequestRefused, match="TAX_CREDIT"):
        Requirements(PUBLIC).of(operation, {}, "noStale=TAX_CREDIT")


@given(st.integers(1, 999_999), st.sampled_from(sorted(UNITS)))
def test_ages(number: int, unit: str):
    age = read_age(f"{number}{unit}")
    assert age.length.total_seconds() == number * UNITS[unit]


@given(st.text(max_size=9))
def test_what_is_no_age_is_refused(text: str):
    if text[-1:] in UNITS and text[:-1].isdecimal():
        return
    with pytest.raises(BadInput, match="maxAge"):
        read_age(text)


@pytest.mark.parametrize("text", ["0s", "00d", "1.5h", "-1s", "24", "1234567s", "１s"])
def test_ages_are_whole_and_above_zero(text: str):
    with pytest.raises(BadInput, match="maxAge"):
        read_age(text)
