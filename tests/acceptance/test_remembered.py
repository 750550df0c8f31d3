"""Answers from memory on the whole demonstration, as those who ask see them."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.acceptance.conftest import Demo, another_gateway

ASKED = (
    "query($u: USCC) { enterprise(uscc: $u) { penalties { totalCount nodes { id "
    "provenance { outcome fetchedAt department { code } } } completeness { status "
    "sources { department { code } outcome asOf reason records } } } } }"
)
SHORT = {"CACHE": "on", "CACHE_SECONDS": "0.05", "CACHE_RENEWING": "0.05"}


@pytest.fixture(scope="module")
def remembering(demo: Demo) -> Iterator[Demo]:
    """A gateway that remembers long enough for a test."""
    with another_gateway(demo, CACHE="on", CACHE_SECONDS="600") as gateway:
        yield gateway


@pytest.fixture(scope="module")
def forgetful(demo: Demo) -> Iterator[Demo]:
    """A gateway whose answers are soon too old."""
    with another_gateway(demo, **SHORT) as gateway:
        yield gateway


def penalties(gateway: Demo, uscc: str) -> dict[str, Any]:
    found: dict[str, Any] = gateway.data_of(ASKED, {"u": uscc})["enterprise"]
    listed: dict[str, Any] = found["penalties"]
    return listed


def outcomes(listed: dict[str, Any]) -> dict[str, str]:
    sources = listed["completeness"]["sources"]
    return {one["department"]["code"]: one["outcome"] for one in sources}


@pytest.fixture
def uscc(demo: Demo) -> str:
    return demo.stories["everything"]


def test_a_second_question_is_answered_from_memory(
    remembering: Demo, uscc: str
) -> None:
    first, second, third = (penalties(remembering, uscc) for _ in range(3))
    assert set(outcomes(first).values()) == {"LIVE", "MATERIALIZED"}
    assert set(outcomes(second).values()) == {"CACHED", "MATERIALIZED"}
    assert [n["id"] for n in second["nodes"]] == [n["id"] for n in first["nodes"]]
    assert second["completeness"]["status"] == "COMPLETE"
    assert second["totalCount"] == first["totalCount"]
    assert third == second, "given again as it stands"


def test_a_department_that_fails_is_told_by_its_last_word(
    forgetful: Demo, uscc: str, fault: Callable[[str, str], None]
) -> None:
    before = penalties(forgetful, uscc)
    fault("QH-EPD", "down")
    found = penalties(forgetful, uscc)
    while outcomes(found)["QH-EPD"] == "CACHED":
        found = penalties(forgetful, uscc)
    assert outcomes(found)["QH-EPD"] == "STALE"
    assert found["totalCount"] is None
    assert found["completeness"]["status"] == "PARTIAL"
    assert [n["id"] for n in found["nodes"]] == [n["id"] for n in before["nodes"]]
    (report,) = [
        one
        for one in found["completeness"]["sources"]
        if one["department"]["code"] == "QH-EPD"
    ]
    assert "前的答复" in report["reason"]
    assert report["records"] > 0
    stale = [n["provenance"] for n in found["nodes"]]
    assert {p["outcome"] for p in stale if p["department"]["code"] == "QH-EPD"} == {
        "STALE"
    }


def test_the_public_is_never_given_an_answer_of_the_government(
    remembering: Demo, uscc: str
) -> None:
    query = (
        "query($u: USCC) { enterprise(uscc: $u) "
        "{ taxCredit { totalCount } penalties { totalCount } } }"
    )
    asked = {"query": query, "variables": {"u": uscc}}
    for _ in range(3):
        answer = httpx.post(
            f"{remembering.url}/graphql",
            json=asked,
            headers=remembering.headers,
            timeout=30,
        )
        assert answer.json()["data"]["enterprise"]["penalties"]["totalCount"]
    answer = httpx.post(f"{remembering.url}/public/graphql", json=asked, timeout=30)
    (error,) = answer.json()["errors"]
    assert "taxCredit" in error["message"]


def public(gateway: Demo, query: str, **headers: str) -> httpx.Response:
    address = f"{gateway.url}/public/graphql"
    given = {"Accept": "application/json", **headers}
    return httpx.get(address, params={"query": query}, headers=given, timeout=30)


def test_caches_on_the_way_may_keep_what_is_whole_as_long_as_it_is_fresh(
    remembering: Demo, uscc: str
) -> None:
    name = public(remembering, f'{{ enterprise(uscc: "{uscc}") {{ name }} }}')
    assert name.headers["cache-control"] == (
        "public, max-age=60, stale-while-revalidate=30"
    )
    query = f'{{ enterprise(uscc: "{uscc}") {{ inspections {{ totalCount }} }} }}'
    first, second, third = (public(remembering, query) for _ in range(3))
    assert "max-age=10," in first.headers["cache-control"]
    assert "max-age=60," in second.headers["cache-control"]
    known = public(remembering, query, **{"If-None-Match": third.headers["etag"]})
    assert (known.status_code, known.content) == (304, b"")
    assert known.headers["etag"] == third.headers["etag"]
    other = public(remembering, query, **{"If-None-Match": '"another"'})
    assert other.status_code == 200


def test_no_cache_may_keep_what_is_half(
    remembering: Demo, uscc: str, fault: Callable[[str, str], None]
) -> None:
    fault("QH-SAW", "down")
    query = f'{{ enterprise(uscc: "{uscc}") {{ licences {{ totalCount }} }} }}'
    half = public(remembering, query)
    assert half.json()["extensions"]["completeness"]["verdict"] == "PARTIAL"
    assert half.headers["cache-control"] == "no-store"
    assert "etag" not in half.headers
    wrong = public(remembering, "{ nothing }")
    assert wrong.headers["cache-control"] == "no-store"
