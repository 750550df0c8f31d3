"""Null propagation through objects; one error for each place that became null."""

from collections.abc import Sequence
from typing import Any

from tests.gateway.engine.spec.case import Case, Later, Raises, Table, Told, bad, null

SDL = """
type Query { a: Int  must: Int!  nest: Query  sure: Query!  list: [Query]
  strict: [Query!]  other: Query }
"""
CHAIN = "{ nest { sure { sure { sure { must } } } } a }"
CHAIN_PATH = ("nest", "sure", "sure", "sure", "must")


def _chain(value: Any) -> dict[str, Any]:
    at: Any = {"must": value}
    for _ in range(3):
        at = {"sure": at}
    return {"nest": at, "a": 1}


def _later(value: Any) -> Any:
    """Make every object of a tree one to be awaited."""
    if isinstance(value, dict):
        return {key: Later(_later(one)) for key, one in value.items()}
    return value


def _both(
    says: str, document: str, data: Any, errors: list[Told], root: dict[str, Any]
) -> list[Case]:
    return [
        Case(f"{says}, {how}", document, data, errors, given)
        for how, given in {"at once": root, "later": _later(root)}.items()
    ]


FAULTS: dict[str, tuple[Any, Any]] = {
    "returns null": (None, null),
    "raises": (Raises(), bad),
}


def _faults() -> list[Case]:
    cases = []
    for what, (value, told) in FAULTS.items():
        where = ("Query.must",) if told is null else ()
        cases += _of_fields(what, value, told, where)
        cases += _of_items(what, value, told, where)
    return cases


def _of_fields(what: str, value: Any, told: Any, where: Sequence[str]) -> list[Case]:
    nullable = [] if told is null else [bad("a", at=(1, 3))]
    return [
        *_both(
            f"a nullable field {what}", "{ a }", {"a": None}, nullable, {"a": value}
        ),
        *_both(
            f"a non-null field below {what}",
            "{ nest { must } }",
            {"nest": None},
            [told(*where, "nest", "must", at=(1, 10))],
            {"nest": {"must": value}},
        ),
        *_both(
            f"the end of a chain of non-nulls {what}",
            CHAIN,
            {"nest": None, "a": 1},
            [told(*where, *CHAIN_PATH)],
            _chain(value),
        ),
        *_both(
            f"the end of a chain up to the root {what}",
            "{ a sure { sure { must } } }",
            None,
            [told(*where, "sure", "sure", "must")],
            {"a": 1, "sure": {"sure": {"must": value}}},
        ),
        *_both(
            f"a field of the root {what}",
            "{ a must }",
            None,
            [told(*where, "must", at=(1, 5))],
            {"a": 1, "must": value},
        ),
        *_both(
            f"an aliased field {what}",
            "{ x: nest { y: sure { z: must } } }",
            {"x": None},
            [told(*where, "x", "y", "z", at=(1, 23))],
            {"nest": {"sure": {"must": value}}},
        ),
    ]


def _of_items(what: str, value: Any, told: Any, where: Sequence[str]) -> list[Case]:
    return [
        *_both(
            f"a field in one item {what}",
            "{ list { must } }",
            {"list": [{"must": 1}, None, {"must": 3}]},
            [told(*where, "list", 1, "must")],
            {"list": [{"must": 1}, {"must": value}, {"must": 3}]},
        ),
        *_both(
            f"a field in one item that may not be null {what}",
            "{ strict { must } a }",
            {"strict": None, "a": 1},
            [told(*where, "strict", 1, "must")],
            {"strict": [{"must": 1}, {"must": value}, {"must": 3}], "a": 1},
        ),
    ]


SEVERAL = [
    Case(
        "each nulled place has its error, in the document's order",
        "{ a nest { a other { must } } list { a must } }",
        {"a": None, "nest": {"a": None, "other": None}, "list": [None, None]},
        [
            bad("a"),
            bad("nest", "a"),
            bad("nest", "other", "must"),
            null("Query.must", "list", 0, "must"),
            null("Query.must", "list", 1, "must"),
        ],
        root={
            "a": Raises(),
            "nest": {"a": Later(Raises()), "other": {"must": Raises()}},
            "list": [{"a": 1}, {"a": 2}],
        },
    ),
    Case(
        "two faults that null one place are told once",
        "{ nest { one: must two: must } }",
        {"nest": None},
        [null("Query.must", "nest", "one", at=(1, 10))],
        root={"nest": {}},
    ),
    Case(
        "two faulty items of a list that may have none are told once",
        "{ strict { must } }",
        {"strict": None},
        [null("Query.must", "strict", 0, "must")],
        root={"strict": [{}, {}, {"must": 1}]},
    ),
    Case(
        "what failed below a nulled place is not told",
        "{ nest { a nest { must } must } }",
        {"nest": None},
        [null("Query.must", "nest", "must", at=(1, 26))],
        root={"nest": {"a": Raises(), "nest": {"must": Raises()}}},
    ),
    Case(
        "nothing but the root's own error is told when the root is null",
        "{ nest { must a } list { a } must }",
        None,
        [null("Query.must", "must")],
        root={"nest": {"a": Raises()}, "list": [{"a": Raises()}]},
    ),
    Case(
        "a field merged of two places is at both of them",
        "{ nest { a } ... { nest { a } } }",
        {"nest": {"a": None}},
        [bad("nest", "a", at=(1, 10))],
        root={"nest": {"a": Raises()}},
    ),
    Case(
        "the same field under two aliases fails twice",
        "{ x: a y: a }",
        {"x": None, "y": None},
        [bad("x", at=(1, 3)), bad("y", at=(1, 8))],
        root={"a": Raises()},
    ),
    Case(
        "a fault with extensions keeps them",
        "{ a }",
        {"a": None},
        [Told("no", ("a",), (1, 3), {"code": "NO"})],
        root={"a": Raises("no", code="NO")},
    ),
    Case(
        "an exception that is returned counts as raised",
        "{ a nest { a } }",
        {"a": None, "nest": None},
        [bad("a"), bad("nest")],
        root={"a": ValueError("bad"), "nest": ValueError("bad")},
    ),
    Case(
        "a null that is allowed hides a sibling's nothing",
        "{ nest { a } other { a } }",
        {"nest": None, "other": {"a": 1}},
        root={"nest": None, "other": {"a": 1}},
    ),
]

TABLES = [Table(SDL, [*_faults(), *SEVERAL])]
