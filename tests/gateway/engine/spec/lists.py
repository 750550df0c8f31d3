"""Lists: what is taken for one, and nulls in them."""

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from tests.gateway.engine.spec.case import Case, Later, Raises, Table, Told, bad, null

TYPES = ("[Int]", "[Int]!", "[Int!]", "[Int!]!")
DEEP = ("[[Int]]", "[[Int!]]", "[[Int]!]", "[[Int!]!]", "[[Int!]!]!")
SDL = "type Query { list: %s  a: Int }"
DOCUMENT = "{ list a }"
NOT_A_LIST = "Expected Iterable, but did not find one for field 'Query.list'."
FAULT = bad("list", 1)
ABSENT = null("Query.list", "list", 1)
GONE = null("Query.list", "list")

Row = tuple[str, Any, Sequence[tuple[Any, Sequence[Told]]]]
"""What it is, the value, and for each of TYPES the list and errors."""
WHOLE = ([1, 2], ())
ROWS: list[Row] = [
    ("values", [1, 2], [WHOLE] * 4),
    ("values to be awaited", [Later(1), 2], [WHOLE] * 4),
    ("values, later", Later([1, 2]), [WHOLE] * 4),
    ("values to be awaited, later", Later([Later(1), Later(2)]), [WHOLE] * 4),
    ("a tuple", (1, 2), [WHOLE] * 4),
    ("a set", {1}, [([1], ())] * 4),
    ("an empty list", [], [([], ())] * 4),
    ("a range", range(1, 3), [WHOLE] * 4),
    ("keys of a dict", dict.fromkeys((1, 2)).keys(), [WHOLE] * 4),
    (
        "a null among values",
        [1, None, 2],
        [([1, None, 2], ())] * 2 + [(None, [ABSENT]), ("root", [ABSENT])],
    ),
    (
        "a null among values, later",
        Later([1, Later(None), 2]),
        [([1, None, 2], ())] * 2 + [(None, [ABSENT]), ("root", [ABSENT])],
    ),
    ("null", None, [(None, ()), ("root", [GONE])] * 2),
    ("null, later", Later(None), [(None, ()), ("root", [GONE])] * 2),
    (
        "a fault among values",
        [1, ValueError("bad"), 2],
        [([1, None, 2], [FAULT])] * 2 + [(None, [FAULT]), ("root", [FAULT])],
    ),
    (
        "a fault among values, later",
        [1, Later(Raises()), 2],
        [([1, None, 2], [FAULT])] * 2 + [(None, [FAULT]), ("root", [FAULT])],
    ),
    ("a fault", Raises(), [(None, [bad("list")]), ("root", [bad("list")])] * 2),
    (
        "a fault, later",
        Later(Raises()),
        [(None, [bad("list")]), ("root", [bad("list")])] * 2,
    ),
    *(
        (
            f"{what}, which is no list",
            value,
            [
                (None, [Told(NOT_A_LIST, ("list",))]),
                ("root", [Told(NOT_A_LIST, ("list",))]),
            ]
            * 2,
        )
        for what, value in {"text": "Singular", "a number": 3}.items()
    ),
]


def _nullable() -> Iterator[Table]:
    for place, declared in enumerate(TYPES):
        cases = []
        for says, value, expected in ROWS:
            found, errors = expected[place]
            data = None if found == "root" else {"list": found, "a": 1}
            root = {"list": value, "a": 1}
            cases.append(Case(f"{declared}: {says}", DOCUMENT, data, errors, root))
        yield Table(SDL % declared, cases)


NESTED: list[tuple[str, Any, Sequence[tuple[Any, Sequence[Told]]]]] = [
    ("values", [[1], [], [2, 3]], [([[1], [], [2, 3]], ())] * 5),
    (
        "a null in a list of lists",
        [[1], None],
        [([[1], None], ())] * 2
        + [(None, [null("Query.list", "list", 1)])] * 2
        + [("root", [null("Query.list", "list", 1)])],
    ),
    (
        "a null in a list in a list",
        [[1], [2, None], [3]],
        [
            ([[1], [2, None], [3]], ()),
            ([[1], None, [3]], [null("Query.list", "list", 1, 1)]),
            ([[1], [2, None], [3]], ()),
            (None, [null("Query.list", "list", 1, 1)]),
            ("root", [null("Query.list", "list", 1, 1)]),
        ],
    ),
    (
        "faults in two lists, later",
        [Later([Later(Raises())]), [2, Later(Raises())]],
        [
            ([[None], [2, None]], [bad("list", 0, 0), bad("list", 1, 1)]),
            ([None, None], [bad("list", 0, 0), bad("list", 1, 1)]),
            ([[None], [2, None]], [bad("list", 0, 0), bad("list", 1, 1)]),
            (None, [bad("list", 0, 0)]),
            ("root", [bad("list", 0, 0)]),
        ],
    ),
]


