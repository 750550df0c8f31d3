"""Conditions across departments with more candidates than may be asked about.

What set algebra over whole departments finds is what asking about each one finds;
test_questions.py compares both with what is true in the invented province.
"""

from collections.abc import Callable

import pytest

from tests.acceptance.conftest import MOST, Demo

CONDITIONS = (
    "{ recordType: PENALTY }, { recordType: COMMENDATION, inForce: true }",
    '{ recordType: ABNORMAL_LISTING, to: "2014-10-20", inForce: true }',
    '{ recordType: LICENCE, inForce: true, expiringTo: "2016-11-19" }',
    "{ recordType: LICENCE, inForce: true }",
    "{ recordType: LICENCE, min: 3 }, { recordType: PENALTY, none: true }",
    "{ recordType: PENALTY }, { recordType: LICENCE, none: true }, "
    "{ recordType: ANNUAL_REPORT, reportYear: 2015, none: true }",
    "{ recordType: ABNORMAL_LISTING }, "
    '{ recordType: ANNUAL_REPORT, from: "2016-01-01", to: "2016-12-31" }',
    '{ recordType: LICENCE, departments: ["QH-FDA", "QH-FOR"] }, '
    '{ recordType: PENALTY, departments: ["QH-FDA"] }',
    "{ recordType: TAX_CREDIT, min: 2 }",
)
ORDERS = ("NAME", "ESTABLISHED_ASC", "ESTABLISHED_DESC, NAME", "CAPITAL_DESC", "USCC")


def found(demo: Demo, conditions: str, more: str = "", orders: str = "USCC"):
    return demo.data_of(
        f"{{ enterprises(where: {{ has: [{conditions}] {more} }}, first: 1000, "
        f"orderBy: [{orders}]) {{ totalCount nodes {{ uscc name }} "
        "completeness { status sources { department { code } outcome reason } } } }"
    )["enterprises"]


def by_asking(demo: Demo, *question: str, tries: int = 10):
    """Ask again while somebody is late: only a list has all the time it takes."""
    answer = found(demo, *question)
    late = {"TIMED_OUT", "FAILED"}
    outcomes = {one["outcome"] for one in answer["completeness"]["sources"]}
    if tries and outcomes & late:
        return by_asking(demo, *question, tries=tries - 1)
    return answer


@pytest.mark.parametrize("conditions", CONDITIONS)
def test_the_same_answer_as_by_asking(demo: Demo, listing: Demo, conditions: str):
    asked, listed = by_asking(demo, conditions), found(listing, conditions)
    assert asked["nodes"]
    assert listed["nodes"] == asked["nodes"]
    assert listed["totalCount"] in {asked["totalCount"], None}
    if listed["totalCount"] is None:
        assert listed["completeness"]["status"] == "PARTIAL"


@pytest.mark.parametrize("orders", ORDERS)
def test_narrowed_and_ordered_as_the_core_does(demo: Demo, listing: Demo, orders: str):
    ask = ("{ recordType: LICENCE }", 'region: "6301"', orders)
    asked = by_asking(demo, *ask)["nodes"]
    assert len(asked) > MOST
    assert found(listing, *ask)["nodes"] == asked


def test_page_by_page(listing: Demo):
    query = (
        "query($after: String) { enterprises(first: 30, after: $after, "
        "where: { has: [{ recordType: PENALTY }] }) { totalCount "
        "pageInfo { hasNextPage endCursor } nodes { uscc } } }"
    )
    codes, after, more = [], None, True
    while more:
        page = listing.data_of(query, {"after": after})["enterprises"]
        codes += [node["uscc"] for node in page["nodes"]]
        more, after = page["pageInfo"]["hasNextPage"], page["pageInfo"]["endCursor"]
    whole = found(listing, "{ recordType: PENALTY }", orders="USCC")["nodes"]
    assert codes == [node["uscc"] for node in whole]


def test_a_silent_department_is_named_and_decides_nobody(
    listing: Demo, fault: Callable[[str, str], None]
):
    without = "{ recordType: ABNORMAL_LISTING }, { recordType: PENALTY, none: true }"
    before = found(listing, "{ recordType: PENALTY }")
    assert found(listing, without)["nodes"]
    fault("QH-EPD", "down")
    after = found(listing, "{ recordType: PENALTY }")
    assert after["totalCount"] is None
    assert after["completeness"]["status"] == "PARTIAL"
    assert 0 < len(after["nodes"]) < len(before["nodes"])
    nobody = found(listing, without)
    assert (nobody["totalCount"], nobody["nodes"]) == (None, [])
    assert nobody["completeness"]["status"] == "PARTIAL"


def test_who_has_nothing_can_not_be_listed(listing: Demo):
    for condition in (
        "{ recordType: PENALTY, none: true }",
        "{ recordType: PENALTY, none: true }, "
        "{ recordType: ANNUAL_REPORT, reportYear: 2015 }",
    ):
        answer = listing.ask(
            f"{{ enterprises(where: {{ has: [{condition}] }}) {{ totalCount }} }}"
        )
        (error,) = answer["errors"]
        assert error["extensions"]["code"] == "LIMIT_EXCEEDED"
        assert "without none" in error["message"]
