"""Result coercion of scalars and enums."""

from collections.abc import Mapping, Sequence
from math import inf, nan
from typing import Any

from tests.gateway.engine.spec.case import Case, Table, Told, null

SDL = """
enum Colour { RED GREEN }
scalar Odd
type Query { int: Int  float: Float  string: String  bool: Boolean  id: ID
  colour: Colour  odd: Odd  must: Int!  list: [Colour]  nest: Query }
"""


class Named:
    """An object that the type String may write."""

    def __str__(self) -> str:
        return "never asked"


WRITTEN: Mapping[str, Sequence[tuple[Any, Any]]] = {
    "int": [
        (1, 1),
        (0, 0),
        (-(2**31), -(2**31)),
        (1.0, 1),
        (True, 1),
        ("5", 5),
    ],
    "float": [(1, 1.0), (0.5, 0.5), (-1.25e-3, -1.25e-3), (True, 1), ("1.5", 1.5)],
    "string": [("", ""), ("词", "词"), (1, "1"), (1.5, "1.5"), (True, "true")],
    "bool": [(True, True), (False, False), (1, True), (0, False), (2.5, True)],
    "id": [("x", "x"), (7, "7"), ("", ""), (7.0, "7")],
    "colour": [("RED", "RED")],
    "odd": [(1, 1), ("x", "x")],
}
NO_INT = "Int cannot represent non-integer value: "
NO_FLOAT = "Float cannot represent non numeric value: "
REFUSED: Mapping[str, Sequence[tuple[Any, str]]] = {
    "int": [
        (1.5, f"{NO_INT}1.5"),
        ("one", f"{NO_INT}'one'"),
        ("", f"{NO_INT}''"),
        (nan, f"{NO_INT}nan"),
        (inf, f"{NO_INT}inf"),
        (2**31, "Int cannot represent non 32-bit signed integer value: 2147483648"),
        ([1], f"{NO_INT}[1]"),
    ],
    "float": [
        (nan, f"{NO_FLOAT}nan"),
        (inf, f"{NO_FLOAT}inf"),
        ("one", f"{NO_FLOAT}'one'"),
        ("", f"{NO_FLOAT}''"),
        ([1], f"{NO_FLOAT}[1]"),
    ],
    "string": [
        ([1], "String cannot represent value: [1]"),
        (nan, "String cannot represent value: nan"),
    ],
    "bool": [
        ("true", "Boolean cannot represent a non boolean value: 'true'"),
        (nan, "Boolean cannot represent a non boolean value: nan"),
    ],
    "id": [
        (1.5, "ID cannot represent value: 1.5"),
        (True, "ID cannot represent value: True"),
        ([1], "ID cannot represent value: [1]"),
    ],
    "colour": [
        ("BLUE", "Enum 'Colour' cannot represent value: 'BLUE'"),
        (1, "Enum 'Colour' cannot represent value: 1"),
        (["RED"], "Enum 'Colour' cannot represent value: ['RED']"),
    ],
    "odd": [
        (2, "odd numbers only"),
        (
            0,
            "Expected `Odd.coerce_output_value(0)` to return non-nullable value,"
            " returned: None",
        ),
    ],
}


def _odd(value: Any) -> Any:
    if value == 2:
        raise ValueError("odd numbers only")
    return value or None


def _tune(schema: Any) -> None:
    schema.type_map["Odd"].coerce_output_value = _odd


def _cases() -> list[Case]:
    cases = []
    for name, pairs in WRITTEN.items():
        for value, answer in pairs:
            cases.append(
                Case(
                    f"{name} writes {value!r}",
                    f"{{ {name} nest {{ x: {name} {name} }} }}",
                    {name: answer, "nest": {"x": answer, name: answer}},
                    root={name: value, "nest": {name: value}},
                )
            )
    for name, faults in REFUSED.items():
        for value, words in faults:
            cases.append(
                Case(
                    f"{name} refuses {value!r}",
                    f"{{ {name} nest {{ {name} }} }}",
                    {name: None, "nest": {name: None}},
                    [Told(words, (name,), (1, 3)), Told(words, ("nest", name))],
                    root={name: value, "nest": {name: value}},
                )
            )
    return cases


OTHERS = [
    Case(
        "a refused value where none may be null",
        "{ nest { must } }",
        {"nest": None},
        [Told(f"{NO_INT}'x'", ("nest", "must"), (1, 10))],
        root={"nest": {"must": "x"}},
    ),
    Case(
        "a missing one",
        "{ nest { must } }",
        {"nest": None},
        [null("Query.must", "nest", "must")],
        root={"nest": {}},
    ),
    Case(
        "one refused value in a list",
        "{ list }",
        {"list": ["RED", None, None, "GREEN"]},
        [Told("Enum 'Colour' cannot represent value: 'BLUE'", ("list", 1), (1, 3))],
        root={"list": ["RED", "BLUE", None, "GREEN"]},
    ),
]
TABLES = [Table(SDL, [*_cases(), *OTHERS], tune=_tune)]
