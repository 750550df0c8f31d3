"""Which operation runs, at which root type, and mutations in series."""

from collections.abc import Callable
from typing import Any

from tests.gateway.engine.spec.case import Case, Later, Raises, Table, Told, null

SDL = """
type Query { a: String }
type Mutation { first(to: Int): Holder  second(to: Int): Holder  fails(to: Int): Holder
  must(to: Int): Holder!  c: String }
type Holder { number: Int  later: Int }
type Subscription { a: String }
"""
ROOT = {"a": "b", "c": "d"}
TWO = "query Example { first: a } query Other { second: a }"
CHOOSING = [
    Case("one without a name", "{ a }", {"a": "b"}),
    Case("the only one", "query Example { a }", {"a": "b"}),
    Case("the named one", TWO, {"second": "b"}, name="Other"),
    Case(
        "none",
        "fragment F on Query { a }",
        None,
        [Told("Must provide an operation.")],
    ),
    Case(
        "several and no name",
        TWO,
        None,
        [Told("Must provide operation name if query contains multiple operations.")],
    ),
    Case(
        "an unknown name", TWO, None, [Told("Unknown operation named 'No'.")], name="No"
    ),
    Case(
        "an empty name", "{ a }", None, [Told("Unknown operation named ''.")], name=""
    ),
    *(
        Case(
            f"{name} starts at its own type",
            "query Q { a } mutation M { c } subscription S { a }",
            data,
            name=name,
        )
        for name, data in {"Q": {"a": "b"}, "M": {"c": "d"}, "S": {"a": "b"}}.items()
    ),
]
MISSING = [
    Case(
        f"no {kind} in the schema",
        f"{kind} {{ __typename }}",
        None,
        [Told(f"Schema is not configured to execute {kind} operation.", at=(1, 1))],
    )
    for kind in ("mutation", "subscription")
]


class Number:
    """A number that changes, told when it is looked at."""

    def __init__(self) -> None:
        self.number = 6


def _holder(number: Number) -> dict[str, Any]:
    """Give what reads the number at once, and later."""
    at = number.number
    return {"number": at, "later": Later(at)}


def _changing() -> Callable[[Any], None]:
    """Let mutations note whether the one before has ended, beginning with 0."""

    def tune(schema: Any) -> None:
        number = Number()
        fields = schema.mutation_type.fields

        def at_once(_root: Any, _info: Any, to: int) -> Any:
            number.number = to
            return _holder(number)

        async def slowly(_root: Any, _info: Any, to: int) -> Any:
            for _ in range(3):
                await Later(None)
            number.number += to
            return _holder(number)

        async def fails(_root: Any, _info: Any, to: int) -> Any:
            await Later(None)
            number.number = to
            raise ValueError("Cannot change the number")

        fields["first"].resolve = at_once
        fields["second"].resolve = slowly
        fields["fails"].resolve = fails
        fields["must"].resolve = fails

    return tune


CANNOT = "Cannot change the number"
SERIES = [
    Case(
        "each begins when the one before has ended, what is below it too",
        """mutation { one: second(to: 1) { number } two: first(to: 2) { number later }
        three: second(to: 3) { later } four: second(to: 4) { later number }
        five: first(to: 5) { number } }""",
        {
            "one": {"number": 7},
            "two": {"number": 2, "later": 2},
            "three": {"later": 5},
            "four": {"later": 9, "number": 9},
            "five": {"number": 5},
        },
    ),
    Case(
        "one that fails does not stop the others",
        """mutation { one: first(to: 1) { number } two: fails(to: 2) { number }
        three: second(to: 3) { later } four: fails(to: 4) { number } }""",
        {"one": {"number": 1}, "two": None, "three": {"later": 5}, "four": None},
        [Told(CANNOT, ("two",), (1, 41)), Told(CANNOT, ("four",))],
    ),
    Case(
        "one that may not be null costs all",
        "mutation { one: first(to: 1) { number } must(to: 2) { number } }",
        None,
        [Told(CANNOT, ("must",), (1, 41))],
    ),
    Case(
        "in fragments, in the order of the document",
        """mutation { ...F two: first(to: 9) { number } }
        fragment F on Mutation { one: second(to: 1) { number } }""",
        {"one": {"number": 7}, "two": {"number": 9}},
    ),
    Case(
        "selected twice, it runs once",
        "mutation { second(to: 1) { number } second(to: 1) { later } }",
        {"second": {"number": 7, "later": 7}},
    ),
    Case("an unknown one is left out", "mutation { nothing }", {}),
]
ROOT_FAULTS = [
    Case(
        "the root's field fails",
        "{ a }",
        {"a": None},
        [Told("x", ("a",))],
        {"a": Raises("x")},
    ),
    Case(
        "the root's field fails, and may not",
        "{ must a }",
        None,
        [null("Query.must", "must", at=(1, 3))],
        {"a": "x"},
    ),
]
TABLES = [
    Table(SDL, CHOOSING, ROOT),
    Table("type Query { a: String }", MISSING, ROOT),
    Table(SDL, SERIES, ROOT, _changing(), forms=("default",)),
    Table("type Query { a: String must: Int! }", ROOT_FAULTS),
]
