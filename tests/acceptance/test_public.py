"""What the public sees, and what it does not."""

from typing import Any

import pytest

from tests.acceptance.conftest import Demo

PUBLIC = "/public/graphql"


@pytest.mark.parametrize(
    "query",
    [
        "{ enterprises { totalCount } }",
        "{ viewer { roles } }",
        '{ check(usccs: [], purpose: "x") { clear } }',
        "{ unresolvedRecords { totalCount } }",
        '{ enterprise(name: "x") { contactPhone } }',
        '{ enterprise(name: "x") { legalRepresentativeRef } }',
        '{ enterprise(name: "x") { taxCredit { totalCount } } }',
        '{ enterprise(name: "x") { conflicts { totalCount } } }',
        '{ enterprise(name: "x") { penalties { nodes { procedure } } } }',
        '{ enterprise(name: "x") { licences { nodes { legalRepIdNumber } } } }',
        "{ departments { sourceKind } }",
    ],
)
def test_government_fields_do_not_exist(demo: Demo, query: str):
    result = demo.ask(query, endpoint=PUBLIC)
    assert "data" not in result
    codes = {error["extensions"]["code"] for error in result["errors"]}
    assert codes == {"GRAPHQL_VALIDATION_FAILED"}
    assert not any("Did you mean" in error["message"] for error in result["errors"])


def test_introspection_shows_none_of_them(demo: Demo):
    types = demo.ask(
        "{ __schema { types { name fields(includeDeprecated: true) { name } "
        "enumValues { name } } } }",
        endpoint=PUBLIC,
    )["data"]["__schema"]["types"]
    shown = {one["name"] for one in types}
    for one in types:
        shown |= {f"{one['name']}.{field['name']}" for field in one["fields"] or ()}
        shown |= {f"{one['name']}.{value['name']}" for value in one["enumValues"] or ()}
    assert not shown & {
        *("Conflict", "CreditCheck", "Viewer", "TaxCredit", "UnresolvedRecord"),
        *(
            "Query.enterprises",
            "Query.check",
            "Query.viewer",
            "Query.unresolvedRecords",
        ),
        *("Enterprise.contactPhone", "Enterprise.taxCredit", "Enterprise.conflicts"),
        *("Enterprise.legalRepresentativeRef", "Licence.legalRepIdNumber"),
        *("Penalty.procedure", "AnnualReport.partyMembers", "Inspection.inspectors"),
        *("Department.sourceKind", "RecordType.TAX_CREDIT", "RecordType.REGISTRATION"),
    }
    assert "Query.enterprise" in shown


def penalties_of(demo: Demo, story: str, endpoint: str) -> dict[str, Any]:
    data = demo.ask(
        "query($u: USCC) { enterprise(uscc: $u) { penalties { totalCount nodes "
        "{ decisionNumber facts respondentIdNumber withheld { field reason } } "
        "completeness { sources { department { code } records } } } "
        "archive(recordTypes: [PENALTY]) { totalCount } } }",
        {"u": demo.stories[story]},
        endpoint,
    )
    found: dict[str, Any] = data["data"]["enterprise"]
    return found


@pytest.mark.parametrize("story", ["publication_ended", "simple_procedure"])
def test_what_is_not_public_counts_nowhere(demo: Demo, story: str):
    seen = penalties_of(demo, story, "/graphql")
    hidden = penalties_of(demo, story, PUBLIC)
    assert seen["penalties"]["totalCount"] == 1 + hidden["penalties"]["totalCount"]
    assert seen["archive"]["totalCount"] == 1 + hidden["archive"]["totalCount"]
    counted = sum(
        source["records"] for source in hidden["penalties"]["completeness"]["sources"]
    )
    assert counted == hidden["penalties"]["totalCount"]


def test_a_person_in_the_text_is_taken_out(demo: Demo):
    seen = penalties_of(demo, "id_in_text", "/graphql")["penalties"]["nodes"]
    hidden = penalties_of(demo, "id_in_text", PUBLIC)["penalties"]["nodes"]
    assert any("13997001234" in node["facts"] for node in seen)
    assert not any("13997001234" in node["facts"] for node in hidden)
    reasons = [mark["reason"] for node in hidden for mark in node["withheld"]]
    assert "REDACTED" in reasons


def test_a_persons_number_is_masked_or_withheld(demo: Demo):
    seen = penalties_of(demo, "natural_person_respondent", "/graphql")
    hidden = penalties_of(demo, "natural_person_respondent", PUBLIC)
    masked = [n["respondentIdNumber"] for n in seen["penalties"]["nodes"]]
    assert any("********" in (number or "") for number in masked)
    for node in hidden["penalties"]["nodes"]:
        assert node["respondentIdNumber"] is None
    withheld = [m for n in hidden["penalties"]["nodes"] for m in n["withheld"]]
    assert {"field": "respondentIdNumber", "reason": "NOT_PUBLISHED"} in withheld


def test_figures_the_enterprise_hides_say_so(demo: Demo):
    query = (
        "query($u: USCC) { enterprise(uscc: $u) { annualReports(years: [2015]) { nodes "
        "{ year totalAssets employees totalRevenue withheld { field reason } } } } }"
    )
    about = {"u": demo.stories["hidden_figures"]}
    seen = demo.ask(query, about)["data"]["enterprise"]["annualReports"]["nodes"][0]
    hidden = demo.ask(query, about, PUBLIC)["data"]["enterprise"]["annualReports"][
        "nodes"
    ][0]
    assert seen["totalAssets"] is not None
    assert hidden["totalAssets"] is None
    assert {"field": "totalAssets", "reason": "ENTERPRISE_CHOSE"} in hidden["withheld"]
    assert hidden["totalRevenue"] == seen["totalRevenue"]