def _nested() -> Iterator[Table]:
    for place, declared in enumerate(DEEP):
        cases = []
        for says, value, expected in NESTED:
            found, errors = expected[place]
            data = None if found == "root" else {"list": found, "a": 1}
            root = {"list": value, "a": 1}
            cases.append(Case(f"{declared}: {says}", DOCUMENT, data, errors, root))
        yield Table(SDL % declared, cases)


def _generated(_info: object) -> Iterator[Any]:
    yield from ("one", 2, True)


def _breaking(_info: object) -> Iterator[Any]:
    yield 1
    raise ValueError("bad")


async def _ticking(_info: object) -> AsyncIterator[Any]:
    for value in ("two", 4, False):
        yield value


async def _dying(_info: object) -> AsyncIterator[Any]:
    yield 1
    raise ValueError("bad")


async def _faulty(_info: object) -> AsyncIterator[Any]:
    yield 1
    yield Later(Raises())
    yield ValueError("bad")
    yield {}
    yield None


async def _objects(_info: object) -> AsyncIterator[Any]:
    for value in (1, None, Raises()):
        yield {"n": value}


STRINGS = Table(
    "type Query { list: [String] }",
    [
        Case(
            "a generator", "{ list }", {"list": ["one", "2", "true"]}, root=_generated
        ),
        Case(
            "a generator that breaks off costs the list",
            "{ list }",
            {"list": None},
            [bad("list", at=(1, 3))],
            root=_breaking,
        ),
        Case(
            "an async generator",
            "{ list }",
            {"list": ["two", "4", "false"]},
            root=_ticking,
        ),
        Case(
            "an async generator that breaks off costs the list",
            "{ list }",
            {"list": None},
            [bad("list", at=(1, 3))],
            root=_dying,
        ),
        Case(
            "faults among what an async generator gives",
            "{ list }",
            {"list": ["1", None, None, None, None]},
            [
                bad("list", 1),
                bad("list", 2),
                Told("String cannot represent value: {}", ("list", 3), (1, 3)),
            ],
            root=_faulty,
        ),
    ],
)
OBJECTS = Table(
    "type Query { list: [Item]  strict: [Item!] } type Item { n: Int  must: Int! }",
    [
        Case(
            "objects to be awaited",
            "{ list { n } strict { n } }",
            {"list": [{"n": 1}, None, {"n": 2}], "strict": [{"n": 3}]},
            root={
                "list": [Later({"n": 1}), Later(None), {"n": Later(2)}],
                "strict": Later([Later({"n": 3})]),
            },
        ),
        Case(
            "an item that may not be null costs its list alone",
            "{ strict { n must } list { n must } }",
            {"strict": None, "list": [{"n": 1, "must": 2}, None]},
            [
                null("Item.must", "strict", 1, "must"),
                null("Item.must", "list", 1, "must"),
            ],
            root={
                "strict": [{"n": 1, "must": 2}, {"n": 1}],
                "list": [{"n": 1, "must": 2}, {"n": 1}],
            },
        ),
    ],
)

STREAMED = Table(
    OBJECTS.sdl,
    [
        Case(
            "objects out of an async generator",
            "{ list { n } }",
            {"list": [{"n": 1}, {"n": None}, {"n": None}]},
            [bad("list", 2, "n", at=(1, 10))],
            root={"list": _objects},
        ),
    ],
    forms=("default", "single", "awaited", "batch", "batch_awaited"),
)


def _rooted(table: Table) -> Table:
    """Let the root of each row be its list."""
    cases = [
        Case(one.says, one.document, one.data, one.errors, {"list": one.root})
        for one in table.cases
    ]
    return Table(table.sdl, cases)


TABLES = [*_nullable(), *_nested(), _rooted(STRINGS), OBJECTS, STREAMED]
