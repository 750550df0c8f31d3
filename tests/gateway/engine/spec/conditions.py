"""@skip and @include."""

from itertools import product
from typing import Any

from tests.gateway.engine.spec.case import Case, Table, Told

SDL = """
type Query { a: String  b: String  deep: Query }
"""
ROOT: dict[str, Any] = {"a": "a", "b": "b", "deep": {"a": "c", "b": "d"}}
PLACES = {
    "a field": ("{ a b %s }", ""),
    "a fragment spread": ("{ a ...F %s }", " fragment F on Query { b }"),
    "an inline fragment": ("{ a ... on Query %s { b } }", ""),
    "an untyped fragment": ("{ a ... %s { b } }", ""),
}
FLAGS = {True: "true", False: "false"}


def _placed() -> list[Case]:
    cases = []
    for (place, (text, rest)), include, skip in product(
        PLACES.items(), (None, True, False), (None, True, False)
    ):
        words = [] if include is None else [f"@include(if: {FLAGS[include]})"]
        words += [] if skip is None else [f"@skip(if: {FLAGS[skip]})"]
        chosen = include is not False and skip is not True
        data = {"a": "a", "b": "b"} if chosen else {"a": "a"}
        says = f"{place}, include {include}, skip {skip}"
        cases.append(Case(says, text % " ".join(words) + rest, data))
    return cases


def _by_variables() -> list[Case]:
    document = """query ($yes: Boolean!, $no: Boolean! = false) {
      a @include(if: $yes) b @skip(if: $no) deep @include(if: $no) { a }
      deep @include(if: $yes) { b } }"""
    return [
        Case(
            f"variables {yes}, {no}",
            document,
            (
                ({"a": "a"} if yes else {})
                | ({} if no else {"b": "b"})
                | _deep(yes=yes, no=no)
            ),
            variables={"yes": yes, "no": no},
        )
        for yes, no in product((True, False), repeat=2)
    ]


def _deep(*, yes: bool, no: bool) -> dict[str, Any]:
    inner = ({"a": "c"} if no else {}) | ({"b": "d"} if yes else {})
    return {"deep": inner} if inner else {}


TABLES = [
    Table(
        SDL,
        root=ROOT,
        cases=[
            *_placed(),
            *_by_variables(),
            Case(
                "a field skipped at one place and selected at another is there",
                "{ a @skip(if: true) a b @include(if: false) ... { b } }",
                {"a": "a", "b": "b"},
            ),
            Case(
                "a fragment not included first is included later",
                "{ ...F @include(if: false) a ...F } fragment F on Query { b }",
                {"a": "a", "b": "b"},
            ),
            Case("all is skipped", "{ a @skip(if: true) }", {}),
            Case(
                "all below is skipped",
                "{ deep { a @skip(if: true) } }",
                {"deep": {}},
            ),
            Case(
                "__typename is skipped",
                "{ __typename @skip(if: true) a }",
                {"a": "a"},
            ),
            Case(
                "a variable's default decides",
                "query ($v: Boolean = true) { a @skip(if: $v) b @include(if: $v) }",
                {"b": "b"},
            ),
            Case(
                "a missing variable is a fault of the request",
                "query ($v: Boolean!) { a @skip(if: $v) }",
                None,
                [
                    Told(
                        "Variable '$v' has invalid value:"
                        " Expected a value of non-null type 'Boolean!' to be provided.",
                        at=(1, 8),
                    )
                ],
            ),
        ],
    )
]
