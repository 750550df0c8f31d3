"""Refused fields: nobody resolves them, plans are shared, the rest arrives."""

import asyncio
from collections.abc import Mapping, Sequence, Set
from random import Random
from typing import Any, ClassVar

import pytest
from graphql import GraphQLSchema, build_schema, is_object_type, parse
from hypothesis import HealthCheck, given, settings

from gateway.bindings import NATIVES
from gateway.engine import (
    Binding,
    Engine,
    LeafTypes,
    Refusal,
    Refusals,
    Request,
    bind,
    prepare,
)
from tests.gateway.engine import government
from tests.gateway.engine.assembling import assembled
from tests.gateway.engine.comparing import BESIDE, Sides
from tests.gateway.engine.mixing import Operation
from tests.gateway.engine.operations import Drawing

pytestmark = pytest.mark.anyio
SDL = """
interface Named { name: String }
type Query { rows: [Row!]  one: Named }
type Row implements Named { name: String  must: Int!  many: [Row!]!  secret: Int }
type Subscription { told: Int }
"""
ROWS = [{"name": f"{n}", "n": n, "must": n, "secret": n} for n in range(4)]


class Refused(Exception):
    """A refusal that tells the client something."""

    extensions: ClassVar[Mapping[str, str]] = {"code": "FORBIDDEN"}


class Counted:
    """A schema whose resolvers are counted."""

    def __init__(self) -> None:
        self.asked: dict[str, int] = {}
        schema: GraphQLSchema = build_schema(SDL)
        row: Any = schema.type_map["Row"]
        for name, value in (("secret", 1), ("must", 2)):
            bind(row.fields[name], self._binding(name, value))
        bind(row.fields["many"], self._binding("many", []))
        query: Any = schema.type_map["Query"]
        bind(query.fields["rows"], self._binding("rows", ROWS))
        bind(
            query.fields["one"], self._binding("one", {**ROWS[2], "__typename": "Row"})
        )
        self.engine = Engine(schema)

    def _binding(self, name: str, value: object) -> Binding:
        async def answer(parents: Sequence[Any], _info: object) -> list[Any]:
            self.asked[name] = self.asked.get(name, 0) + len(parents)
            await asyncio.sleep(0)
            return [value] * len(parents)

        return Binding(batch=answer)

    async def ask(self, text: str, refusals: Refusals) -> tuple[Any, list[Any]]:
        request = Request(prepare(parse(text)), refusals=refusals)
        result = await self.engine.execute(request)
        return result.data, [one.formatted for one in result.errors or ()]


def only(*numbers: int) -> Any:
    return lambda row: row["n"] in numbers


async def test_a_refused_field_is_null_and_nobody_resolves_it():
    here = Counted()
    refusals = {"Row.secret": Refusal(Refused("no"))}
    data, errors = await here.ask("{ rows { name s: secret } }", refusals)
    assert data == {"rows": [{"name": f"{n}", "s": None} for n in range(4)]}
    assert [one["path"] for one in errors] == [["rows", n, "s"] for n in range(4)]
    assert {one["extensions"]["code"] for one in errors} == {"FORBIDDEN"}
    assert here.asked == {"rows": 1}


async def test_a_refused_field_that_may_not_be_null_takes_what_is_around_it():
    here = Counted()
    refusals = {"Row.must": Refusal(Refused("no"))}
    data, errors = await here.ask("{ rows { must } one { name } }", refusals)
    assert data == {"rows": None, "one": {"name": "2"}}
    assert len(errors) == 1
    assert "must" not in here.asked


async def test_only_those_who_may_tell_are_asked():
    here = Counted()
    refusals = {"Row.secret": Refusal(Refused("no"), only(1, 3))}
    data, errors = await here.ask("{ rows { secret } }", refusals)
    assert [row["secret"] for row in data["rows"]] == [None, 1, None, 1]
    assert [one["path"] for one in errors] == [
        ["rows", 0, "secret"],
        ["rows", 2, "secret"],
    ]
    assert here.asked["secret"] == 2


