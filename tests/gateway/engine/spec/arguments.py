"""Arguments: literals, defaults, nulls, and what can't be coerced."""

from typing import Any

from tests.gateway.engine.spec.case import Case, Table, Told

SDL = """
enum Colour { RED GREEN }
input In { a: String  b: [String]  c: String!  d: Int = 4  inner: In }
input One @oneOf { a: String  b: Int }
type Query { text(v: String): String  must(v: String!): String  int(v: Int): String
  dflt(v: String = "Hello"): String  sure(v: String! = "Sure"): String
  list(v: [String]): String  deep(v: [[Int!]!]): String  colour(v: Colour): String
  in(v: In): String  one(v: One): String  id(v: ID): String  float(v: Float): String
  bool(v: Boolean): String  two(a: Int = 1, b: Int): String  nest: Query }
"""


def said(_info: Any, **given: Any) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in sorted(given.items()))


_NAMES = (
    *("text", "must", "int", "float", "bool", "id", "colour", "dflt", "sure"),
    *("list", "deep", "in", "one", "two"),
)
ROOT: dict[str, Any] = dict.fromkeys(_NAMES, said) | {
    "nest": dict.fromkeys(_NAMES, said)
}
GIVEN = {
    'text(v: "x")': "v='x'",
    "text(v: null)": "v=None",
    "text": "",
    'text(v: """\n  block\n""")': "v='block'",
    "int(v: -5)": "v=-5",
    "float(v: 3)": "v=3.0",
    "float(v: 1.5e3)": "v=1500.0",
    "bool(v: true)": "v=True",
    "id(v: 7)": "v='7'",
    'id(v: "x")': "v='x'",
    "colour(v: GREEN)": "v='GREEN'",
    "dflt": "v='Hello'",
    'dflt(v: "x")': "v='x'",
    "dflt(v: null)": "v=None",
    "sure": "v='Sure'",
    'list(v: ["a", null])': "v=['a', None]",
    'list(v: "a")': "v=['a']",
    "list(v: [])": "v=[]",
    "list(v: null)": "v=None",
    "deep(v: [[1], [2, 3]])": "v=[[1], [2, 3]]",
    "deep(v: 1)": "v=[[1]]",
    'in(v: {c: "c"})': "v={'c': 'c', 'd': 4}",
    'in(v: {a: null, b: "b", c: "c", d: null})': (
        "v={'a': None, 'b': ['b'], 'c': 'c', 'd': None}"
    ),
    'in(v: {c: "c", inner: {c: "e", d: 5}})': (
        "v={'c': 'c', 'd': 4, 'inner': {'c': 'e', 'd': 5}}"
    ),
    'one(v: {a: "x"})': "v={'a': 'x'}",
    "two": "a=1",
    "two(b: null)": "a=1, b=None",
    "two(b: 2, a: 3)": "a=3, b=2",
}
ONE_OF = (
    "Within OneOf Input Object type 'One', exactly one field must be specified,"
    " and the value for that field must be non-null."
)
NOT_NULL = "Expected value of non-null type '%s' not to be None."
REFUSED = {
    "int(v: 2147483648)": (
        ": Int cannot represent non 32-bit signed integer value: 2147483648"
    ),
    'int(v: "1")': ': Int cannot represent non-integer value: "1"',
    "int(v: 1.5)": ": Int cannot represent non-integer value: 1.5",
    "text(v: 1)": ": String cannot represent a non string value: 1",
    "bool(v: 1)": ": Boolean cannot represent a non boolean value: 1",
    'float(v: "1")': ': Float cannot represent non numeric value: "1"',
    "id(v: 1.5)": (": ID cannot represent a non-string and non-integer value: 1.5"),
    "must(v: null)": ": " + NOT_NULL % "String!",
    "sure(v: null)": ": " + NOT_NULL % "String!",
    "colour(v: BLUE)": ": Value 'BLUE' does not exist in 'Colour' enum.",
    'colour(v: "RED")': (
        ": Enum 'Colour' cannot represent non-enum value: \"RED\"."
        " Did you mean the enum value 'RED' or 'GREEN'?"
    ),
    "in(v: {})": (
        ": Expected value of type 'In' to include required field 'c', found: {  }."
    ),
    "list(v: [1])": " at [0]: String cannot represent a non string value: 1",
    "deep(v: [[null]])": " at [0][0]: " + NOT_NULL % "Int!",
    "deep(v: [null])": " at [0]: " + NOT_NULL % "[Int!]!",
    "one(v: {a: null})": f" at .a: {ONE_OF}",
    'one(v: {a: "x", b: 1})': f": {ONE_OF}",
    "one(v: {})": f": {ONE_OF}",
    'in(v: {c: "c", x: 1})': (
        ": Expected value of type 'In' not to include unknown field 'x'."
        " Did you mean 'a', 'b', 'c', or 'd'? Found: { c: \"c\", x: 1 }."
    ),
}


def _given(call: str, answer: str) -> list[Case]:
    name = call.split("(", maxsplit=1)[0]
    return [
        Case(call, f"{{ {call} }}", {name: answer}),
        Case(
            f"{call} below",
            f"{{ nest {{ x: {call} {call} }} }}",
            {"nest": {"x": answer, name: answer}},
        ),
    ]


def _refused(call: str, words: str) -> list[Case]:
    name = call.split("(", maxsplit=1)[0]
    message = f"Argument 'v' has invalid value{words}"
    return [
        Case(
            f"{call} costs its field",
            f"{{ {call} two }}",
            {name: None, "two": "a=1"},
            [Told(message, (name,))],
        ),
        Case(
            f"{call} costs its field below",
            f"{{ nest {{ {call} }} two }}",
            {"nest": {name: None}, "two": "a=1"},
            [Told(message, ("nest", name))],
        ),
    ]


OTHERS = [
    Case(
        "a required argument is missing",
        "{ must }",
        {"must": None},
        [
            Told(
                "Argument 'v' of required type 'String!' was not provided.",
                ("must",),
                (1, 3),
            )
        ],
    ),
    Case("an unknown argument is left out", "{ two(c: 1) }", {"two": "a=1"}),
    Case(
        "a fault is told where its value stands",
        '{ text(v: "x") int(v: "x") }',
        {"text": "v='x'", "int": None},
        [
            Told(
                "Argument 'v' has invalid value:"
                ' Int cannot represent non-integer value: "x"',
                ("int",),
                (1, 23),
            )
        ],
    ),
]
TABLES = [
    Table(
        SDL,
        [
            *(case for call, answer in GIVEN.items() for case in _given(call, answer)),
            *(
                case
                for call, words in REFUSED.items()
                for case in _refused(call, words)
            ),
            *OTHERS,
        ],
        ROOT,
    )
]
