"""Questions about everybody's records and about departments, against what is true."""

import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from decimal import Decimal
from statistics import median
from typing import Any

import pytest

from adapters.registry import DEPARTMENTS
from mock_departments.host import KIND_OF
from mock_departments.world.model import TrueRecord
from schema.codes.working_days import ChineseCalendar, working_days_between
from tests.acceptance.conftest import KNOWN, Demo
from tests.acceptance.truth import (
    TODAY,
    publications,
    squeezed,
)


@pytest.fixture(scope="module")
def counted(demo: Demo) -> list[dict[str, Any]]:
    """All departments, once the reconciliation went through them."""
    query = (
        "{ departments { code name contribution { complete records rejected unresolved "
        "publishedLate7 publishedLate20 medianWorkingDays } } }"
    )
    departments: list[dict[str, Any]] = []
    for _ in range(120):
        departments = demo.data_of(query)["departments"]
        if all(one["contribution"]["complete"] for one in departments):
            return departments
        time.sleep(1)
    pytest.fail("the reconciliation did not go through all departments in two minutes")


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


def test_11_who_publishes_late_in_chinese_working_days(
    demo: Demo, counted: list[dict[str, Any]]
):
    calendar, late = ChineseCalendar(), 0
    for one in counted:
        days = [
            working_days_between(decided, published, calendar)
            for decided, published in publications(demo, one["code"])
        ]
        told = one["contribution"]
        if not days:
            assert told["medianWorkingDays"] is None
            continue
        assert told["publishedLate7"] == sum(count > 7 for count in days), one["code"]
        assert told["publishedLate20"] == sum(count > 20 for count in days)
        assert told["medianWorkingDays"] == median(days)
        late += told["publishedLate20"]
    assert late > 0


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


def test_17_what_fits_no_enterprise(demo: Demo, counted: list[dict[str, Any]]):
    assert counted
    query = (
        "query($d: ID) { unresolvedRecords(department: $d, first: 1000) { totalCount "
        "nodes { receivedOn name reason raw candidates { uscc name similarity } } "
        "completeness { status } } }"
    )
    for code in sorted(KIND_OF):
        truth = Counter(
            squeezed(one.written["name"])
            for record_type in demo.world.record_types(code)
            for one in demo.world.records(code, record_type)
            if one.dirt & KNOWN
        )
        found = demo.data_of(query, {"d": code})["unresolvedRecords"]
        told = Counter(squeezed(node["name"]) for node in found["nodes"])
        assert told == truth, code
        assert found["totalCount"] == truth.total()
        assert all(node["raw"] and node["receivedOn"] for node in found["nodes"])


def test_17_an_ambiguous_name_is_not_guessed(demo: Demo):
    name = demo.stories["ambiguous_name"]
    nodes = demo.data_of(
        '{ unresolvedRecords(department: "QH-FOR", first: 1000) { nodes { name reason '
        "candidates { uscc name similarity } } } }"
    )["unresolvedRecords"]["nodes"]
    twins = {one.uscc for one in demo.world.enterprises() if one.name == name}
    mine = [node for node in nodes if node["name"] == name]
    assert mine
    for node in mine:
        assert node["reason"] == "AMBIGUOUS_NAME"
        same = {one["uscc"] for one in node["candidates"] if one["similarity"] == 1}
        assert same == twins
