"""One enterprise, connected: what the issue's acceptance asks, over HTTP."""

from collections.abc import Callable

import pytest

from tests.acceptance.conftest import Demo

PAGE = """
fragment page on Enterprise {
  uscc name formerNames status region { code fullName } registrationNumber
  penalties { totalCount completeness { status }
    nodes { decisionNumber fine authority decidedOn categories
      provenance { department { code name } asOf outcome digest } } }
  licences { totalCount completeness { status } }
  judicialAssistance { totalCount nodes { equityAmount } completeness { status } }
  abnormalListings { nodes { listedOn removedOn } completeness { status } }
  commendations { totalCount completeness { status } }
  annualReports { totalCount nodes { year } completeness { status } }
}
"""


@pytest.fixture(scope="module")
def everything(demo: Demo) -> str:
    return demo.stories["everything"]


def test_by_code_by_old_number_and_by_name_it_is_the_same(demo: Demo, everything: str):
    truth = demo.world.enterprise(everything)
    assert truth
    query = (
        "query($u: USCC, $r: String, $n: String, $f: String) {"
        "a: enterprise(uscc: $u) { ...page } b: enterprise(registrationNumber: $r) "
        "{ ...page } c: enterprise(name: $n) { ...page } "
        "d: enterprise(name: $f) { uscc } }" + PAGE
    )
    data = demo.data_of(
        query,
        {
            "u": everything,
            "r": truth.registration_number,
            "n": truth.name,
            "f": truth.former_names[0],
        },
    )
    a, b, c = data["a"], data["b"], data["c"]
    for one in (a, b, c):
        for node in one["penalties"]["nodes"]:
            node.pop("provenance")
    assert a == b == c
    assert data["d"]["uscc"] == everything
    assert a["name"] == "西宁昆源矿业有限公司"
    assert a["region"] == {"code": "630102", "fullName": "青海省西宁市城东区"}


def test_penalties_with_department_fine_in_yuan_and_provenance(
    demo: Demo, everything: str
):
    data = demo.data_of(
        "query($u: USCC) { enterprise(uscc: $u) { ...page } }" + PAGE,
        {"u": everything},
    )["enterprise"]
    for name in ("penalties", "licences", "judicialAssistance", "commendations"):
        assert data[name]["completeness"]["status"] == "COMPLETE"
    fined = next(
        node
        for node in data["penalties"]["nodes"]
        if node["decisionNumber"] == "青环罚〔2016〕12号"
    )
    assert fined["fine"] == "20000"
    assert fined["decidedOn"] == "2016-07-22"
    assert fined["authority"] == "青海省环境保护厅"
    assert fined["provenance"]["department"]["code"] == "QH-EPD"
    assert fined["provenance"]["outcome"] == "LIVE"
    assert len(fined["provenance"]["digest"]) == 64
    assert data["judicialAssistance"]["nodes"][0]["equityAmount"] == "12000000"
    removed = [node["removedOn"] for node in data["abnormalListings"]["nodes"]]
    assert "2016-08-15" in removed


def test_fifty_enterprises_of_xining_with_three_record_types(demo: Demo):
    data = demo.data_of(
        '{ enterprises(where: {region: "6301", status: OPERATING}, first: 50) {'
        " totalCount pageInfo { hasNextPage endCursor } nodes { uscc region { code }"
        " licences { totalCount completeness { status } }"
        " penalties { totalCount completeness { status } }"
        " judicialAssistance { totalCount completeness { status } } } } }"
    )["enterprises"]
    truth = [
        one
        for one in demo.world.enterprises()
        if str(one.facts["regionCode"]).startswith("6301")
        and one.facts["status"] == "OPERATING"
    ]
    assert data["totalCount"] == len(truth)
    assert len(data["nodes"]) == 50
    for node in data["nodes"]:
        assert node["region"]["code"].startswith("6301")
        for name in ("licences", "penalties", "judicialAssistance"):
            assert node[name]["completeness"]["status"] == "COMPLETE"
            assert isinstance(node[name]["totalCount"], int)


