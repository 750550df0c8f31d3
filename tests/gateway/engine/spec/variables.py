"""Variables of every kind: given, defaulted, null, absent, refused."""

from collections.abc import Mapping
from typing import Any

from tests.gateway.engine.spec.arguments import NOT_NULL, ONE_OF, ROOT, SDL
from tests.gateway.engine.spec.case import Case, Table, Told

Given = Mapping[str, Any]
ACCEPTED: list[tuple[str, str, Given, str]] = [
    ("$v: String", "text(v: $v)", {"v": "x"}, "v='x'"),
    ("$v: String", "text(v: $v)", {"v": None}, "v=None"),
    ("$v: String", "text(v: $v)", {}, ""),
    ("", "text(v: $v)", {"v": "not declared"}, ""),
    ('$v: String = "d"', "text(v: $v)", {}, "v='d'"),
    ('$v: String = "d"', "text(v: $v)", {"v": "x"}, "v='x'"),
    ('$v: String = "d"', "text(v: $v)", {"v": None}, "v=None"),
    ("$v: String = null", "text(v: $v)", {}, "v=None"),
    ('$v: String = "d"', "must(v: $v)", {}, "v='d'"),
    ("$v: String!", "must(v: $v)", {"v": "x"}, "v='x'"),
    ("$v: String", "dflt(v: $v)", {}, "v='Hello'"),
    ("$v: String", "dflt(v: $v)", {"v": None}, "v=None"),
    ("$v: String", "sure(v: $v)", {}, "v='Sure'"),
    ("$v: Int", "int(v: $v)", {"v": 3}, "v=3"),
    ("$v: Int", "int(v: $v)", {"v": 3.0}, "v=3"),
    ("$v: Float", "float(v: $v)", {"v": 3}, "v=3.0"),
    ("$v: ID", "id(v: $v)", {"v": 3}, "v='3'"),
    ("$v: Colour", "colour(v: $v)", {"v": "RED"}, "v='RED'"),
    ("$v: Colour = GREEN", "colour(v: $v)", {}, "v='GREEN'"),
    ("$v: [String]", "list(v: $v)", {"v": ["a", None]}, "v=['a', None]"),
    ("$v: [String]", "list(v: $v)", {"v": "a"}, "v=['a']"),
    ("$v: [String]", "list(v: $v)", {"v": None}, "v=None"),
    ("$v: String", 'list(v: ["a", $v])', {"v": "b"}, "v=['a', 'b']"),
    ("$v: String", 'list(v: ["a", $v])', {}, "v=['a', None]"),
    ("$v: [[Int!]!]", "deep(v: $v)", {"v": [[1], 2]}, "v=[[1], [2]]"),
    ("$v: In", "in(v: $v)", {"v": {"c": "c"}}, "v={'c': 'c', 'd': 4}"),
    (
        "$v: In",
        "in(v: $v)",
        {"v": {"c": "c", "a": None, "b": "b", "d": 1}},
        "v={'a': None, 'b': ['b'], 'c': 'c', 'd': 1}",
    ),
    ('$v: In = {c: "c"}', "in(v: $v)", {}, "v={'c': 'c', 'd': 4}"),
    ("$v: String", 'in(v: {a: $v, c: "c"})', {}, "v={'c': 'c', 'd': 4}"),
    (
        "$v: String",
        'in(v: {a: $v, c: "c"})',
        {"v": None},
        "v={'a': None, 'c': 'c', 'd': 4}",
    ),
    ("$v: Int", 'in(v: {c: "c", d: $v})', {}, "v={'c': 'c', 'd': 4}"),
    ("$v: One", "one(v: $v)", {"v": {"b": 1}}, "v={'b': 1}"),
    ("$v: String!", "one(v: {a: $v})", {"v": "x"}, "v={'a': 'x'}"),
    ("$v: Int, $w: Int = 9", "two(a: $v, b: $w)", {"v": None}, "a=None, b=9"),
]
NO_INT = ": Int cannot represent non-integer value: "
NO_INPUT = (
    "Variable '$v' expected value of type '%s' which cannot be used as an input type."
)
REFUSED: list[tuple[str, str, Given, str]] = [
    ("$v: Int", "int(v: $v)", {"v": "x"}, f"{NO_INT}'x'"),
    ("$v: Int", "int(v: $v)", {"v": True}, f"{NO_INT}True"),
    (
        "$v: Int",
        "int(v: $v)",
        {"v": 2**31},
        ": Int cannot represent non 32-bit signed integer value: 2147483648",
    ),
    (
        "$v: Int!",
        "int(v: $v)",
        {},
        ": Expected a value of non-null type 'Int!' to be provided.",
    ),
    ("$v: Int!", "int(v: $v)", {"v": None}, ": " + NOT_NULL % "Int!"),
    (
        "$v: String!",
        "must(v: $v)",
        {"v": ["a"]},
        ": String cannot represent a non string value: ['a']",
    ),
    (
        "$v: Colour",
        "colour(v: $v)",
        {"v": "BLUE"},
        ": Value 'BLUE' does not exist in 'Colour' enum.",
    ),
    (
        "$v: Colour",
        "colour(v: $v)",
        {"v": 3},
        ": Enum 'Colour' cannot represent non-string value: 3.",
    ),
    (
        "$v: In",
        "in(v: $v)",
        {"v": {"a": "x"}},
        ": Expected value of type 'In' to include required field 'c',"
        " found: {'a': 'x'}.",
    ),
    ("$v: In", "in(v: $v)", {"v": {"c": None}}, " at .c: " + NOT_NULL % "String!"),
    (
        "$v: In",
        "in(v: $v)",
        {"v": "text"},
        ": Expected value of type 'In' to be an object, found: 'text'.",
    ),
    (
        "$v: In",
        "in(v: $v)",
        {"v": {"c": "c", "x": 1}},
        ": Expected value of type 'In' not to include unknown field 'x'. Did you mean"
        " 'a', 'b', 'c', or 'd'? Found: {'c': 'c', 'x': 1}.",
    ),
    (
        "$v: [String!]",
        "list(v: $v)",
        {"v": ["a", None]},
        " at [1]: " + NOT_NULL % "String!",
    ),
    ("$v: [String]!", "list(v: $v)", {"v": None}, ": " + NOT_NULL % "[String]!"),
    ("$v: One", "one(v: $v)", {"v": {"a": "x", "b": 1}}, f": {ONE_OF}"),
    ("$v: One", "one(v: $v)", {"v": {"a": None}}, f" at .a: {ONE_OF}"),
]
PROVIDED = "Expected variable '$v' provided to "
AT_RUN_TIME: list[tuple[str, str, Given, str]] = [
    (
        "$v: String",
        "must(v: $v)",
        {},
        f": {PROVIDED}type 'String!' to provide a runtime value.",
    ),
    (
        "$v: String",
        "must(v: $v)",
        {"v": None},
        f": {PROVIDED}non-null type 'String!' not to be None.",
    ),
    (
        '$v: String = "d"',
        "must(v: $v)",
        {"v": None},
        f": {PROVIDED}non-null type 'String!' not to be None.",
    ),
    (
        "$v: String",
        "one(v: {a: $v})",
        {},
        f": {PROVIDED}field 'a' for OneOf Input Object type 'One'"
        " to provide a runtime value.",
    ),
    (
        "$v: String",
        "one(v: {a: $v})",
        {"v": None},
        f": {PROVIDED}field 'a' for OneOf Input Object type 'One' not to be None.",
    ),
    (
        "$v: String",
        "in(v: {c: $v})",
        {},
        f" at .c: {PROVIDED}type 'String!' to provide a runtime value.",
    ),
]


