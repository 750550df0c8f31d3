"""Who must not act on half an answer says so, and gets an error in its place."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import httpx
import pytest

from mock_departments.world.model import TrueRecord
from tests.acceptance.conftest import Demo, another_gateway

Misbehave = Callable[[str, str], None]
PUBLIC = "/public/graphql"
LISTS = "penalties { totalCount COMPLETENESS } licences { totalCount COMPLETENESS }"
ASKED = LISTS.replace(
    "COMPLETENESS", "completeness { status sources { department { code } outcome } }"
)
QUERY = f"query($u: USCC) @require {{ enterprise(uscc: $u) {{ {ASKED} }} }}"
PLAIN = QUERY.replace(" @require", "")
CHECK = (
    'query($l: [USCC!]!) { check(usccs: $l, purpose: "工程招投标") '
    "{ uscc found clear findings { id } completeness { status sources "
    "{ department { code } outcome } } } }"
)
SHORT = {"CACHE": "on", "CACHE_SECONDS": "0.05", "CACHE_RENEWING": "0.05"}


@pytest.fixture(scope="module")
def forgetful(demo: Demo) -> Iterator[Demo]:
    """A gateway whose answers are soon too old, and that knows last words."""
    with another_gateway(demo, **SHORT) as gateway:
        yield gateway


@pytest.fixture(scope="module")
def remembering(demo: Demo) -> Iterator[Demo]:
    """A gateway that remembers, and rules out."""
    demo.creditnet("presence", "build")
    with another_gateway(
        demo, CACHE="on", CACHE_SECONDS="600", PRESENCE="on"
    ) as gateway:
        yield gateway


@pytest.fixture(scope="module")
def breaking(demo: Demo) -> Iterator[Demo]:
    """A gateway that stops asking at the first failure."""
    settings = {"BREAKER_FAILURES": "1", "BREAKER_WAIT": "600"}
    with another_gateway(demo, **settings) as gateway:
        yield gateway


@pytest.fixture
def uscc(demo: Demo) -> str:
    return demo.stories["everything"]


def refusal(answer: dict[str, Any]) -> dict[str, Any]:
    assert answer["data"] is None
    (error,) = answer["errors"]
    found: dict[str, Any] = error["extensions"]
    assert found["code"] == "REQUIREMENT_NOT_MET"
    for code in found["departments"]:
        assert code in error["message"]
    return found


def sources_of(answer: dict[str, Any]) -> dict[str, set[str]]:
    """Give the outcomes of each department in the lists of an enterprise."""
    found: dict[str, set[str]] = {}
    for listed in answer["data"]["enterprise"].values():
        for one in listed["completeness"]["sources"]:
            found.setdefault(one["department"]["code"], set()).add(one["outcome"])
    return found


@pytest.mark.parametrize("endpoint", ["/graphql", PUBLIC])
def test_a_whole_answer_is_given_and_summed_up(demo: Demo, uscc: str, endpoint: str):
    answer = demo.ask(QUERY, {"u": uscc}, endpoint)
    assert "errors" not in answer
    summed = answer["extensions"]["completeness"]
    assert summed == {
        "verdict": "COMPLETE",
        "asked": len(sources_of(answer)),
        "answered": len(sources_of(answer)),
        "ruledOut": 0,
        "unasked": 0,
        "stale": [],
        "denied": [],
        "missing": [],
    }


@pytest.mark.parametrize("endpoint", ["/graphql", PUBLIC])
@pytest.mark.parametrize(
    ("profile", "named"), [("down", "missing"), ("token_expiry", "denied")]
)
def test_a_department_that_is_not_heard(
    demo: Demo, uscc: str, fault: Misbehave, endpoint: str, profile: str, named: str
):
    fault("QH-EPD", profile)
    plain = demo.ask(PLAIN, {"u": uscc}, endpoint)
    summed = plain["extensions"]["completeness"]
    assert summed["verdict"] == "PARTIAL"
    assert summed[named] == ["QH-EPD"]
    assert summed["answered"] == summed["asked"] - 1 == len(sources_of(plain)) - 1
    answer = demo.ask(QUERY, {"u": uscc}, endpoint)
    assert refusal(answer) == {
        "code": "REQUIREMENT_NOT_MET",
        "required": {"completeness": "COMPLETE"},
        "found": {"completeness": "PARTIAL"},
        "departments": ["QH-EPD"],
    }
    assert answer["extensions"]["completeness"] == summed
    less = QUERY.replace("@require", "@require(completeness: PARTIAL)")
    assert demo.ask(less, {"u": uscc}, endpoint)["data"] == plain["data"]


def test_the_public_is_told_no_more_than_by_its_lists(
    remembering: Demo, uscc: str, fault: Misbehave
):
    fault("QH-HRS", "down")
    answer = remembering.ask(PLAIN, {"u": uscc}, PUBLIC)
    told, summed = sources_of(answer), answer["extensions"]["completeness"]
    assert summed["ruledOut"] == 0
    assert summed["asked"] == len(told)
    well = {"LIVE", "CACHED", "MATERIALIZED"}
    assert summed["missing"] == sorted(
        code for code, outcomes in told.items() if outcomes - well
    )


def test_who_is_ruled_out_is_counted_for_the_government(remembering: Demo, uscc: str):
    answer = remembering.ask(PLAIN, {"u": uscc})
    summed = answer["extensions"]["completeness"]
    ruled_out = [o for o in sources_of(answer).values() if o == {"NOTHING_HELD"}]
    assert summed["ruledOut"] == len(ruled_out) > 10
    assert summed["answered"] == summed["asked"] == len(sources_of(answer))


def test_stale_words_are_forbidden_for_some_record_types(
    forgetful: Demo, uscc: str, fault: Misbehave
):
    forgetful.data_of(PLAIN, {"u": uscc})
    fault("QH-EPD", "down")
    answer = forgetful.ask(PLAIN, {"u": uscc})
    while "CACHED" in sources_of(answer)["QH-EPD"]:
        answer = forgetful.ask(PLAIN, {"u": uscc})
    assert answer["extensions"]["completeness"]["stale"] == ["QH-EPD"]
    assert answer["extensions"]["completeness"]["missing"] == []

    def asked(forbidden: str) -> dict[str, Any]:
        demand = f"@require(completeness: PARTIAL, noStale: [{forbidden}])"
        query = QUERY.replace("@require", demand)
        return forgetful.ask(query, {"u": uscc})

    assert asked("SERIOUS_VIOLATION, CHANGE")["data"]
    refused = refusal(asked("CHANGE, PENALTY"))
    assert refused["found"] == {"stale": ["QH-EPD"]}
    assert refused["departments"] == ["QH-EPD"]
    assert refusal(forgetful.ask(QUERY, {"u": uscc}))["found"] == {
        "completeness": "PARTIAL"
    }


def test_what_is_too_old_is_refused(remembering: Demo, uscc: str):
    """The demonstration's files are of its own day, and answers of this minute."""
    old = QUERY.replace("@require", '@require(maxAge: "1s")')
    young = QUERY.replace("@require", '@require(maxAge: "999999d")')
    assert remembering.ask(young, {"u": uscc})["data"]
    refused = refusal(remembering.ask(old, {"u": uscc}))
    assert refused["required"] == {"completeness": "COMPLETE", "maxAge": "1s"}
    assert refused["found"]["tooOld"] == refused["departments"]
    assert remembering.ask(young, {"u": uscc})["data"], "not kept for others"


