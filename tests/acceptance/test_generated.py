"""Generated operations against both endpoints: no 5xx, nothing internal, within limits.

hypothesis-graphql's are mixed further (`tests/gateway/engine/mixing.py`). schemathesis
draws by hypothesis-graphql as well, and adds operations that are wrong on purpose.
`CREDITNET_GENERATED=2500` runs so many of each against each endpoint.
"""

import os
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings, strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok

from gateway.access.demand.limits import PACKAGED, load_limits
from gateway.access.viewer import Role
from schema.build import build
from schema.visibility import Audience
from tests.acceptance.conftest import Demo, another_gateway
from tests.acceptance.judging import Judge, unhurried
from tests.gateway.engine.government import SCALARS, SPICE
from tests.gateway.engine.mixing import Operation
from tests.gateway.engine.operations import Drawing

ENDPOINTS = {
    Audience.GOVERNMENT: ("/graphql", Role.ANALYST),
    Audience.PUBLIC: ("/public/graphql", Role.PUBLIC),
}
COUNT = int(os.environ.get("CREDITNET_GENERATED", "40"))
SIZE = 10


def often(times: int) -> settings:
    return settings(
        max_examples=max(times, 1),
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture(scope="module")
def limited(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A gateway with the packaged limits of what one request may ask."""
    limits = unhurried(tmp_path_factory.mktemp("limits"))
    with another_gateway(demo, SCAN_DEADLINE="5", LIMITS=str(limits)) as gateway:
        yield gateway


@pytest.fixture
def judge(audience: Audience) -> Iterator[Judge]:
    judge = Judge(load_limits(PACKAGED).of(ENDPOINTS[audience][1]))
    yield judge
    assert judge.judged >= COUNT // 2
    assert judge.answered, "nothing was answered"


@pytest.mark.parametrize("audience", ENDPOINTS)
def test_mixed_operations(limited: Demo, audience: Audience, judge: Judge):
    drawing = Drawing(build(audience), SPICE, SCALARS, SIZE)
    known = {**limited.headers, "Accept": "application/json"}
    path = ENDPOINTS[audience][0]
    with httpx.Client(base_url=limited.url, headers=known, timeout=60) as client:

        def ask(text: str, variables: Mapping[str, object]) -> None:
            body = {"query": text, "variables": dict(variables)}
            answer = client.post(path, json=body)
            asked = f"{text}\n{variables}"
            judge.look(answer.status_code, answer.text, answer.json(), asked)

        @often(COUNT // SIZE)
        @given(drawing.drawn())
        def draw(operations: list[Operation]) -> None:
            for operation, _ in drawing.valid(operations):
                ask(operation.text, operation.variables)

        draw()


AnyCase = Case[Any]


def cases_of(url: str, headers: Mapping[str, str]) -> st.SearchStrategy[AnyCase]:
    """Give what schemathesis draws for every root field, right and wrong ones."""
    for name, texts in SCALARS.items():
        literals = st.sampled_from(texts).map(schemathesis.graphql.nodes.String)
        schemathesis.graphql.scalar(name, literals)
    schema = schemathesis.graphql.from_url(url, headers=dict(headers), timeout=60)
    drawn: list[st.SearchStrategy[AnyCase]] = []
    for one in schema.get_all_operations():
        assert isinstance(one, Ok), one
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            drawn.append(one.ok().as_strategy(generation_mode=mode))
    return st.one_of(drawn)


@pytest.mark.parametrize("audience", ENDPOINTS)
def test_what_schemathesis_asks(limited: Demo, audience: Audience, judge: Judge):
    known = {**limited.headers, "Accept": "application/json"}
    cases = cases_of(limited.url + ENDPOINTS[audience][0], known)

    @often(COUNT)
    @given(cases)
    def draw(case: AnyCase) -> None:
        answer: Any = case.call(headers=known, timeout=60)
        said = answer.json()
        judge.look(answer.status_code, answer.text, said, str(case.body))

    draw()
    assert judge.answered < judge.judged, "none was wrong"
