"""A schema with every feature of the language, its resolvers, and a world of objects.

The objects are dicts and instances, some of them faulty in every way that a resolver
can be: missing values where none may be, exceptions, wrong types, lists that are none.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    build_schema,
)

from gateway.engine import Binding, bind, bind_class

SDL = """
scalar Date
directive @note(text: String) on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT
enum Colour { RED GREEN BLUE }
input Box { low: Int = 1, high: Int!, inner: Box, tags: [String!] }
interface Named { name: String  label(prefix: String = "L"): String! }
interface Aged implements Named { name: String  label(prefix: String = "L"): String!
  age: Int }
type Cat implements Named & Aged { name: String  label(prefix: String = "L"): String!
  age: Int  lives: Int!  colour: Colour  friends: [Animal!]  mother: Cat }
type Dog implements Named & Aged { name: String  label(prefix: String = "L"): String!
  age: Int  good: Boolean!  born: Date  weights: [Float!]!  matrix: [[Int]!]
  owner: Person! }
type Person implements Named { name: String  label(prefix: String = "L"): String!
  id: ID!  pets(first: Int = 2): [Animal]  strictPets: [Animal!]!  boss: Person
  box(box: Box, colour: Colour = RED, words: [String]): String  slow: Int
  strict: String!  lone: Animal  named: [Named!] }
union Animal = Cat | Dog
type Query { person(id: ID = "1"): Person  people(ids: [ID!], first: Int): [Person!]
  must: Person!  named: [Named]  animals: [Animal]  fails: Int  number: Int!
  aged: Aged  echo(date: Date, box: Box): String }