def test_by_the_header(demo: Demo, uscc: str, fault: Misbehave):
    def asked(header: str, query: str = PLAIN, endpoint: str = "/graphql") -> Any:
        headers = {"X-Creditnet-Require": header}
        return demo.ask(query, {"u": uscc}, endpoint, **headers)

    assert asked("completeness=COMPLETE; noStale=PENALTY,LICENCE")["data"]
    fault("QH-EPD", "down")
    for endpoint in ("/graphql", PUBLIC):
        refused = refusal(asked("completeness=COMPLETE", endpoint=endpoint))
        assert refused["departments"] == ["QH-EPD"]
    assert asked("completeness=PARTIAL")["data"]
    assert refusal(asked("completeness=PARTIAL", QUERY)), "both must hold"
    less = QUERY.replace("@require", "@require(completeness: PARTIAL)")
    assert refusal(asked("completeness=COMPLETE", less)), "both must hold"


@pytest.mark.parametrize(
    ("header", "argument"),
    [("completeness=HALF", "completeness"), ("maxAge=soon", "maxAge")],
)
def test_a_header_that_can_not_be_read(
    demo: Demo, uscc: str, header: str, argument: str
):
    answer = httpx.post(
        f"{demo.url}/graphql",
        json={"query": PLAIN, "variables": {"u": uscc}},
        headers={"X-Creditnet-Require": header, **demo.headers},
        timeout=30,
    )
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert argument in error["message"]


