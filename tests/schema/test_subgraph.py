"""The graph as a part of a national one: entities by key, and its composition."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from graphql import ExecutionResult, parse

from gateway.bindings import NATIVES, bind_schema
from gateway.engine import Engine, LeafTypes, Request, prepare
from schema.build import build
from schema.subgraph import MOST, subgraph_sdl
from schema.visibility import Audience
from tests.node import need_packages
from tests.schema.questions import FakeQuestions
from tests.schema.samples import ORGANISATION, enterprise

COMPOSITION = Path(__file__).parent / "composition"
SCHEMA = bind_schema(build(Audience.GOVERNMENT))
ENGINE = Engine(SCHEMA, LeafTypes(NATIVES))
DOCUMENT = prepare(
    parse(
        """query ($these: [_Any!]!) { _entities(representations: $these) {
          __typename ... on Enterprise { uscc name } ... on Department { code }
        } }"""
    )
)
STRANGER = "91440300708461136T"
anyio = pytest.mark.anyio


def of(uscc: object) -> dict[str, object]:
    return {"__typename": "Enterprise", "uscc": uscc}


async def entities(questions: FakeQuestions, *these: object) -> ExecutionResult:
    variables = {"these": list(these)}
    return await ENGINE.execute(Request(DOCUMENT, variables, context=questions))


@anyio
async def test_entities_come_in_the_order_asked_and_unknown_ones_are_null():
    questions = FakeQuestions([enterprise()])
    department = {"__typename": "Department", "code": "QH-EPD"}
    result = await entities(questions, department, of(STRANGER), of(ORGANISATION))
    assert result.errors is None
    data: Any = result.data
    first, second, third = data["_entities"]
    assert first == {"__typename": "Department", "code": "QH-EPD"}
    assert second is None
    assert third["uscc"] == ORGANISATION


@anyio
@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ("9163", "representations[1]"),
        ({"__typename": "Region", "code": "63"}, "representations[1]"),
        ({"__typename": ["Enterprise"]}, "representations[1]"),
        ({"uscc": ORGANISATION}, "representations[1]"),
        (of("91630000MA7DEM0W83"), "representations[1].uscc"),
        (of(None), "representations[1].uscc"),
        ({"__typename": "Department", "code": 7}, "representations[1].code"),
    ],
)
async def test_what_cannot_be_read_fails_its_own_place(wrong: object, place: str):
    result = await entities(FakeQuestions([enterprise()]), of(ORGANISATION), wrong)
    data: Any = result.data
    assert data["_entities"][0]["uscc"] == ORGANISATION
    assert data["_entities"][1] is None
    (error,) = result.errors or []
    assert error.path == ["_entities", 1]
    assert error.message.startswith(f"{place}: ")


@anyio
async def test_too_many_are_refused():
    result = await entities(FakeQuestions([]), *[of(ORGANISATION)] * (MOST + 1))
    (error,) = result.errors or []
    assert str(MOST) in error.message


@anyio
async def test_the_service_gives_its_own_schema():
    document = prepare(parse("{ _service { sdl } }"))
    result = await ENGINE.execute(Request(document, context=FakeQuestions([])))
    data: Any = result.data
    assert data == {"_service": {"sdl": subgraph_sdl(SCHEMA)}}
    assert "_entities" not in data["_service"]["sdl"]


def test_the_public_graph_is_no_subgraph():
    public = build(Audience.PUBLIC)
    assert not [name for name in public.type_map if name in {"_Any", "_Entity"}]
    assert public.query_type is not None
    assert "_service" not in public.query_type.fields


def test_a_national_graph_composes_it(tmp_path: Path):
    need_packages(COMPOSITION)
    province = tmp_path / "qinghai.graphql"
    province.write_text(subgraph_sdl(SCHEMA), encoding="utf-8")
    done = subprocess.run(
        ["node", "compose.mjs", str(province), "national.graphql"],
        cwd=COMPOSITION,
        check=True,
        capture_output=True,
        timeout=60,
    )
    found = json.loads(done.stdout)
    assert found["errors"] == []
    assert "nationalRating" in found["supergraph"]
