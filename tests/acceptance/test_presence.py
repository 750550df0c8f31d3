"""Presence on the whole demonstration: fewer calls, the same records."""

from collections.abc import Callable
from typing import Any

import httpx

from tests.acceptance.conftest import Demo

LISTS = (
    *("licences", "penalties", "judicialAssistance", "abnormalListings"),
    *("commendations", "seriousViolations", "taxCredit"),
)
ASKED = " ".join(
    f"{name} {{ totalCount nodes {{ id headline occurredOn }} "
    "completeness { status } }"
    for name in LISTS
)
ALL = (
    "query($a: String) { enterprises(first: 100, after: $a) { pageInfo "
    f"{{ endCursor hasNextPage }} nodes {{ uscc {ASKED} }} }} }}"
)
ONE = f"query($u: USCC) {{ enterprise(uscc: $u) {{ {ASKED} }} }}"
HEARD = (
    "query($u: USCC) { enterprise(uscc: $u) { penalties { totalCount completeness "
    "{ status sources { department { code } outcome asOf reason records } } } } }"
)


def everybody(demo: Demo) -> dict[str, Any]:
    found: dict[str, Any] = {}
    after = None
    while True:
        page = demo.data_of(ALL, {"a": after})["enterprises"]
        found |= {node.pop("uscc"): node for node in page["nodes"]}
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


def calls(demo: Demo, uscc: str) -> int:
    answer = httpx.post(
        f"{demo.url}/graphql",
        json={"query": ONE, "variables": {"u": uscc}},
        headers={
            "Accept": "application/json",
            "X-Creditnet-Explain": "1",
            **demo.headers,
        },
        timeout=60,
    ).json()
    sources = answer["extensions"]["plan"]["sources"]
    return sum(one["calls"] or 0 for one in sources)


def test_the_same_records_of_everybody(demo: Demo, sparing: Demo):
    found = everybody(sparing)
    expected = everybody(demo)
    assert len(expected) >= 600
    assert found == expected


def test_most_calls_are_avoided(demo: Demo, sparing: Demo):
    some = sorted(everybody(demo))[::12]
    plain = sum(calls(demo, uscc) for uscc in some)
    spared = sum(calls(sparing, uscc) for uscc in some)
    assert spared <= 0.15 * plain, (spared, plain)


def sources_of(demo: Demo, uscc: str) -> dict[str, Any]:
    listed = demo.data_of(HEARD, {"u": uscc})["enterprise"]["penalties"]
    sources = listed["completeness"]["sources"]
    return {one["department"]["code"]: one for one in sources}


def test_who_is_ruled_out_says_so_with_the_presence_s_time(demo: Demo, sparing: Demo):
    sources = sources_of(sparing, sparing.stories["everything"])
    assert sources["QH-EPD"]["outcome"] == "LIVE"
    ruled_out = [one for one in sources.values() if one["outcome"] == "NOTHING_HELD"]
    assert len(ruled_out) > 20
    assert all(one["asOf"] and one["records"] == 0 for one in ruled_out)
    plain = sources_of(demo, demo.stories["everything"])
    assert sources.keys() == plain.keys()


def test_the_public_can_not_tell_who_holds_what(demo: Demo, sparing: Demo):
    query = HEARD.replace("penalties {", "licences {")
    variables = {"u": demo.stories["everything"]}
    for one in (demo, sparing):
        answer = one.ask(query, variables, "/public/graphql")
        listed = answer["data"]["enterprise"]["licences"]
        outcomes = {s["outcome"] for s in listed["completeness"]["sources"]}
        assert outcomes <= {"LIVE", "MATERIALIZED"}


def test_half_answers_are_never_empty(
    demo: Demo, sparing: Demo, fault: Callable[[str, str], None]
):
    punished = [
        record.usccs[0]
        for record in demo.world.records("QH-EPD", "PENALTY")
        if len(record.usccs) == 1 and not record.dirt
    ]
    assert punished
    fault("QH-EPD", "half_answer")
    halves = 0
    for uscc in sorted(set(punished)):
        listed = sparing.data_of(HEARD, {"u": uscc})["enterprise"]["penalties"]
        sources = listed["completeness"]["sources"]
        (told,) = [s for s in sources if s["department"]["code"] == "QH-EPD"]
        assert told["records"] or told["outcome"] == "FAILED"
        if told["outcome"] == "FAILED":
            halves += 1
            assert listed["totalCount"] is None
            assert told["reason"]
    assert halves or len(punished) < 3