def test_a_directive_that_can_not_be_read(demo: Demo):
    answer = demo.ask('query @require(maxAge: "soon") { viewer { roles } }')
    assert "data" not in answer
    (error,) = answer["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": "maxAge"}


def test_the_status_says_that_it_was_answered(demo: Demo, uscc: str, fault: Misbehave):
    fault("QH-EPD", "down")
    answer = httpx.post(
        f"{demo.url}/graphql",
        json={"query": QUERY, "variables": {"u": uscc}},
        headers={"Accept": "application/graphql-response+json", **demo.headers},
        timeout=30,
    )
    assert answer.status_code == 200
    refusal(answer.json())


def test_an_answer_in_parts_can_not_be_taken_back(demo: Demo, uscc: str):
    deferred = PLAIN.replace("penalties", "... @defer { penalties", 1) + " }"

    def asked(query: str, **headers: str) -> httpx.Response:
        return httpx.post(
            f"{demo.url}/graphql",
            json={"query": query, "variables": {"u": uscc}},
            headers={
                "Accept": "multipart/mixed, application/json",
                **demo.headers,
                **headers,
            },
            timeout=30,
        )

    required = deferred.replace("{ enterprise", "@require { enterprise")
    whole = {"X-Creditnet-Require": "completeness=COMPLETE"}
    for refused in (asked(required), asked(deferred, **whole)):
        (error,) = refused.json()["errors"]
        assert "data" not in refused.json()
        assert error["extensions"]["code"] == "BAD_USER_INPUT"
        assert "@defer" in error["message"]
    assert asked(QUERY).json()["data"], "without @defer it comes whole"
    assert demo.ask(required, {"u": uscc})["data"], "whole, for who takes no parts"
    last = asked(deferred).text.split("\r\n---")[-2].split("\r\n\r\n", 1)[1]
    assert json.loads(last)["extensions"]["completeness"]["verdict"] == "COMPLETE"


@pytest.mark.parametrize(
    "query",
    [
        "records(recordType: PENALTY, first: 1) { totalCount }",
        "recordStatistics(recordType: PENALTY, groupBy: [DEPARTMENT]) "
        "{ completeness { status } }",
        "enterprises(where: {has: [{recordType: PENALTY}]}, first: 1) { totalCount }",
    ],
)
def test_listings_of_whole_departments_too(
    demo: Demo, listing: Demo, fault: Misbehave, query: str
):
    fault("QH-XN", "down")
    answer = listing.ask(f"query @require {{ {query} }}")
    refused = refusal(answer)
    assert "QH-XN" in refused["departments"]
    assert answer["extensions"]["completeness"]["verdict"] == "PARTIAL"
    assert listing.ask(f"{{ {query} }}")["data"]


def test_where_there_is_nobody_to_ask_nothing_is_complete(demo: Demo, uscc: str):
    nobody = 'penalties(where: {departments: ["QH-CAD"]}) { completeness { status } }'
    query = f"query($u: USCC) @require {{ enterprise(uscc: $u) {{ {nobody} }} }}"
    assert refusal(demo.ask(query, {"u": uscc}))["found"] == {
        "completeness": "UNAVAILABLE",
        "unasked": 1,
    }


def test_annual_reports_are_summed_up_as_well(demo: Demo, uscc: str):
    reports = "annualReports { nodes { year } }"
    query = f"query($u: USCC) @require {{ enterprise(uscc: $u) {{ {reports} }} }}"
    answer = demo.ask(query, {"u": uscc})
    assert answer["data"]
    assert answer["extensions"]["completeness"]["asked"] == 1


