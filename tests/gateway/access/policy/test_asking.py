"""What is denied is not asked for: real questions, counted at the departments."""

import dataclasses
from collections.abc import AsyncIterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLSchema, parse
from msgspec.structs import replace as altered

from adapters.contract import Ask, Fetched, SourceRecord, Stated
from gateway.access.policy import ALLOWED, Decisions, Policy
from gateway.access.policy.rule import Rule
from gateway.access.viewer import Caller, Role, Viewer
from gateway.bindings import NATIVES, bind_schema
from gateway.core import Core, open_core
from gateway.directory import Directory
from gateway.engine import Engine, LeafTypes, Request, prepare
from gateway.everything import Everything
from gateway.loading.records import Moment, Records
from gateway.presenting import presented
from gateway.province import Asked, Parts
from gateway.quarantine import Quarantine
from gateway.questions import RequestQuestions
from schema.build import build
from schema.record_type import RecordType
from schema.records import RECORDS
from schema.records.honours import TaxGrade
from schema.visibility import Audience
from tests.gateway.asking import feed_of, loader_of
from tests.gateway.core.fakes import FakeAdapter, code, enterprise, record
from tests.gateway.presence.departments import NOW, Department, penalty, quiet

pytestmark = pytest.mark.anyio
KEYS = (("a", code(1)), ("b", code(2)))
XINING, HAIXI = "西宁市城东区某街1号", "格尔木市某路2号"
HERE, THERE = code(1), code(2)


def punished(number: int, who: int, **facts: object) -> SourceRecord:
    fields = RECORDS[RecordType.PENALTY].fields.values()
    values: dict[str, object] = {one.attribute: None for one in fields if one.required}
    values |= {"facts": None, "content": None, "decided_on": date(2016, 9, 1)} | facts
    return altered(penalty(number, who), values=values)


def graded(number: int) -> SourceRecord:
    values = {
        "year": 2015,
        "grade": TaxGrade.A,
        "decided_by": "某局",
        "decided_on": date(2016, 4, 1),
    }
    made = record(RecordType.TAX_CREDIT, f"税{number}", code(number), values)
    return altered(made, identity=(f"税{number}",))


@dataclasses.dataclass
class Heard(Department):
    """A department that keeps what for it was asked."""

    stated: list[Stated] = dataclasses.field(default_factory=list)

    async def fetch(self, ask: Ask) -> Fetched:
        self.stated.append(ask.stated)
        return await super().fetch(ask)


class Gateway:
    """Two enterprises, one in Xining and one in Haixi, and three departments."""

    def __init__(self, core: Core, schema: GraphQLSchema, policy: Policy) -> None:
        self.environment = Heard([punished(1, 1), punished(2, 2)])
        self.safety = Heard([punished(3, 1)], department="QH-SAW")
        self.taxes = Heard([graded(1), graded(2)], department="QH-TAX")
        self._engine = Engine(schema, LeafTypes(NATIVES))
        self._policy = policy
        self._parts = self._parts_of(core)
        self.note: Any = None

    @property
    def departments(self) -> Sequence[Heard]:
        return (self.environment, self.safety, self.taxes)

    @property
    def asked(self) -> dict[str, int]:
        """How often each was asked or listed."""
        return {
            one.department: len(one.questions) + len(one.asked)
            for one in self.departments
            if one.questions or one.asked
        }

    def _parts_of(self, core: Core) -> Parts:
        adapters = {one.department: one for one in self.departments}
        directory = Directory(adapters)
        records = Records(loader_of(adapters, core), directory, Audience.GOVERNMENT)
        quarantine = Quarantine(core.engine)
        everything = Everything(
            adapters, core, quarantine, records, Audience.GOVERNMENT, 5
        )
        feed = feed_of(core, records, adapters)
        return Parts(
            Audience.GOVERNMENT,
            core,
            records,
            directory,
            everything,
            quarantine,
            most_candidates=20,
            feed=feed,
            audit=Path("nowhere"),
        )

    async def ask(self, text: str, caller: Caller | None) -> tuple[Any, list[Any]]:
        decisions = ALLOWED if caller is None else self._policy.decide(caller)
        return await self.told(text, decisions, caller)

    async def told(
        self, text: str, decisions: Decisions, caller: Caller | None = None
    ) -> tuple[Any, list[Any]]:
        stated = Stated(caller.purpose, caller.case) if caller else Stated()
        context = RequestQuestions(
            self._parts, Moment(NOW, NOW.date()), 5, Asked(decisions, stated)
        )
        self.note = context.note
        request = Request(
            prepare(parse(text)), context=context, refusals=decisions.refusals
        )
        result = await self._engine.execute(request)
        return result.data, [one.formatted for one in presented(result.errors) or ()]


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return bind_schema(build(Audience.GOVERNMENT))


