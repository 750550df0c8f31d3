"""Documents are parsed and validated once, and refused with a telling code."""

import pytest
from graphql import GraphQLSchema, build_schema

from gateway.documents import DocumentRefused, Documents, Limits
from tests.gateway.bad_documents import BAD, CIRCLES, MANY_VALUES

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
    code, words = refusal("{ a " * 900 + "{ b }" + "}" * 900, tokens=100_000)
    assert code == "LIMIT_EXCEEDED"
    assert "max_depth" in words


@pytest.mark.parametrize("name", BAD)
def test_what_is_too_large_is_never_validated(name: str):
    limit, text = BAD[name]
    unable = GraphQLSchema()  # nothing can be validated against it
    with pytest.raises(DocumentRefused) as caught:
        Documents(unable, Limits()).get(text)
    error = caught.value.errors[0]
    assert error.extensions == {"code": "LIMIT_EXCEEDED", "limit": f"max_{limit}"}
    assert f"max_{limit}: " in error.message
    assert f"{getattr(Limits(), limit)} are allowed" in error.message


@pytest.mark.parametrize("name", CIRCLES)
def test_fragments_that_spread_themselves(name: str):
    code, words = refusal(CIRCLES[name], tokens=3_000, depth=15)
    assert code == "GRAPHQL_VALIDATION_FAILED"
    assert "within itself" in words


def test_two_fragments_of_one_name():
    code, words = refusal("{ ...f } fragment f on Query { b } " * 2)
    assert code == "GRAPHQL_VALIDATION_FAILED"
    assert "only one fragment" in words


@pytest.mark.parametrize("name", MANY_VALUES)
def test_too_many_values(name: str):
    kept = documents()
    with pytest.raises(DocumentRefused) as caught:
        kept.check_variables(MANY_VALUES[name])
    (error,) = caught.value.errors
    assert error.extensions == {"code": "LIMIT_EXCEEDED", "limit": "max_values"}


def test_a_refused_document_is_looked_at_once_and_displaces_none():
    kept = documents()
    first = kept.get("{ b }")
    found = []
    for text in ("{ c }", "{ d }", "{ e }", "{ e }"):
        with pytest.raises(DocumentRefused) as caught:
            kept.get(text)
        found.append(caught.value.errors[0])
    assert found[2] is found[3]
    assert found[0] is not found[2]
    assert kept.get("{ b }") is first


def test_what_is_kept_is_bounded_in_characters():
    kept = Documents(SCHEMA, Limits(cached_characters=12))
    first = kept.get("{ b }")
    kept.get("{ x: b }")
    assert kept.get("{ b }") is not first
