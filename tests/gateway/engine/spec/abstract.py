"""Interfaces and unions: which type a value is of, and what is selected of it."""

from typing import Any

from tests.gateway.engine.spec.case import (
    Case,
    Later,
    Raises,
    Table,
    Told,
    implemented,
)

SDL = """
interface Life { progeny: [Life] }
interface Named { name: String }
interface Mammal implements Life { progeny: [Mammal]  mother: Mammal }
type Dog implements Mammal & Life & Named { name: String  barks: Boolean
  progeny: [Dog]  mother: Dog }
type Cat implements Mammal & Life & Named { name: String  meows: Boolean
  progeny: [Cat]  mother: Cat }
type Person implements Mammal & Life & Named { name: String  pets: [Pet]
  friends: [Named]  progeny: [Person]  mother: Person  pet: Pet  sure: [Pet!] }
type Tree { name: String }
union Pet = Dog | Cat
type Query { me: Person  pets: [Pet]  pet: Pet  named: [Named]  life: Life }
"""
CAT = {"__typename": "Cat", "name": "Garfield", "meows": False}
DOG = {"__typename": "Dog", "name": "Odie", "barks": True}
LIZ = {"__typename": "Person", "name": "Liz"}
JOHN: dict[str, Any] = {
    "__typename": "Person",
    "name": "John",
    "pets": [CAT, DOG],
    "friends": [LIZ, DOG],
    "mother": {"__typename": "Person", "name": "Ma"},
    "pet": Later(CAT),
}
ROOT = {"me": JOHN, "pets": [DOG, CAT, None, DOG], "named": [LIZ, CAT], "life": DOG}
BY_NAME = [
    Case(
        "a union's members, each with its own fields, in the list's order",
        "{ me { name pets { __typename ... on Dog { name barks }"
        " ... on Cat { name meows } } } }",
        {
            "me": {
                "name": "John",
                "pets": [
                    {"__typename": "Cat", "name": "Garfield", "meows": False},
                    {"__typename": "Dog", "name": "Odie", "barks": True},
                ],
            }
        },
    ),
    Case(
        "nulls among members",
        "{ pets { ... on Dog { barks } ... on Cat { meows } } }",
        {"pets": [{"barks": True}, {"meows": False}, None, {"barks": True}]},
    ),
    Case(
        "a member of whom nothing is selected is empty",
        "{ pets { ... on Cat { meows } } }",
        {"pets": [{}, {"meows": False}, None, {}]},
    ),
    Case(
        "an interface's own fields",
        "{ named { name __typename } }",
        {
            "named": [
                {"name": "Liz", "__typename": "Person"},
                {"name": "Garfield", "__typename": "Cat"},
            ]
        },
    ),
    Case(
        "fields of an interface between those of types, in order",
        "{ named { ... on Cat { meows } name ... on Person { t: __typename } } }",
        {
            "named": [
                {"name": "Liz", "t": "Person"},
                {"meows": False, "name": "Garfield"},
            ]
        },
    ),
    Case(
        "named fragments on interfaces and types, nested",
        """{ me { friends { ...Who } } }
        fragment Who on Named { name ...Pets ... on Mammal { mother { __typename } } }
        fragment Pets on Pet { ... on Dog { barks } }""",
        {
            "me": {
                "friends": [
                    {"name": "Liz", "mother": None},
                    {"name": "Odie", "barks": True, "mother": None},
                ]
            }
        },
    ),
    Case(
        "conditions of abstract types",
        "{ me { pets { ...P ... on Named { n: name } } } }"
        " fragment P on Mammal { ... on Named { name } }",
        {
            "me": {
                "pets": [
                    {"name": "Garfield", "n": "Garfield"},
                    {"name": "Odie", "n": "Odie"},
                ]
            }
        },
    ),
    Case(
        "fields of types that never meet may differ under one name",
        "{ pets { ... on Dog { x: barks } ... on Cat { x: meows } } }",
        {"pets": [{"x": True}, {"x": False}, None, {"x": True}]},
    ),
    Case(
        "a value to be awaited",
        "{ me { pet { ... on Cat { name } } } }",
        {"me": {"pet": {"name": "Garfield"}}},
    ),
    Case(
        "an object type where an interface's field is narrower",
        "{ life { ... on Mammal { mother { ... on Dog { name } } } } }",
        {"life": {"mother": {"name": "Ma"}}},
        root={"life": DOG | {"mother": {"name": "Ma"}}},
    ),
]


def _wrong(name: Any, message: str) -> Case:
    return Case(
        f"resolved to {name!r}",
        "{ pet { ... on Dog { name } } }",
        {"pet": None},
        [Told(message, ("pet",), (1, 3))],
        root={"pet": {"__typename": name, "name": "x"}},
    )