@pytest.fixture
async def gateway(
    tmp_path: Path, schema: GraphQLSchema, packaged: Policy
) -> AsyncIterator[Gateway]:
    core = await open_core(f"sqlite:///{tmp_path / 'core.sqlite'}", "key")
    people = [
        enterprise(1, address=XINING, contact_phone="09710000001"),
        enterprise(2, address=HAIXI, contact_phone="09790000002"),
    ]
    await core.sync(FakeAdapter(people), quiet)
    yield Gateway(core, schema, packaged)
    await core.close()


def who(role: Role, purpose: str | None = None, **facts: str) -> Caller:
    return Caller(Viewer("x", role, **facts), purpose)


AUDITOR, PORTAL = who(Role.AUDITOR), who(Role.PORTAL)
ANALYST = who(Role.ANALYST, region="630100")
TAX_OFFICER = who(Role.OFFICER, department="QH-TAX")
EPD_OFFICER = who(Role.OFFICER, department="QH-EPD")
HEARD = "completeness { status sources { outcome department { code } } }"
CONNECTION = f"totalCount nodes {{ id }} {HEARD}"


def both(fields: str) -> str:
    """Ask for fields of both enterprises."""
    asked = (f'{key}: enterprise(uscc: "{uscc}") {{ ...e }}' for key, uscc in KEYS)
    return f"{{ {' '.join(asked)} }} fragment e on Enterprise {{ {fields} }}"


def check_for(purpose: str) -> str:
    asked = f'usccs: ["{HERE}"], purpose: "{purpose}"'
    return f"{{ check({asked}) {{ clear completeness {{ status }} }} }}"


async def test_a_denied_type_is_an_empty_list_an_error_and_no_call(gateway: Gateway):
    data, errors = await gateway.ask(
        both(f"name t: taxCredit {{ {CONNECTION} }}"), PORTAL
    )
    for key in ("a", "b"):
        assert data[key]["name"]
        assert data[key]["t"]["nodes"] == []
        assert data[key]["t"]["totalCount"] is None
        assert data[key]["t"]["completeness"] == {
            "status": "UNAVAILABLE",
            "sources": [{"outcome": "DENIED", "department": {"code": "QH-TAX"}}],
        }
    assert [(one["path"], one["extensions"]) for one in errors] == [
        (
            [key, "t"],
            {"code": "FORBIDDEN", "field": "Enterprise.taxCredit", "rule": "default"},
        )
        for key in ("a", "b")
    ]
    assert gateway.asked == {}
    assert not gateway.note.repeatable


async def test_a_denied_field_is_null_and_the_rest_arrives(gateway: Gateway):
    data, errors = await gateway.ask(
        both("contactPhone penalties { nodes { id performance } }"), PORTAL
    )
    assert data["a"]["contactPhone"] is None
    assert data["a"]["penalties"]["nodes"][0]["performance"] is None
    assert len(data["b"]["penalties"]["nodes"]) == 1
    fields = [one["extensions"]["field"] for one in errors]
    assert fields.count("Enterprise.contactPhone") == 2
    assert fields.count("Penalty.performance") == 3


