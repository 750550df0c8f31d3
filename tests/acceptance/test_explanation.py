"""An analyst may ask how an answer came about; the public may not."""

import os
from typing import Any

import httpx

from tests.acceptance.conftest import Demo

BY_REFERENCE = os.environ.get("CREDITNET_ENGINE") == "reference"
"""graphql-core has no levels, and so no steps to tell of."""
QUERY = """{ enterprises(first: 20) { nodes { name
  penalties { totalCount } licences { totalCount } } } }"""


def explained(demo: Demo, endpoint: str, query: str) -> dict[str, Any]:
    answer = httpx.post(
        demo.url + endpoint,
        json={"query": query},
        headers={
            "Accept": "application/json",
            "X-Creditnet-Explain": "1",
            **demo.headers,
        },
        timeout=60,
    )
    result: dict[str, Any] = answer.json()
    return result


def test_the_plan_names_steps_and_who_was_asked_for_how_many(demo: Demo):
    plan = explained(demo, "/graphql", QUERY)["extensions"]["plan"]
    if not BY_REFERENCE:
        _steps(plan)
    asked = {(one["department"], one["recordType"]): one for one in plan["sources"]}
    assert len(asked) == len(plan["sources"])
    epd = asked["QH-EPD", "PENALTY"]
    assert epd["enterprises"] == sum(epd["outcomes"].values()) == 20
    assert epd["outcomes"] == {"LIVE": 20}
    assert epd["calls"] == 1


def _steps(plan: dict[str, Any]) -> None:
    steps = {step["path"]: step for step in plan["steps"]}
    assert steps["enterprises"]["parents"] == 1
    for name in ("penalties", "licences"):
        step = steps[f"enterprises.nodes.{name}"]
        assert step["field"] == f"Enterprise.{name}"
        assert step["parents"] == 20
        assert 0 <= step["startedAfter"] <= plan["milliseconds"]


def test_nothing_is_explained_unasked_nor_to_the_public(demo: Demo):
    assert "plan" not in demo.ask(QUERY)["extensions"]
    query = '{ search(text: "有限公司") { nodes { name } } }'
    told = explained(demo, "/public/graphql", query)["extensions"]
    assert told.keys() == {"cost"}
    assert told["cost"].keys() == {"estimated"}, "what was heard is not public"
