"""Which enterprises: conditions across departments, against what is true."""

from collections import defaultdict
from collections.abc import Mapping

import pytest

from mock_departments.world.model import TrueRecord
from tests.acceptance.conftest import Demo
from tests.acceptance.truth import TODAY, all_pages, end_of, matter, names


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
        "abnormalListings(where: { inForce: true }) { nodes { listedOn threeYearsOn "
        "threeYearWarning } } } } }"
    )["enterprises"]
    expected = {
        one.usccs[0]
        for one in truths["ABNORMAL_LISTING"]
        if str(one.facts["listedOn"]) <= "2014-10-20" and not one.facts["removedOn"]
    }
    assert names(data["nodes"]) == expected
    assert either.stories["three_years_abnormal"] in expected
    listings: dict[str, list[str]] = defaultdict(list)
    for one in truths["ABNORMAL_LISTING"]:
        if not one.facts["removedOn"]:
            listings[one.usccs[0]].append(str(one.facts["listedOn"]))
    warned: set[str] = set()
    for node in data["nodes"]:
        told = node["abnormalListings"]["nodes"]
        days = sorted(one["listedOn"] for one in told)
        assert days == sorted(listings[node["uscc"]])
        for one in told:
            year = int(one["listedOn"][:4]) + 3
            assert one["threeYearsOn"] == f"{year}{one['listedOn'][4:]}"
            passed = one["threeYearsOn"] <= TODAY
            near = one["threeYearsOn"] <= "2016-12-19"
            warning = "PASSED" if passed else "APPROACHING" if near else None
            assert one["threeYearWarning"] == warning
            if warning:
                warned.add(node["uscc"])
    assert either.stories["three_years_abnormal"] in warned


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
