"""Documents are parsed and validated once, and refused with a telling code."""

import pytest
from graphql import build_schema

from gateway.documents import DocumentRefused, Documents, Limits

SCHEMA = build_schema(
    "type Query { a(n: Int): Query  b: String } schema { query: Query }"
)


def documents(tokens: int = 200, depth: int = 3) -> Documents:
    return Documents(SCHEMA, Limits(tokens, depth, cached=2))


def refusal(text: str, **limits: int) -> tuple[str, str]:
    with pytest.raises(DocumentRefused) as caught:
        documents(**limits).get(text)
    error = caught.value.errors[0]
    assert error.extensions
    return error.extensions["code"], error.message


def test_a_document_is_parsed_once():
    kept = documents()
    assert kept.get("{ b }") is kept.get("{ b }")


def test_the_least_recently_used_document_is_forgotten():
    kept = documents()
    first = kept.get("{ b }")
    second = kept.get("{ x: b }")
    kept.get("{ b }")
    kept.get("{ y: b }")
    assert kept.get("{ b }") is first
    assert kept.get("{ x: b }") is not second


@pytest.mark.parametrize("text", ["{", "", "{ }", "query { a( }"])
def test_what_does_not_parse(text: str):
    assert refusal(text)[0] == "GRAPHQL_PARSE_FAILED"


def test_what_does_not_validate():
    code, words = refusal("{ c }")
    assert code == "GRAPHQL_VALIDATION_FAILED"
    assert "'c'" in words


@pytest.mark.parametrize(
    "text",
    [
        "{ a { a { a { b } } } }",
        "{ ...f } fragment f on Query { a { a { a { b } } } }",
        "{ a { ... on Query { a { a { b } } } } }",
    ],
)
def test_depth_is_counted_through_fragments(text: str):
    code, words = refusal(text)
    assert code == "LIMIT_EXCEEDED"
    assert "4" in words
    assert "3" in words


def test_introspection_has_a_limit_of_its_own():
    documents(depth=1).get("{ __schema { types { name fields { name } } } }")


def test_too_many_tokens():
    assert refusal("{ " + "b " * 300 + "}")[0] == "LIMIT_EXCEEDED"


def test_a_cycle_of_fragments_is_invalid():
    text = "{ ...f } fragment f on Query { ...g } fragment g on Query { ...f }"
    assert refusal(text)[0] == "GRAPHQL_VALIDATION_FAILED"


def test_absurd_nesting_is_refused():
    assert refusal("{ a " * 2000 + "{ b }" + "}" * 2000, tokens=100_000)[0] in {
        "LIMIT_EXCEEDED",
        "GRAPHQL_PARSE_FAILED",
    }
