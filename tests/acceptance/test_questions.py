"""The questions that officials ask about enterprises, against what is true."""

from collections.abc import Callable
from datetime import date

from tests.acceptance.conftest import Demo
from tests.acceptance.truth import TODAY


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