def _document(declared: str, call: str) -> str:
    return f"query Q{f'({declared})' if declared else ''} {{ {call} two }}"


def _name(call: str) -> str:
    return call.split("(", maxsplit=1)[0]


def _data(call: str, answer: str | None) -> dict[str, Any]:
    name = _name(call)
    return {"two": answer} if name == "two" else {name: answer, "two": "a=1"}


def _cases() -> list[Case]:
    cases = []
    for declared, call, given, answer in ACCEPTED:
        document = _document(declared, call)
        if _name(call) == "two":
            document = document.replace(" two }", " }")
        cases.append(
            Case(
                f"{declared or 'none'} for {call}, given {given}",
                document,
                _data(call, answer),
                variables=given,
            )
        )
    for declared, call, given, words in REFUSED:
        message = f"Variable '$v' has invalid value{words}"
        says = f"{declared} for {call}, given {given}, is refused"
        told = [Told(message, at=(1, 9))]
        cases.append(Case(says, _document(declared, call), None, told, variables=given))
    for declared, call, given, words in AT_RUN_TIME:
        told = [Told(f"Argument 'v' has invalid value{words}", (_name(call),))]
        says = f"{declared} for {call}, given {given}, costs its field"
        document = _document(declared, call)
        cases.append(Case(says, document, _data(call, None), told, variables=given))
    return cases


OTHERS = [
    Case(
        "every refused variable is told, and every fault in one",
        "query ($v: [[Int!]!], $w: Int) { deep(v: $v) int(v: $w) }",
        None,
        [
            Told(
                "Variable '$v' has invalid value at [0][1]: " + NOT_NULL % "Int!",
                at=(1, 8),
            ),
            Told(
                "Variable '$v' has invalid value at [1]: " + NOT_NULL % "[Int!]!",
                at=(1, 8),
            ),
            Told(f"Variable '$w' has invalid value{NO_INT}1.5", at=(1, 23)),
        ],
        variables={"v": [[1, None], None], "w": 1.5},
    ),
    Case(
        "no variables that are no input",
        "query ($v: Query) { text(v: $v) }",
        None,
        [Told(NO_INPUT % "Query", at=(1, 12))],
        variables={"v": 1},
    ),
    Case(
        "no variables of unknown types",
        "query ($v: No) { text(v: $v) }",
        None,
        [Told(NO_INPUT % "No", at=(1, 12))],
        variables={"v": 1},
    ),
    Case(
        "one variable at many places, in fragments too",
        "query ($v: String) { text(v: $v) nest { text(v: $v) ...F } }"
        " fragment F on Query { x: text(v: $v) list(v: [$v]) }",
        {"text": "v='x'", "nest": {"text": "v='x'", "x": "v='x'", "list": "v=['x']"}},
        variables={"v": "x"},
    ),
    Case(
        "a value given for nothing is left out",
        "{ two }",
        {"two": "a=1"},
        variables={"v": 1},
    ),
]
TABLES = [Table(SDL, [*_cases(), *OTHERS], ROOT)]
