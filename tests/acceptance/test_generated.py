"""Generated operations against both endpoints: no 5xx, nothing internal, within limits.

`CREDITNET_GENERATED=2500` runs so many against each.
"""

import os
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings

from benchmarks.identity import ROOMY
from gateway.access.demand.limits import load_limits
from gateway.access.viewer import Role
from schema.build import build
from schema.visibility import Audience
from tests.acceptance.conftest import Demo, another_gateway
from tests.gateway.engine.government import SCALARS, SPICE
from tests.gateway.engine.mixing import Operation
from tests.gateway.engine.operations import Drawing

ENDPOINTS = {Audience.GOVERNMENT: "/graphql", Audience.PUBLIC: "/public/graphql"}
COUNT = int(os.environ.get("CREDITNET_GENERATED", "60"))
SIZE = 10
INTERNALS = ("Traceback", "site-packages", "sqlite", "File ", "INTERNAL_SERVER_ERROR")


@pytest.mark.parametrize("audience", ENDPOINTS)
def test_generated_operations(demo: Demo, audience: Audience):
    drawing = Drawing(build(audience), SPICE, SCALARS, SIZE)
    given_names = {**demo.headers, "Accept": "application/json"}
    most = load_limits(ROOMY).of(Role.PUBLIC).cost
    done = 0
    with (
        another_gateway(demo, SCAN_DEADLINE="5") as gateway,
        httpx.Client(base_url=gateway.url, headers=given_names, timeout=60) as client,
    ):

        def ask(text: str, variables: Mapping[str, object]) -> None:
            body = {"query": text, "variables": dict(variables)}
            answer = client.post(ENDPOINTS[audience], json=body)
            said = f"{text}\n{variables}\n{answer.text[:2000]}"
            assert answer.status_code < 500, said
            assert not [word for word in INTERNALS if word in answer.text], said
            told: dict[str, Any] = answer.json().get("extensions") or {}
            if "data" in answer.json() and "cost" in told:
                assert told["cost"]["estimated"]["cost"] <= most, said

        @settings(
            max_examples=max(COUNT // SIZE, 1),
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(drawing.drawn())
        def draw(operations: list[Operation]) -> None:
            nonlocal done
            for operation, _ in drawing.valid(operations):
                ask(operation.text, operation.variables)
                done += 1

        draw()
    assert done >= COUNT // 2
