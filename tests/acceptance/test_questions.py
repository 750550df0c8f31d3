"""The questions that officials ask, against what is true in the invented province."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from adapters.registry import DEPARTMENTS
from mock_departments.host import KIND_OF
from mock_departments.world.model import TrueRecord
from tests.acceptance.conftest import Demo

TODAY = "2016-10-20"
KNOWN = {"bad_check_digit", "unknown_code", "unknown_name", "ambiguous_name"}
"""Dirt that makes a record fit nobody."""


@pytest.fixture(scope="module")
def truths(demo: Demo) -> Mapping[str, list[TrueRecord]]:
    """All records about somebody, by record type."""
    found: dict[str, list[TrueRecord]] = defaultdict(list)
    for code in sorted(KIND_OF):
        for record_type in demo.world.record_types(code):
            found[record_type] += [
                record
                for record in demo.world.records(code, record_type)
                if record.usccs and not record.dirt & KNOWN
            ]
    return found


def names(nodes: list[dict[str, Any]]) -> set[str]:
    return {node["uscc"] for node in nodes}


def all_pages(demo: Demo, query: str, field: str) -> Iterator[dict[str, Any]]:
    """Take a list page by page; `query` has a variable `$after`."""
    after = None
    while True:
        page = demo.data_of(query, {"after": after})[field]
        yield page
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def test_2_its_penalties_since_2016(demo: Demo):
    data = demo.data_of(
        'query($u: USCC) { enterprise(uscc: $u) { penalties(where: {from: "2016-01-01"'
        "}, first: 50) { totalCount nodes { decisionNumber decidedOn categories fine "
        "authority facts legalBasis provenance { department { name } asOf } } "
        "completeness { status sources { department { code } outcome } } } } }",
        {"u": demo.stories["everything"]},
    )["enterprise"]["penalties"]
    assert data["completeness"]["status"] == "COMPLETE"
    assert len(data["completeness"]["sources"]) > 30
    numbers = {node["decisionNumber"]: node for node in data["nodes"]}
    assert numbers["青环罚〔2016〕12号"]["fine"] == "20000"
    assert all(node["decidedOn"] >= "2016-01-01" for node in data["nodes"])


def test_3_its_archive_is_one_timeline_stable_under_paging(demo: Demo):
    code = demo.stories["everything"]
    query = (
        'query($after: String) { e: enterprise(uscc: "%s") { archive(first: %d, '
        "after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes { id "
        "recordType headline occurredOn } completeness { status } } } }"
    )
    whole = demo.data_of(query % (code, 100), {})["e"]["archive"]
    assert whole["completeness"]["status"] == "COMPLETE"
    assert whole["totalCount"] == len(whole["nodes"]) > 15
    days = [node["occurredOn"] for node in whole["nodes"] if node["occurredOn"]]
    assert days == sorted(days, reverse=True)
    paged, after = [], None
    while True:
        page = demo.data_of(query % (code, 4), {"after": after})["e"]["archive"]
        paged += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert paged == whole["nodes"]


def test_3_a_deregistered_enterprise_keeps_its_archive(demo: Demo):
    data = demo.data_of(
        "query($u: USCC) { enterprise(uscc: $u) { status deregisteredOn "
        "archive { totalCount } } }",
        {"u": demo.stories["deregistered"]},
    )["enterprise"]
    assert data["status"] == "DEREGISTERED"
    assert data["archive"]["totalCount"] >= 1


def test_4_the_archive_as_it_stood(demo: Demo):
    fields = (
        "{ name abnormalListings { nodes { listedOn removedOn removalReason } } "
        "inForce: abnormalListings(where: { inForce: true }) { totalCount } "
        "penalties { nodes { decisionNumber decidedOn } } }"
    )
    data = demo.data_of(
        "query($u: USCC) { then: enterprise(uscc: $u, "
        f'asOf: "2016-06-30T23:59:59+08:00") {fields} '
        f"now: enterprise(uscc: $u) {fields} }}",
        {"u": demo.stories["everything"]},
    )
    listed = {"listedOn": "2015-07-08"}
    then = {"removedOn": None, "removalReason": None, **listed}
    now = {"removedOn": "2016-08-15", "removalReason": "补报并公示年度报告", **listed}
    assert then in data["then"]["abnormalListings"]["nodes"]
    assert now in data["now"]["abnormalListings"]["nodes"]
    assert data["then"]["inForce"]["totalCount"] > data["now"]["inForce"]["totalCount"]
    decided = [one["decidedOn"] for one in data["then"]["penalties"]["nodes"]]
    assert all(day <= "2016-06-30" for day in decided)
    numbers = [one["decisionNumber"] for one in data["now"]["penalties"]["nodes"]]
    assert "青环罚〔2016〕12号" in numbers


def test_4_lists_are_of_today_only(demo: Demo):
    answer = demo.ask(
        '{ enterprises(asOf: "2016-06-30T00:00:00+08:00") { totalCount } }'
    )
    assert answer["errors"][0]["extensions"]["argument"] == "asOf"


def test_5_licensed_by_one_and_punished_by_another(
    either: Demo, truths: Mapping[str, list[TrueRecord]]
):
    query = (
        'query($s: String) { enterprises(where: { region: "63", industrySection: $s, '
        'has: [{ recordType: LICENCE, departments: ["QH-LRD"], inForce: true }, '
        '{ recordType: PENALTY, departments: ["QH-EPD"], from: "2015-10-20" }] }, '
        "first: 1000) { totalCount nodes { uscc licences(where: "
        '{ departments: ["QH-LRD"], inForce: true }) { nodes { certificateNumber } } } '
        "completeness { status sources { department { code } } } } }"
    )
    licences: dict[str, set[str]] = defaultdict(set)
    for one in truths["LICENCE"]:
        holds = one.facts["status"] == "VALID" and end_of(one) >= TODAY
        if one.department == "QH-LRD" and holds:
            licences[one.usccs[0]].add(str(one.facts["certificateNumber"]))
    punished = {
        code
        for one in truths["PENALTY"]
        if one.department == "QH-EPD" and str(one.facts["decidedOn"]) >= "2015-10-20"
        for code in one.usccs
    }
    sections = {
        one.uscc: one.facts["industrySection"] for one in either.world.enterprises()
    }
    everybody = licences.keys() & punished
    mining = {code for code in everybody if sections[code] == "B"}
    assert either.stories["everything"] in mining
    for section, expected in ((None, everybody), ("B", mining)):
        data = either.data_of(query, {"s": section})["enterprises"]
        assert names(data["nodes"]) == expected
        assert data["totalCount"] == len(expected)
        asked = {one["department"]["code"] for one in data["completeness"]["sources"]}
        assert asked == {"QH-LRD", "QH-EPD"}
        for node in data["nodes"]:
            numbers = {one["certificateNumber"] for one in node["licences"]["nodes"]}
            assert numbers == licences[node["uscc"]]


def test_6_punished_by_one_and_commended_by_another(
    either: Demo, truths: Mapping[str, list[TrueRecord]]
):
    data = either.data_of(
        "{ enterprises(where: { has: [{ recordType: PENALTY }, "
        "{ recordType: COMMENDATION, inForce: true }] }, first: 1000) { totalCount "
        "nodes { uscc conflicts { nodes { severity commendation { title } "
        "penalty { decisionNumber } } } } completeness { status } } }"
    )["enterprises"]
    punished = {code for one in truths["PENALTY"] for code in one.usccs}
    commended = {
        code
        for one in truths["COMMENDATION"]
        for code in one.usccs
        if str(one.facts["validTo"] or TODAY) >= TODAY
    }
    assert data["totalCount"] == len(data["nodes"])
    assert names(data["nodes"]) == punished & commended
    about = {node["uscc"]: node["conflicts"]["nodes"] for node in data["nodes"]}
    (conflict,) = about[either.stories["commended_while_punished"]]
    assert conflict["penalty"]["decisionNumber"] == "青环罚〔2016〕31号"


def test_7_over_two_years_on_the_abnormal_list(
    either: Demo, truths: Mapping[str, list[TrueRecord]]
):
    data = either.data_of(
        "{ enterprises(where: { has: [{ recordType: ABNORMAL_LISTING, "
        'to: "2014-10-20", inForce: true }] }, first: 1000) { totalCount nodes { uscc '
        "abnormalListings(where: { inForce: true }) { nodes { listedOn } } } } }"
    )["enterprises"]
    expected = {
        one.usccs[0]
        for one in truths["ABNORMAL_LISTING"]
        if str(one.facts["listedOn"]) <= "2014-10-20" and not one.facts["removedOn"]
    }
    assert names(data["nodes"]) == expected
    assert either.stories["three_years_abnormal"] in expected


def test_8_bidders_are_checked_one_by_one(
    demo: Demo, fault: Callable[[str, str], None]
):
    codes = [one.uscc for one in demo.world.enterprises()][:200]
    codes += [demo.stories["serious_violation"], demo.stories["none"]]
    query = (
        'query($l: [USCC!]!) { check(usccs: $l, purpose: "工程招投标") { uscc found '
        "clear enterprise { name } findings { recordType headline } "
        "completeness { status } } }"
    )
    found = demo.data_of(query, {"l": codes})["check"]
    assert [one["uscc"] for one in found] == codes
    assert found[-2]["clear"] is False
    assert found[-1]["clear"] is True
    assert found[-1]["enterprise"]["name"] == "刚察青海湖农牧开发有限公司"
    fault("QH-EPD", "down")
    found = demo.data_of(query, {"l": codes[-2:]})["check"]
    assert [one["clear"] for one in found] == [False, None]


def test_9_penalties_per_department_and_month_with_exact_fines(
    demo: Demo, truths: Mapping[str, list[TrueRecord]]
):
    data = demo.data_of(
        '{ recordStatistics(recordType: PENALTY, from: "2016-01-01", to: "2016-12-31",'
        " groupBy: [DEPARTMENT, MONTH]) { groups { keys count "
        'sum(field: "fine") } completeness { status } } }'
    )["recordStatistics"]
    counts: Counter[tuple[str, str]] = Counter()
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for one in truths["PENALTY"]:
        month = str(one.facts["decidedOn"])[:7]
        if month >= "2016-01":
            counts[one.department, month] += 1
            sums[one.department, month] += Decimal(str(one.facts.get("fine") or 0))
    groups = {tuple(group["keys"]): group for group in data["groups"]}
    departments = {one.department for one in truths["PENALTY"]}
    months = [f"2016-{month:02}" for month in range(1, 11)]
    assert set(groups) >= {(code, month) for code in departments for month in months}
    assert {key: group["count"] for key, group in groups.items()} == {
        key: counts[key] for key in groups
    }
    assert counts.keys() <= groups.keys()
    for key, group in groups.items():
        told = "fine" in (DEPARTMENTS / f"{key[0]}.toml").read_text(encoding="utf-8")
        assert Decimal(group["sum"] or 0) == (sums[key] if told else 0), key


def test_10_enterprises_per_prefecture_and_industry(demo: Demo):
    groups = demo.data_of(
        "{ enterpriseStatistics(groupBy: [REGION, INDUSTRY_SECTION]) { keys count } }"
    )["enterpriseStatistics"]
    expected = Counter(
        (f"{str(one.facts['regionCode'])[:4]}00", str(one.facts["industrySection"]))
        for one in demo.world.enterprises()
    )
    assert {tuple(group["keys"]): group["count"] for group in groups} == expected


def test_12_licences_that_end_within_thirty_days(
    either: Demo, truths: Mapping[str, list[TrueRecord]]
):
    query = (
        'query($after: String) { enterprises(where: { region: "6301", has: '
        "[{ recordType: LICENCE, inForce: true, "
        'expiringFrom: "2016-10-20", expiringTo: "2016-11-19" }] }, first: 100, '
        "after: $after) { pageInfo { hasNextPage endCursor } nodes { uscc licences("
        'where: { inForce: true, expiringTo: "2016-11-19" }) '
        "{ nodes { validTo provenance { department { code } } } } } } }"
    )
    pages = all_pages(either, query, "enterprises")
    nodes = [node for page in pages for node in page["nodes"]]
    xining = {
        one.uscc
        for one in either.world.enterprises()
        if str(one.facts["regionCode"]).startswith("6301")
    }
    valid = [one for one in truths["LICENCE"] if one.facts["status"] == "VALID"]
    latest: dict[object, str] = {}
    for one in valid:
        latest[matter(one)] = max(latest.get(matter(one), ""), end_of(one))
    sure = {
        code
        for one in valid
        for code in one.usccs
        if code in xining
        and one.department != "QH-LRD"  # writes months, not days
        and TODAY <= end_of(one) <= "2016-11-19"
        and latest[matter(one)] == end_of(one)
    }
    assert sure <= names(nodes)
    for node in nodes:
        licences = node["licences"]["nodes"]
        assert all(TODAY <= one["validTo"] <= "2016-11-19" for one in licences)
        givers = {one["provenance"]["department"]["code"] for one in licences}
        assert givers
        assert node["uscc"] in sure or givers == {"QH-LRD"}


def matter(licence: TrueRecord) -> object:
    facts = licence.facts
    what = (facts["certificateName"], facts["content"])
    return (licence.department, licence.usccs, *what)


def end_of(licence: TrueRecord) -> str:
    return str(licence.facts["validTo"] or "9999")


def test_12_a_renewal_already_granted_suppresses_the_old_licence(demo: Demo):
    data = demo.data_of(
        "query($u: USCC) { enterprise(uscc: $u) { "
        'all: licences(where: { departments: ["QH-FDA"], inForce: true }) '
        "{ nodes { validTo } } "
        'ending: licences(where: { expiringTo: "2016-11-19", inForce: true }) '
        "{ nodes { validTo } } } }",
        {"u": demo.stories["simple_procedure"]},
    )["enterprise"]
    ends = [one["validTo"] for one in data["all"]["nodes"]]
    assert sorted(ends) == ["2016-11-05", "2019-11-05"]
    assert data["ending"]["nodes"] == []


def test_13_frozen_equity_largest_first(
    demo: Demo, truths: Mapping[str, list[TrueRecord]]
):
    data = demo.data_of(
        "{ records(recordType: JUDICIAL_ASSISTANCE, where: { inForce: true }, "
        "orderBy: AMOUNT_DESC, first: 500) { totalCount nodes { enterprise { uscc } "
        "... on JudicialAssistance { kind equityAmount court noticeNumber frozenTo } } "
        "completeness { status } } }"
    )["records"]
    amounts = [Decimal(node["equityAmount"] or 0) for node in data["nodes"]]
    assert amounts == sorted(amounts, reverse=True)
    expected = {
        str(one.facts["noticeNumber"])
        for one in truths["JUDICIAL_ASSISTANCE"]
        if one.facts["status"] in {"FROZEN", "EXTENDED"}
        and str(one.facts["frozenTo"] or TODAY) >= TODAY
    }
    assert {node["noticeNumber"] for node in data["nodes"]} == expected


@pytest.mark.parametrize(
    "named", ["reportYear: 2015", 'from: "2016-01-01", to: "2016-12-31"']
)
def test_14_founded_in_2015_without_a_report(
    demo: Demo, truths: Mapping[str, list[TrueRecord]], named: str
):
    data = demo.data_of(
        '{ enterprises(where: { establishedFrom: "2015-01-01", '
        'establishedTo: "2015-12-31", has: [{ recordType: ANNUAL_REPORT, '
        f"{named}, none: true }}] }}, first: 1000) "
        "{ totalCount nodes { uscc name } } }"
    )["enterprises"]
    reported = {
        one.usccs[0] for one in truths["ANNUAL_REPORT"] if one.facts["year"] == 2015
    }
    expected = {
        one.uscc
        for one in demo.world.enterprises()
        if str(one.facts["establishedOn"]).startswith("2015")
        and one.uscc not in reported
        and not str(one.facts["status"]).startswith("REVOKED")
        and str(one.facts.get("deregisteredOn") or "2016-06-30") >= "2016-06-30"
    }
    assert names(data["nodes"]) == expected
    assert data["totalCount"] == len(expected)


def test_16_a_department_that_is_down_is_named_with_the_reason(
    demo: Demo, fault: Callable[[str, str], None]
):
    fault("QH-SAW", "down")
    data = demo.data_of(
        "query($u: USCC) { enterprise(uscc: $u) { licences { totalCount completeness "
        "{ status sources { department { code } outcome records reason } } } } }",
        {"u": demo.stories["everything"]},
    )["enterprise"]["licences"]
    assert data["totalCount"] is None
    told = {one["department"]["code"]: one for one in data["completeness"]["sources"]}
    assert told["QH-SAW"]["outcome"] == "FAILED"
    assert told["QH-SAW"]["records"] is None
    assert told["QH-SAW"]["reason"]


def test_19_restrictions_name_their_cause(demo: Demo):
    data = demo.data_of(
        "query($u: USCC) { enterprise(uscc: $u) { restrictions { nodes { kind scope "
        "since until basis cause { recordType headline } actors { name } } } } }",
        {"u": demo.stories["serious_violation"]},
    )["enterprise"]["restrictions"]["nodes"]
    assert data
    for one in data:
        assert one["cause"]["recordType"] == "SERIOUS_VIOLATION"
        assert one["basis"]
        assert one["actors"]
        assert date.fromisoformat(one["since"]) <= date.fromisoformat(TODAY)
