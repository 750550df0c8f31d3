"""What is there arrives at once; what a slow department has follows."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx

from tests.acceptance.conftest import Demo

QUERY = """query ($u: USCC!) { enterprise(uscc: $u) { name
  ... @defer(label: "penalties") { penalties { nodes { decisionNumber }
    completeness { status sources { department { code } outcome } } } } } }"""


def parts(
    demo: Demo, accept: str, endpoint: str = "/graphql"
) -> tuple[str, Iterator[Any]]:
    answer = httpx.post(
        demo.url + endpoint,
        json={"query": QUERY, "variables": {"u": demo.stories["everything"]}},
        headers={"Accept": accept, **demo.headers},
        timeout=60,
    )
    kind = answer.headers["content-type"]
    if not kind.startswith("multipart/mixed"):
        return kind, iter([answer.json()])
    *found, end = answer.text.split("\r\n---")
    assert end == "--\r\n"
    assert not found[0]
    bodies = (part.split("\r\n\r\n", 1)[1] for part in found[1:])
    return kind, (json.loads(body) for body in bodies)


def test_the_core_comes_first_and_a_department_later(
    demo: Demo, fault: Callable[[str, str], None]
):
    fault("QH-EPD", "slow")
    kind, found = parts(demo, "multipart/mixed, application/graphql-response+json")
    assert kind == 'multipart/mixed; boundary="-"'
    first, *more = found
    assert first["data"] == {"enterprise": {"name": "西宁昆源矿业有限公司"}}
    assert first["hasNext"] is True
    assert first["pending"] == [
        {"id": "0", "path": ["enterprise"], "label": "penalties"}
    ]
    assert more[-1]["hasNext"] is False
    (part,) = [one for update in more for one in update.get("incremental", ())]
    listed = part["data"]["penalties"]
    asked = {s["department"]["code"]: s for s in listed["completeness"]["sources"]}
    assert asked["QH-EPD"]["outcome"] in {"LIVE", "TIMED_OUT"}
    assert len(asked) > 20


def test_without_parts_the_same_answer_comes_whole(demo: Demo):
    for accept in ("application/json", "multipart/mixed;deferSpec=20220824"):
        kind, found = parts(demo, accept)
        assert kind.startswith("application/json")
        (whole,) = found
        assert whole["data"]["enterprise"]["penalties"]["nodes"]


def test_the_public_schema_has_no_parts(demo: Demo):
    _, found = parts(demo, "multipart/mixed, application/json", "/public/graphql")
    (refused,) = found
    assert refused["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
