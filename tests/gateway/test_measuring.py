"""Requests are measured as exactly as they must be, and never at length."""

import orjson
import pytest
from graphql import (
    GraphQLSyntaxError,
    Lexer,
    Source,
    TokenKind,
    parse,
)
from hypothesis import given, strategies as st

from gateway.lexing import Written, lexemes, written
from gateway.measuring import Outline, Size, more_json, more_values

PIECES = (
    *("a", "query", "_b1", "名", "{", "}", "(", ")", "[", "]", ":", "=", "|", "!", "$"),
    *(
        "...",
        ".",
        "@",
        "&",
        "0",
        "-1",
        "1.5e-3",
        "12",
        '"',
        '"""',
        '\\"',
        '\\"""',
        "\\",
    ),
    *('"x"', '""', '"""b"c"""', "#", "# a", "\n", "\r", ",", " ", "\ufeff", "\\u00e9"),
)


def lexed(text: str) -> tuple[int, int]:
    """Count as graphql-core's own lexer reads."""
    lexer = Lexer(Source(text))
    while lexer.advance().kind is not TokenKind.EOF:
        pass
    kinds = []
    token = lexer.token.prev
    while token and token.kind is not TokenKind.SOF:
        kinds.append(token.kind)
        token = token.prev
    return len(kinds), kinds.count(TokenKind.AT)


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_tokens_are_counted_as_the_parser_reads_them(text: str):
    try:
        expected = lexed(text)
    except GraphQLSyntaxError:
        lexemes(text)
        return
    found = lexemes(text)
    assert (len(found), found.count("@")) == expected


@pytest.mark.parametrize(
    ("text", "size", "pairs"),
    [
        ("{ b }", Size(1, 1, 0), 0),
        ("{ x: b b ... { b } }", Size(1, 3, 1), 1),
        ("{ x: b x: b ... on Query { x: b } }", Size(1, 3, 3), 3),
        ("{ a { b } a { a { b b } b } }", Size(3, 7, 0), 1 + 1 + 1),
        ("{ ...f ...f } fragment f on Query { b b }", Size(1, 4, 0), 1),
        ("{ ...f a { ...f } } fragment f on Query { x: b }", Size(2, 3, 2), 0),
        ("query p { b } query q { a { b } }", Size(2, 3, 0), 0),
        ("{ b } fragment unused on Query { b b a { b } }", Size(2, 5, 0), 1),
        ("{ ...unknown b }", Size(1, 1, 0), 0),
        ("{ __schema { types { name } } }", Size(0, 3, 0), 0),
        ("type Query { b: Int }", Size(0, 0, 0), 0),
    ],
)
def test_sizes(text: str, size: Size, pairs: int):
    outline = Outline(parse(text))
    assert (outline.size(), outline.pairs()) == (size, pairs)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{ b }", Written(1, 1, 0)),
        (
            "query q($a: [A!] = {b: 1}) @d(e: 1) { x: a(n: {m: [$a]}) @d { b } }",
            Written(1, 2, 1),
        ),
        (
            "{ ...f @d ... on Query @d { b } ... @d { b } ... { x: b } }",
            Written(1, 3, 1),
        ),
        ("fragment f on Query { b } { ...f } # { } a: b\n{ b }", Written(3, 2, 0)),
        ('subscription { b(n: "a: { (") } # query { b }', Written(1, 1, 0)),
    ],
)
def test_what_is_written(text: str, expected: Written):
    parse(text)
    assert written(lexemes(text)) == expected


def values(json: object) -> int:
    if not isinstance(json, dict | list):
        return 0
    inside = list(json.values()) if isinstance(json, dict) else json
    return len(inside) + sum(values(one) for one in inside)


JSON = st.recursive(
    st.none() | st.integers(0, 9) | st.text('a,"\\[{', max_size=5),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.text('a,"\\]}', max_size=3), inner, max_size=5)
    ),
)


@given(st.dictionaries(st.text(max_size=2), JSON, max_size=5))
def test_values_are_counted_at_any_depth(variables: dict[str, object]):
    count = values(variables)
    assert not more_values(variables, count)
    assert not count or more_values(variables, count - 1)


@given(JSON)
def test_no_json_is_refused_that_holds_what_is_allowed(json: object):
    assert not more_json(orjson.dumps(json), values(json) + 1)


def test_json_of_too_many_values_is_found_out():
    for inner in (b"1", b"[]", b"{}", b"[[[]]]", b'"\\\\"', b'"\\""', b'{"a":1}'):
        assert more_json(b"[" + b",".join([inner] * 1_000) + b"]", 900)