def test_introspection_shows_it(demo: Demo):
    for endpoint in ("/graphql", PUBLIC):
        query = "{ __schema { directives { name locations args { name } } } }"
        found = demo.ask(query, endpoint=endpoint)["data"]["__schema"]["directives"]
        (one,) = [each for each in found if each["name"] == "require"]
        assert one["locations"] == ["QUERY"]
        names = [each["name"] for each in one["args"]]
        assert names == ["completeness", "maxAge", "noStale"]


# ---- checks --------------------------------------------------------------------


@pytest.fixture(scope="module")
def blameless(demo: Demo, truths: Mapping[str, list[TrueRecord]]) -> Sequence[str]:
    """Enterprises against which nothing speaks, and of whom QH-EPD may know."""
    blamed = {uscc for one in truths["PENALTY"] for uscc in one.usccs}
    found: list[str] = []
    nodes = demo.data_of("{ enterprises(first: 100) { nodes { uscc } } }")
    codes = [one["uscc"] for one in nodes["enterprises"]["nodes"]]
    checks = demo.data_of(CHECK, {"l": [c for c in codes if c not in blamed]})["check"]
    for one in checks:
        if one["clear"]:
            assert one["completeness"]["status"] == "COMPLETE"
            assert not one["findings"]
            found.append(one["uscc"])
    assert found
    return found[:5]


@pytest.mark.parametrize(
    ("outcome", "profile"),
    [
        ("FAILED", "down"),
        ("TIMED_OUT", "hang"),
        ("DENIED", "token_expiry"),
        ("CIRCUIT_OPEN", "down"),
        ("STALE", "down"),
    ],
)
def test_nobody_is_clear_unless_all_were_heard(
    request: pytest.FixtureRequest,
    blameless: Sequence[str],
    fault: Misbehave,
    outcome: str,
    profile: str,
):
    name = {"CIRCUIT_OPEN": "breaking", "STALE": "forgetful"}.get(outcome, "demo")
    gateway: Demo = request.getfixturevalue(name)
    asked = {"l": [*blameless]}
    gateway.data_of(CHECK, asked)
    fault("QH-EPD", profile)
    while True:
        checks = gateway.data_of(CHECK, asked)["check"]
        seen = {
            source["outcome"]
            for one in checks
            for source in one["completeness"]["sources"]
            if source["department"]["code"] == "QH-EPD"
        }
        assert seen <= {outcome, "FAILED", "CACHED"}
        if seen == {outcome}:
            break
    for one in checks:
        assert (one["found"], one["clear"], one["findings"]) == (True, None, [])
        assert one["completeness"]["status"] == "PARTIAL"
    required = CHECK.replace(") {", ") @require {", 1)
    refused = refusal(gateway.ask(required, asked))
    assert refused["departments"] == ["QH-EPD"]


def test_an_unknown_enterprise_is_never_clear(demo: Demo, blameless: Sequence[str]):
    asked = {"l": [blameless[0], "91350100M000100Y43"]}
    checks = demo.data_of(CHECK, asked)["check"]
    assert [one["clear"] for one in checks] == [True, None]
    answer = demo.ask(CHECK.replace(") {", ") @require {", 1), asked)
    assert refusal(answer)["departments"] == []
    assert refusal(answer)["found"] == {"completeness": "PARTIAL", "unasked": 1}
    assert answer["extensions"]["completeness"]["unasked"] == 1


# ---- caches on the way ---------------------------------------------------------


def test_no_cache_on_the_way_answers_for_who_requires_something(demo: Demo, uscc: str):
    def got(query: str) -> httpx.Response:
        asked = {"query": query, "variables": json.dumps({"u": uscc})}
        return httpx.get(demo.url + PUBLIC, params=asked, timeout=30)

    whole = got(QUERY)
    assert "X-Creditnet-Require" in whole.headers["vary"]
    assert "max-age" in whole.headers["cache-control"]
    aging = got(QUERY.replace("@require", '@require(maxAge: "999999d")'))
    assert aging.json()["data"]
    assert aging.headers["cache-control"] == "no-store"