async def test_a_denied_root_field_asks_nobody(gateway: Gateway):
    data, errors = await gateway.ask(check_for("核查"), AUDITOR)
    assert data is None
    assert errors[0]["extensions"]["field"] == "Query.check"
    assert gateway.asked == {}


async def test_those_outside_of_the_region_are_split_off(gateway: Gateway):
    data, errors = await gateway.ask(
        both("contactPhone"), dataclasses.replace(ANALYST, purpose="核查")
    )
    assert data["a"]["contactPhone"] == "09710000001"
    assert data["b"]["contactPhone"] is None
    assert [one["path"] for one in errors] == [["b", "contactPhone"]]
    assert errors[0]["extensions"]["rule"] == "analyst-persons"


async def test_an_enterprise_hears_about_itself_only(gateway: Gateway):
    itself = who(Role.ENTERPRISE, uscc=HERE)
    data, errors = await gateway.ask(both(f"taxCredit {{ {CONNECTION} }}"), itself)
    assert len(data["a"]["taxCredit"]["nodes"]) == 1
    assert data["a"]["taxCredit"]["completeness"]["status"] == "COMPLETE"
    assert data["b"]["taxCredit"]["nodes"] == []
    assert data["b"]["taxCredit"]["completeness"]["status"] == "UNAVAILABLE"
    assert [one["path"] for one in errors] == [["b", "taxCredit"]]
    assert gateway.taxes.questions == [(HERE,)]


async def test_lists_of_several_types_are_denied_whole(gateway: Gateway):
    itself = who(Role.ENTERPRISE, uscc=HERE)
    text = both(f"conflicts {{ totalCount {HEARD} }}")
    data, errors = await gateway.ask(text, itself)
    assert data["a"]["conflicts"]["totalCount"] == 0
    assert data["b"]["conflicts"]["totalCount"] is None
    assert [one["path"] for one in errors] == [["b", "conflicts"]]
    assert gateway.environment.questions == [(HERE,)]


async def test_the_archive_leaves_denied_types_out_and_says_so(gateway: Gateway):
    data, errors = await gateway.ask(both(f"archive {{ {CONNECTION} }}"), PORTAL)
    archive = data["a"]["archive"]
    assert len(archive["nodes"]) == 2
    assert archive["totalCount"] is None
    assert archive["completeness"]["status"] == "PARTIAL"
    outcomes = {
        one["department"]["code"]: one["outcome"]
        for one in archive["completeness"]["sources"]
    }
    assert outcomes == {"QH-EPD": "LIVE", "QH-SAW": "LIVE", "QH-TAX": "DENIED"}
    assert not errors
    assert "QH-TAX" not in gateway.asked


async def test_officers_hear_their_own_department(gateway: Gateway):
    text = both(f"taxCredit {{ {CONNECTION} }}")
    data, errors = await gateway.ask(text, TAX_OFFICER)
    assert data["a"]["taxCredit"]["totalCount"] == 1
    assert not errors
    data, errors = await gateway.ask(text, EPD_OFFICER)
    assert data["a"]["taxCredit"]["totalCount"] is None
    assert len(gateway.taxes.questions) == 1


LISTS = {
    "records": f"records(recordType: TAX_CREDIT) {{ {CONNECTION} }}",
    "recordStatistics": "recordStatistics(recordType: TAX_CREDIT, groupBy: "
    f"[DEPARTMENT]) {{ groups {{ count }} {HEARD} }}",
    "enterprises": "enterprises(where: {has: [{recordType: TAX_CREDIT}]}) "
    f"{{ totalCount nodes {{ uscc }} {HEARD} }}",
}


@pytest.mark.parametrize("name", LISTS)
async def test_whole_departments_are_not_listed_either(gateway: Gateway, name: str):
    data, _ = await gateway.ask(f"{{ {LISTS[name]} }}", EPD_OFFICER)
    assert gateway.asked == {}
    found = data[name]
    assert found.get("totalCount") is None
    assert not found.get("nodes")
    assert not found.get("groups")
    assert found["completeness"]["status"] == "UNAVAILABLE"
    whole, _ = await gateway.ask(f"{{ {LISTS[name]} }}", TAX_OFFICER)
    assert whole[name].get("nodes") or whole[name].get("groups")
    assert whole[name]["completeness"]["status"] == "COMPLETE"