MUST = "Abstract type 'Pet' must resolve to an Object type at runtime"
WRONG = [
    _wrong(
        "No",
        "Abstract type 'Pet' was resolved to a type 'No' that does not exist"
        " inside the schema.",
    ),
    _wrong("Named", "Abstract type 'Pet' was resolved to a non-object type 'Named'."),
    _wrong("Tree", "Runtime Object type 'Tree' is not a possible type for 'Pet'."),
    _wrong(
        None,
        f"{MUST} for field 'Query.pet'. Either the 'Pet' type should provide a"
        " 'resolve_type' function or each possible type should provide an"
        " 'is_type_of' function.",
    ),
    Case(
        "a wrong one among right ones costs its place",
        "{ pets { ... on Dog { name } } }",
        {"pets": [{"name": "Odie"}, None, {}]},
        [
            Told(
                "Runtime Object type 'Tree' is not a possible type for 'Pet'.",
                ("pets", 1),
            )
        ],
        root={"pets": [DOG, {"__typename": "Tree"}, CAT]},
    ),
    Case(
        "a wrong one where none may be null costs the list",
        "{ me { sure { ... on Dog { name } } name } }",
        {"me": {"sure": None, "name": "J"}},
        [
            Told(
                "Runtime Object type 'Tree' is not a possible type for 'Pet'.",
                ("me", "sure", 0),
            )
        ],
        root={"me": {"name": "J", "sure": [{"__typename": "Tree"}, DOG]}},
    ),
]

BY_ASKING = """
union Pet = Dog | Cat
interface Named { name: String }
type Dog implements Named { name: String  barks: Boolean }
type Cat implements Named { name: String  meows: Boolean }
type Query { pets: [Pet]  named: [Named]  dog: Dog  dogs: [Dog!] }
"""
ASKED = {
    "pets": [
        {"kind": "Dog", "name": "Odie", "barks": True},
        {"kind": "Cat", "name": "G"},
    ],
    "named": [{"kind": "Cat", "name": "G"}],
    "dog": {"kind": "Dog", "name": "Odie"},
    "dogs": [{"kind": "Dog", "name": "a"}, {"kind": "Dog", "name": "b"}],
}
TOLD_APART = [
    Case(
        "each type is asked whether a value is its own",
        "{ pets { __typename ... on Named { name } ... on Dog { barks } } }",
        {
            "pets": [
                {"__typename": "Dog", "name": "Odie", "barks": True},
                {"__typename": "Cat", "name": "G"},
            ]
        },
    ),
    Case(
        "an object that is of its type",
        "{ dog { name } dogs { name } }",
        {"dog": {"name": "Odie"}, "dogs": [{"name": "a"}, {"name": "b"}]},
    ),
]
FAILING = [
    Case(
        "asking fails",
        "{ pets { __typename } named { name } dog { name } }",
        {"pets": [None], "named": [None], "dog": None},
        [
            Told("We are testing this error", ("pets", 0)),
            Told("We are testing this error", ("named", 0)),
            Told("We are testing this error", ("dog",)),
        ],
        root={"pets": [{"kind": "x"}], "named": [{"kind": "x"}], "dog": {"kind": "x"}},
    )
]
NOBODY = [
    Case(
        "no type calls it its own",
        "{ named { name } }",
        {"named": [None]},
        [
            Told(
                MUST.replace("Pet", "Named") + " for field 'Query.named'. Either the"
                " 'Named' type should provide a 'resolve_type' function or each"
                " possible type should provide an 'is_type_of' function.",
                ("named", 0),
            )
        ],
        root={"named": [{"kind": "Fish"}]},
    )
]


def _asked(schema: Any) -> None:
    implemented(
        schema,
        Dog=lambda one, _info: one["kind"] == "Dog",
        Cat=lambda one, _info: one["kind"] == "Cat",
    )


def _asked_later(schema: Any) -> None:
    implemented(
        schema,
        Dog=lambda one, _info: Later(one["kind"] == "Dog"),
        Cat=lambda one, _info: Later(one["kind"] == "Cat"),
    )


def _asked_at_once_and_later(schema: Any) -> None:
    implemented(
        schema,
        Dog=lambda one, _info: _is(one, "Dog"),
        Cat=lambda one, _info: one["kind"] == "Cat",
    )


async def _is(one: Any, kind: str) -> bool:
    return bool(one["kind"] == kind)


def _failing(schema: Any) -> None:
    def fail(*_: Any) -> bool:
        raise ValueError("We are testing this error")

    implemented(schema, Dog=fail, Cat=fail)


def _failing_later(schema: Any) -> None:
    def fail(*_: Any) -> Any:
        return Later(Raises("We are testing this error"))

    implemented(schema, Dog=fail, Cat=fail)


def _named_by(schema: Any) -> None:
    for name in ("Pet", "Named"):
        schema.type_map[name].resolve_type = lambda one, *_: one["kind"]


def _named_later(schema: Any) -> None:
    for name in ("Pet", "Named"):
        schema.type_map[name].resolve_type = lambda one, *_: Later(one["kind"])


TABLES = [
    Table(SDL, BY_NAME + WRONG, ROOT),
    Table(BY_ASKING, TOLD_APART + NOBODY, ASKED, _asked),
    Table(BY_ASKING, TOLD_APART + NOBODY, ASKED, _asked_later),
    Table(BY_ASKING, TOLD_APART + NOBODY, ASKED, _asked_at_once_and_later),
    Table(BY_ASKING, TOLD_APART, ASKED, _named_by),
    Table(BY_ASKING, TOLD_APART, ASKED, _named_later),
    Table(BY_ASKING, FAILING, ASKED, _failing),
    Table(BY_ASKING, FAILING, ASKED, _failing_later),
]