async def test_an_error_beside_an_answer_makes_nothing_null():
    here = Counted()
    refusals = {"Row.many": Refusal(Refused("no"), only(2), answered=True)}
    data, errors = await here.ask("{ rows { many { name } } }", refusals)
    assert data == {"rows": [{"many": []}] * 4}
    assert [one["path"][1] for one in errors] == [0, 1, 3]


async def test_what_stands_below_an_interface_is_refused_too():
    here = Counted()
    refusals = {
        "Row.name": Refusal(Refused("no")),
        "Row.secret": Refusal(Refused("no")),
    }
    text = "{ one { name ...more } } fragment more on Named { ... on Row { secret } }"
    data, errors = await here.ask(text, refusals)
    assert data == {"one": {"name": None, "secret": None}}
    assert len(errors) == 2


async def test_plans_are_shared_by_those_who_are_refused_the_same_selected_fields():
    here = Counted()
    prepared = prepare(parse("{ rows { name secret } }"))
    for refusals in (
        {},
        {"Row.must": Refusal(Refused("never selected"))},
        {"Row.secret": Refusal(Refused("one reason"))},
        {
            "Row.secret": Refusal(Refused("another"), only(1)),
            "Row.must": Refusal(Refused("")),
        },
    ):
        await here.engine.execute(Request(prepared, refusals=refusals))
    assert len(prepared.plans) == 2


async def test_a_refused_subscription_does_not_start():
    prepared = prepare(parse("subscription { told }"))
    refusals = {"Subscription.told": Refusal(Refused("no"))}
    found = await Counted().engine.subscribe(Request(prepared, refusals=refusals))
    assert found.data is None  # type: ignore[union-attr]
    assert [one.message for one in found.errors or ()] == ["no"]  # type: ignore[union-attr]


def test_the_reference_refuses_the_same():
    drawing = Drawing(government.schema(), government.SPICE, government.SCALARS, 10)
    objects = government.Objects(drawing.schema, faults=0.02)
    sides = Sides(
        Engine(drawing.schema, LeafTypes(NATIVES)),
        government.schema,
        lambda: (government.Answers(objects), None),
    )
    fields = [
        f"{declared.name}.{name}"
        for declared in drawing.schema.type_map.values()
        if is_object_type(declared) and not declared.name.startswith("__")
        for name in declared.fields
    ]
    random, count = Random(5), 0
    some = {id(one) for those in objects.of.values() for one in those[::2]}

    async def all_of(those: list[tuple[Operation, Any]]) -> None:
        nonlocal count
        for operation, document in those:
            prepared = prepare(document)
            for _ in range(2):
                request = Request(prepared, operation.variables, operation.name)
                await sides.compare(
                    request._replace(refusals=drawn(fields, some, random))
                )
            count += 1

    with asyncio.Runner() as runner:

        @settings(
            max_examples=12,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(drawing.drawn())
        def draw(operations: list[Operation]) -> None:
            runner.run(all_of(list(drawing.valid(operations))))

        draw()
    assert count >= 100


def drawn(
    fields: Sequence[str], some: Set[int], random: Random
) -> Mapping[str, Refusal]:
    """Refuse a tenth of all fields: of all objects, of all but some, or beside."""
    return {
        name: random.choice(
            [
                Refusal(Refused(f"{name} is refused")),
                Refusal(Refused(f"{name} is refused"), lambda one: id(one) in some),
                Refusal(Refused(BESIDE), answered=True),
            ]
        )
        for name in random.sample(fields, len(fields) // 10)
    }


async def test_what_comes_later_is_refused_too():
    here = Counted()
    text = "{ rows { name ... @defer { secret many { name } } } }"
    refusals = {
        "Row.secret": Refusal(Refused("no"), only(1)),
        "Row.many": Refusal(Refused("no"), answered=True),
    }
    request = Request(prepare(parse(text)), refusals=refusals)
    told = await assembled(await here.engine.execute_incrementally(request))
    assert [row["secret"] for row in told.data["rows"]] == [None, 1, None, None]
    assert [row["many"] for row in told.data["rows"]] == [[]] * 4
    assert len(told.errors) == 3 + 4
