"""What a field without a resolver gives, and what resolvers are told."""

from collections import ChainMap, UserDict
from typing import Any

from tests.gateway.engine.spec.case import Case, Later, Raises, Table, Told

SDL = """
input Place { longDistance: Int = 9 }
type Query { value: String  add(one: Int, two: Int = 4): Int  nested: Query
  renamed(someArg: Int = 3, in: Place = {}): String  told(a: Int): [String] }
"""


class Plain:
    """An object with attributes, methods and properties."""

    value = "attribute"

    def add(self, _info: Any, one: int, two: int) -> int:
        return one + two

    @property
    def nested(self) -> "Plain":
        return Plain()


class Failing(Plain):
    """The same, of which nothing can be read."""

    @property
    def value(self) -> str:  # type: ignore[override]
        raise ValueError("can't be read")

    async def add(self, _info: Any, **_: int) -> int:  # type: ignore[override]
        await Later(None)
        raise ValueError("can't be added")


def _tune(schema: Any) -> None:
    fields = schema.query_type.fields
    fields["renamed"].args["someArg"].out_name = "some_arg"
    fields["renamed"].args["in"].out_name = "in_"
    schema.type_map["Place"].fields["longDistance"].out_name = "long_distance"
    fields["renamed"].resolve = lambda _root, _info, **given: str(sorted(given.items()))
    fields["told"].resolve = _told


def _told(_root: Any, info: Any, a: int | None = None) -> list[Any]:
    """Give what a resolver is told about where it stands."""
    return [
        info.field_name,
        info.parent_type,
        info.return_type,
        info.path.as_list()[0],
        info.operation.name.value,
        len(info.field_nodes),
        sorted(info.fragments),
        info.variable_values.coerced.get("a"),
        a,
    ]


CASES = [
    Case("an attribute", "{ value }", {"value": "attribute"}, root=Plain()),
    Case("a key of a dict", "{ value }", {"value": "key"}, root={"value": "key"}),
    Case(
        "a key of any mapping",
        "{ value nested { value } }",
        {"value": "key", "nested": {"value": "user"}},
        root=ChainMap({"value": "key", "nested": UserDict({"value": "user"})}),
    ),
    Case("a missing key", "{ value }", {"value": None}, root={}),
    Case("a missing attribute", "{ value }", {"value": None}, root=object()),
    Case(
        "a method gets the arguments",
        "{ add(one: 700, two: 80) x: add(one: 1) nested { add(one: 2) } }",
        {"add": 780, "x": 5, "nested": {"add": 6}},
        root=Plain(),
    ),
    Case(
        "a callable in a dict gets them too",
        "{ add(one: 7) }",
        {"add": 11},
        root={"add": lambda _info, one, two: one + two},
    ),
    Case(
        "what is raised is told where it was met",
        "{ value add(one: 1) nested { value } }",
        {"value": None, "add": None, "nested": {"value": "attribute"}},
        [
            Told("can't be read", ("value",), (1, 3)),
            Told("can't be added", ("add",), (1, 9)),
        ],
        root=Failing(),
    ),
    Case(
        "arguments by the names that resolvers know, defaults too",
        "{ renamed x: renamed(someArg: 1, in: {longDistance: 2})"
        " y: renamed(in: null) }",
        {
            "renamed": "[('in_', {'long_distance': 9}), ('some_arg', 3)]",
            "x": "[('in_', {'long_distance': 2}), ('some_arg', 1)]",
            "y": "[('in_', None), ('some_arg', 3)]",
        },
    ),
    Case(
        "a resolver is told where it stands",
        "query Q($a: Int) { x: told(a: $a) ...F }"
        " fragment F on Query { x: told(a: $a) }",
        {"x": ["told", "Query", "[String]", "x", "Q", "2", None, "7", "7"]},
        [Told("String cannot represent value: ['F']", ("x", 6))],
        variables={"a": 7},
    ),
    Case(
        "an error told by a field keeps its extensions",
        "{ value }",
        {"value": None},
        [Told("no", ("value",), (1, 3), {"code": "NO", "at": [1]})],
        root={"value": Later(Raises("no", code="NO", at=[1]))},
    ),
]
TABLES = [Table(SDL, CASES, tune=_tune, forms=("default",))]