type Mutation { add(by: Int! = 1): Int!  broken: Int!  maybe: Int  self: Person }
"""


SPICE = {
    "id": ['"1"', '"2"', '"3"', '"9"'],
    "ids": ['["1", "2"]', '["2", null]', "null"],
    "box": ["{high: 2}", '{low: null, high: 3, inner: {high: 4}, tags: ["t"]}'],
}
SCALARS = {"Date": ["2016-01-01", "then"]}


class Colour(Enum):
    RED = 1
    GREEN = 2
    BLUE = 3


@dataclass(eq=False)
class Cat:
    name: Any = "Tom"
    age: Any = 3
    lives: Any = 9
    colour: Any = Colour.RED
    friends: Any = None
    mother: Any = None


@dataclass(eq=False)
class Dog:
    name: Any = "Rex"
    age: Any = 4
    good: Any = True
    born: Any = date(2015, 5, 5)
    weights: Any = (1.5, 2.0)
    matrix: Any = ([1, None], [])
    owner: Any = None


@dataclass(eq=False)
class Person:
    id: Any
    name: Any = "Ann"
    pets: Any = ()
    boss: Any = None
    lone: Any = None
    strict: Any = "s"


class Broken(Person):
    """A person of whom little can be read."""

    def __init__(self) -> None:
        super().__init__("9")

    @property
    def name(self) -> Any:
        raise ValueError("the name can't be read")

    @name.setter
    def name(self, value: Any) -> None:
        del value


def world() -> Sequence[Person]:
    tom, rex = Cat(), Dog()
    people = [Person("1"), Person("2", "Bo"), Person(3, None), Person(None, "Nil")]
    kitten = Cat("Kit", 1, None, "PURPLE", mother=tom, friends=[tom, None])
    puppy = Dog(None, "old", None, "then", [1.0, "x", None], [[1], None], people[0])
    rex.owner, tom.friends = people[1], [rex, kitten]
    puppy.matrix = [[1, "x"], None, 5]
    people[0].pets = [tom, rex, kitten]
    people[1].pets = [puppy, None, ValueError("no such pet"), tom, 7]
    people[2].pets = 5
    people[3].pets = [kitten]
    people[0].boss, people[1].boss = people[1], people[2]
    people[0].lone, people[1].lone, people[2].lone = tom, puppy, object()
    people[1].strict, people[2].strict = None, ValueError("strict")
    return people


def labels(parents: Sequence[Any], _info: object, prefix: object) -> list[object]:
    return [
        ValueError(f"no label for {one.name}")
        if one.name is None
        else f"{prefix}-{one.name}"
        for one in parents
    ]


async def pets(parents: Sequence[Any], _info: object, first: Any) -> list[object]:
    await asyncio.sleep(0)
    return [
        one.pets[:first] if isinstance(one.pets, list) and first is not None else None
        for one in parents
    ]


async def slow(parents: Sequence[Any], _info: object) -> list[object]:
    await asyncio.sleep(0)
    if any(one.name is None for one in parents):
        raise RuntimeError("the whole set failed")
    return [len(str(one.name)) for one in parents]


async def bosses(parents: Sequence[Any], _info: object) -> list[object]:
    for _ in range(3):
        await asyncio.sleep(0)
    return [one.boss for one in parents]


def boxes(parents: Sequence[Any], _info: object, **arguments: object) -> list[object]:
    return [f"{one.name}:{sorted(arguments.items(), key=str)}" for one in parents]


def bound(name: str) -> Binding:
    return Binding(attribute=name)


def write_date(value: object) -> str:
    if not isinstance(value, date):
        raise TypeError(f"not a date: {value!r}")
    return value.isoformat()


def schema() -> GraphQLSchema:
    """Build the schema anew: engines may bind fields differently."""
    built = build_schema(SDL)
    types: Any = built.type_map
    dates: GraphQLScalarType = types["Date"]
    dates.coerce_output_value = write_date
    colours: GraphQLEnumType = types["Colour"]
    for name, value in colours.values.items():
        value.value = Colour[name]
    colours.wrapped_cls = Colour  # type: ignore[attr-defined]
    for cls in (Cat, Dog, Person):
        declared: GraphQLObjectType = types[cls.__name__]
        bind_class(declared, cls)
        declared.is_type_of = lambda value, _info, cls=cls: isinstance(value, cls)
        bind(declared.fields["label"], Binding(batch=labels))
    for name in ("Cat", "Dog"):
        for field in types[name].fields:
            if field != "label":
                bind(types[name].fields[field], bound(field))
    person = types["Person"].fields
    for name in ("name", "id", "strict", "boss", "lone"):
        bind(person[name], bound(name))
    bind(person["pets"], Binding(batch=pets))
    bind(person["strictPets"], bound("pets"))
    bind(person["slow"], Binding(batch=slow))
    bind(person["boss"], Binding(batch=bosses))
    bind(person["box"], Binding(batch=boxes))
    person["named"].resolve = lambda one, _info: iter([*one.pets, one])
    return built


class Root:
    """Answers the root's fields one at a time, as graphql-core does by default."""

    must = Person("1")
    number = 7
    fails = ValueError("fails")

    def __init__(self) -> None:
        self.everybody = world()
        self.sum = 0

    async def person(self, _info: object, id: Any) -> object:  # noqa: A002
        return next((one for one in self.everybody if str(one.id) == id), None)

    def people(self, _info: object, ids: Any = None, first: Any = None) -> object:
        if ids is None:
            return self.everybody[:first]
        return [one for one in self.everybody if one.id in ids]

    async def named(self, _info: object) -> object:
        async def later(one: object) -> object:
            await asyncio.sleep(0)
            return one

        return [self.everybody[0], later(Cat("Late")), Dog("Dot", owner=Broken())]

    def animals(self, _info: object) -> object:
        return (one for one in (Cat(), None, Dog(), 3))

    @property
    def aged(self) -> object:
        return self.everybody[0].lone

    def echo(self, _info: object, **arguments: object) -> str:
        return str(sorted(arguments.items()))

    def add(self, _info: object, by: int) -> int:
        self.sum += by
        return self.sum

    async def broken(self, _info: object) -> None:
        self.sum = 100
        raise ValueError("broken")

    def maybe(self, _info: object) -> int:
        return self.sum

    def self(self, _info: object) -> object:
        return self.everybody[0]