def test_a_department_that_is_down_costs_only_its_own_records(
    demo: Demo, everything: str, fault: Callable[[str, str], None]
):
    query = (
        "query($u: USCC) { enterprise(uscc: $u) { penalties { totalCount "
        "nodes { decisionNumber } completeness { status sources "
        "{ department { code } outcome reason } } } licences { totalCount "
        "nodes { authority } completeness { status } } } }"
    )
    whole = demo.data_of(query, {"u": everything})["enterprise"]
    fault("QH-EPD", "down")
    half = demo.data_of(query, {"u": everything})["enterprise"]
    assert half["penalties"]["completeness"]["status"] == "PARTIAL"
    assert half["penalties"]["totalCount"] is None
    silent = [
        source["department"]["code"]
        for source in half["penalties"]["completeness"]["sources"]
        if source["outcome"] not in {"LIVE", "MATERIALIZED"}
    ]
    assert silent == ["QH-EPD"]
    reasons = [s["reason"] or "" for s in half["penalties"]["completeness"]["sources"]]
    assert not any("127.0.0.1" in reason for reason in reasons)
    kept = {node["authority"] for node in half["licences"]["nodes"]}
    assert kept == {n["authority"] for n in whole["licences"]["nodes"]} - {
        "青海省环境保护厅"
    }


@pytest.mark.parametrize(
    ("department", "profile", "outcome"),
    [
        ("QH-EPD", "hang", "TIMED_OUT"),
        ("QH-EPD", "garbage", "FAILED"),
        ("QH-EPD", "truncated", "FAILED"),
        ("QH-EPD", "errors", "FAILED"),
        ("QH-SAW", "oversized", "FAILED"),
        ("QH-HRS", "soap_ok_fault", "FAILED"),
        ("QH-FIN", "down", "FAILED"),
        ("QH-FIN", "hang", "TIMED_OUT"),
        ("QH-XN", "down", "FAILED"),
        ("QH-STA", "down", "FAILED"),
    ],
)
def test_whatever_fails_is_named_and_never_called_complete(
    demo: Demo,
    everything: str,
    fault: Callable[[str, str], None],
    department: str,
    profile: str,
    outcome: str,
):
    fault(department, profile)
    data = demo.data_of(
        "query($u: USCC) { enterprise(uscc: $u) { penalties { totalCount "
        "completeness { status sources { department { code } outcome } } } } }",
        {"u": everything},
    )["enterprise"]["penalties"]
    outcomes = {
        source["department"]["code"]: source["outcome"]
        for source in data["completeness"]["sources"]
    }
    assert data["completeness"]["status"] == "PARTIAL"
    assert data["totalCount"] is None
    assert outcomes[department] == outcome
    assert all(
        found in {"LIVE", "MATERIALIZED"}
        for code, found in outcomes.items()
        if code != department
    )


def test_nothing_is_said_to_be_nothing_only_when_all_were_heard(demo: Demo):
    lists = [
        "licences",
        "penalties",
        "judicialAssistance",
        "abnormalListings",
        "seriousViolations",
        "inspections",
        "chattelMortgages",
        "equityPledges",
        "ipPledges",
        "commendations",
        "taxCredit",
        "judgmentDefaults",
        "announcements",
        "selfPublished",
        "annualReports",
        "shareholders",
        "keyPersonnel",
        "branches",
        "changes",
        "archive",
        "restrictions",
        "conflicts",
    ]
    asked = " ".join(
        f"{name} {{ totalCount completeness {{ status }} }}" for name in lists
    )
    data = demo.data_of(
        f"query($u: USCC) {{ enterprise(uscc: $u) {{ {asked} }} }}",
        {"u": demo.stories["none"]},
    )["enterprise"]
    for name in lists:
        assert data[name] == {"totalCount": 0, "completeness": {"status": "COMPLETE"}}


def test_a_name_that_two_bear_makes_a_list_unsure(demo: Demo):
    """A record under the name alone may be about either: neither list is complete."""
    twins = [
        one.uscc
        for one in demo.world.enterprises()
        if one.name == demo.stories["ambiguous_name"]
    ]
    named = [
        record
        for code in ("QH-ERA", "QH-FOR", "QH-TOU")
        for kind in demo.world.record_types(code)
        for record in demo.world.records(code, kind)
        if record.written["name"] == demo.stories["ambiguous_name"]
    ]
    if not named:
        pytest.skip("no department wrote the shared name in this world")
    field = {"LICENCE": "licences", "PENALTY": "penalties"}[named[0].record_type]
    for uscc in twins:
        data = demo.data_of(
            f"query($u: USCC) {{ enterprise(uscc: $u) {{ {field} {{ totalCount "
            "completeness { status sources { department { code } reason } } } } }",
            {"u": uscc},
        )["enterprise"][field]
        assert data["completeness"]["status"] == "PARTIAL"
        assert data["totalCount"] is None


def test_what_fits_nobody_is_listed_with_its_reason(demo: Demo):
    data = demo.data_of(
        "{ unresolvedRecords(first: 100) { totalCount nodes { department { code } name"
        " reason candidates { uscc similarity } raw } } }"
    )["unresolvedRecords"]
    reasons = {node["reason"] for node in data["nodes"]}
    assert data["totalCount"] >= 1
    assert {"INVALID_CODE"} <= reasons
