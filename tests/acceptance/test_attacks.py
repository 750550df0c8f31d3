"""What attackers try first, on both endpoints of the running demonstration.

The first twelve are the checks of graphql-cop; then field probing as by clairvoyance,
and documents that cost more to look at than to send.
"""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from graphql import GraphQLInputObjectType, GraphQLObjectType

from schema.build import build
from schema.visibility import Audience
from tests.acceptance.conftest import Demo

GOVERNMENT, PUBLIC = "/graphql", "/public/graphql"
QUICK = 5.0
"""Seconds in which whatever is refused must be refused, on a busy machine."""
INTERNALS = (
    "Traceback",
    "gateway/",
    "site-packages",
    "sqlite",
    "graphql-core",
    "File ",
)

pytestmark = pytest.mark.parametrize("endpoint", [GOVERNMENT, PUBLIC])


def send(demo: Demo, endpoint: str, body: object, **headers: str) -> httpx.Response:
    known = demo.headers if endpoint == GOVERNMENT else {}
    return httpx.post(
        demo.url + endpoint, json=body, headers={**known, **headers}, timeout=30
    )


def codes(answer: httpx.Response) -> set[str]:
    return {one["extensions"]["code"] for one in answer.json()["errors"]}


def refused_quickly(demo: Demo, endpoint: str, query: str) -> None:
    answer = send(demo, endpoint, {"query": query})
    assert answer.elapsed.total_seconds() < QUICK
    assert "data" not in answer.json()
    assert codes(answer) <= {"LIMIT_EXCEEDED", "GRAPHQL_VALIDATION_FAILED"}


def test_alias_overload(demo: Demo, endpoint: str):
    names = " ".join(f"a{n}: __typename" for n in range(501))
    refused_quickly(demo, endpoint, f"{{ {names} }}")


def test_batches(demo: Demo, endpoint: str):
    answer = send(demo, endpoint, [{"query": "{ __typename }"}] * 10)
    assert answer.status_code == 400
    assert "no batches" in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize("directive", ["@aa", "@skip(if: false)", "@include(if: true)"])
def test_directive_overload(demo: Demo, endpoint: str, directive: str):
    refused_quickly(demo, endpoint, f"{{ __typename {directive * 201} }}")


def test_circular_introspection(demo: Demo, endpoint: str):
    inner = "name"
    for _ in range(8):
        inner = f"fields {{ type {{ {inner} }} }}"
    refused_quickly(demo, endpoint, f"{{ __schema {{ types {{ {inner} }} }} }}")


def test_field_duplication(demo: Demo, endpoint: str):
    refused_quickly(demo, endpoint, f"{{ {'__typename ' * 2_001} }}")


def test_get_is_no_way_to_change_anything(demo: Demo, endpoint: str):
    url = demo.url + endpoint
    asked = {"query": "mutation { __typename }"}
    answer = httpx.get(url, params=asked, headers=demo.headers, timeout=30)
    assert "data" not in answer.json()


@pytest.mark.parametrize("query", ["{ enterpris { name } }", "{ departmets { nam } }"])
def test_the_public_is_given_no_suggestions(demo: Demo, endpoint: str, query: str):
    text = send(demo, endpoint, {"query": query}).text
    assert ("Did you mean" in text) is (endpoint == GOVERNMENT)


@pytest.mark.parametrize(
    "media", ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data"]
)
def test_a_form_is_no_request(demo: Demo, endpoint: str, media: str):
    answer = httpx.post(
        demo.url + endpoint,
        content=b"query=%7B__typename%7D",
        headers={"Content-Type": media},
        timeout=30,
    )
    assert answer.status_code in {403, 415}
    assert "data" not in answer.json()


@pytest.mark.parametrize("headers", [{}, {"X-Apollo-Tracing": "1"}])
def test_no_trace_is_told(demo: Demo, endpoint: str, headers: Mapping[str, str]):
    answer = send(demo, endpoint, {"query": "{ __typename }"}, **headers)
    assert "tracing" not in answer.text


@pytest.mark.parametrize(
    "body",
    [
        {"query": "qwerty cop { abc }"},
        {"query": "{ __typename", "variables": {"a": 1}},
        {"query": "query($a: Nothing!) { __typename }"},
        {"query": "{ __typename }", "variables": 7},
        {"query": '{ enterprise(uscc: {a: "x"}) { name } }'},
        {"query": "{ search(text: 7) { totalCount } }"},
        {"query": '{ search(text: "\\u0000%_\'\\"") { totalCount } }'},
        {"query": "\x00"},
        {},
        7,
    ],
)
def test_no_fault_shows_what_is_inside(demo: Demo, endpoint: str, body: object):
    answer = send(demo, endpoint, body)
    assert answer.status_code < 500
    assert not [word for word in INTERNALS if word in answer.text]


@pytest.mark.parametrize(
    "query",
    [
        "{ a" * 5_000,
        "{ a " * 40 + "}" * 40,
        "{ " + "... { " * 3_000 + "__typename" + " }" * 3_000 + " }",
        "{ search(text: " + "[" * 5_000 + "]" * 5_000 + ") { totalCount } }",
        "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
        "{ " + "#" * 70_000 + "\n __typename }",
        "query Q { __typename } " * 101,
    ],
)
def test_deep_and_wide_documents(demo: Demo, endpoint: str, query: str):
    answer = send(demo, endpoint, {"query": query})
    assert answer.elapsed.total_seconds() < QUICK
    assert answer.status_code < 500
    assert "data" not in answer.json()


def test_fragments_do_not_multiply(demo: Demo, endpoint: str):
    levels = [
        f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(30)
    ]
    last = "fragment F30 on Query { __typename }"
    refused_quickly(demo, endpoint, f"{{ ...F0 }} {' '.join(levels)} {last}")


def hidden_words() -> set[str]:
    """Name the fields, arguments and inputs that only government's schema has."""
    found = []
    for audience in (Audience.GOVERNMENT, Audience.PUBLIC):
        names: set[str] = set()
        for one in build(audience).type_map.values():
            if isinstance(one, GraphQLObjectType | GraphQLInputObjectType):
                fields: Mapping[str, Any] = one.fields
                names |= set(fields)
        found.append(names)
    return found[0] - found[1]


def test_probing_the_public_endpoint_recovers_nothing(demo: Demo, endpoint: str):
    """As clairvoyance does: many names, whole and misspelt, and what is said then."""
    hidden = sorted(hidden_words())
    told: set[str] = set()
    for start in range(0, len(hidden), 20):
        for change in (str, lambda word: word[:-1], lambda word: f"{word}x"):
            words = [change(word) for word in hidden[start : start + 20]]
            answer = send(demo, endpoint, {"query": f"{{ {' '.join(words)} }}"})
            quoted = {f"'{word}'" for word in words}
            for error in answer.json()["errors"]:
                rest = error["message"]
                for one in quoted:
                    rest = rest.replace(one, "")
                told |= {word for word in hidden if f"'{word}'" in rest}
    assert bool(told) is (endpoint == GOVERNMENT), "the probe would find something"