async def test_listing_gives_those_within_the_limits(gateway: Gateway):
    itself = who(Role.ENTERPRISE, uscc=THERE)
    data, _ = await gateway.ask(f"{{ {LISTS['records']} }}", itself)
    assert len(data["records"]["nodes"]) == 1
    assert data["records"]["totalCount"] is None
    assert data["records"]["completeness"]["status"] == "PARTIAL"


async def test_nobody_is_clear_where_a_type_is_denied(
    gateway: Gateway, packaged: Policy
):
    denying = Rule("strict", frozenset(Role), denies=frozenset({"Penalty"}))
    strict = dataclasses.replace(packaged, rules=(denying, *packaged.rules))
    data, _ = await gateway.told(check_for("评优"), strict.decide(ANALYST))
    assert data["check"][0]["clear"] is None
    assert data["check"][0]["completeness"]["status"] != "COMPLETE"
    assert gateway.environment.questions == []


async def test_purpose_and_case_go_on_to_the_departments(gateway: Gateway):
    stating = Caller(ANALYST.viewer, "执法", "青市监〔2016〕1号")
    await gateway.ask(both("penalties { totalCount }"), stating)
    assert gateway.environment.stated == [Stated("执法", "青市监〔2016〕1号")]
    await gateway.ask(check_for("评优"), stating)
    assert gateway.environment.stated[1:] == [Stated("评优", "青市监〔2016〕1号")]


async def test_a_type_limited_by_region_is_asked_for_in_one_set(
    gateway: Gateway, packaged: Policy
):
    rule = Rule(
        "own-region",
        frozenset({Role.ANALYST}),
        grants=frozenset({"TaxCredit"}),
        regions="own",
    )
    limited = dataclasses.replace(packaged, rules=(rule,))
    text = both(f"taxCredit {{ {CONNECTION} }}")
    data, errors = await gateway.told(text, limited.decide(ANALYST))
    assert data["a"]["taxCredit"]["completeness"]["status"] == "COMPLETE"
    assert data["b"]["taxCredit"]["completeness"]["status"] == "UNAVAILABLE"
    assert errors[0]["extensions"]["rule"] == "own-region"
    assert gateway.taxes.questions == [(HERE,)]


async def test_who_may_not_see_what_is_unpublished_sees_what_the_public_does(
    gateway: Gateway,
):
    withdrawn = punished(4, 1, withdrawn_on=date(2016, 9, 2))
    gateway.safety.records = [*gateway.safety.records, withdrawn]
    text = both("penalties { totalCount }")
    whole = "{ records(recordType: PENALTY) { totalCount } }"
    seen = {}
    saw = who(Role.OFFICER, department="QH-SAW")
    for name, caller in (
        ("analyst", ANALYST),
        ("portal", PORTAL),
        ("itself", who(Role.ENTERPRISE, uscc=HERE)),
        ("officer", saw),
        ("other", EPD_OFFICER),
    ):
        data, _ = await gateway.ask(text, caller)
        listed, _ = await gateway.ask(whole, caller)
        seen[name] = (
            data["a"]["penalties"]["totalCount"],
            listed["records"]["totalCount"],
        )
    assert seen == {
        "analyst": (3, 4),
        "portal": (2, 3),
        "itself": (3, 4),
        "officer": (3, 4),
        "other": (2, 3),
    }


async def test_what_may_not_be_seen_can_t_be_searched_for_either(gateway: Gateway):
    gateway.safety.records = [punished(5, 1, performance="已缴清", content="罚款")]
    counts = []
    for word in ("已缴", "罚款"):
        text = f'penalties(where: {{text: "{word}"}}) {{ totalCount }}'
        data, _ = await gateway.ask(both(text), PORTAL)
        counts.append(data["a"]["penalties"]["totalCount"])
    assert counts == [0, 1]
