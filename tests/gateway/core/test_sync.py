"""Filling the core: the same result every time, from any place of failure."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from adapters.contract import SourceRecord
from adapters.errors import SourceUnavailable
from gateway.core import Core
from schema.record_type import RecordType
from schema.records import RECORDS
from schema.registration import EnterpriseStatus
from tests.gateway.core.fakes import (
    NOW,
    FakeAdapter,
    aside,
    code,
    enterprise,
    record,
    report,
)

pytestmark = pytest.mark.anyio
HELD = [
    *(enterprise(number) for number in range(8)),
    *(report(number, year) for number in range(4) for year in (2014, 2015)),
]
TABLES = {
    "registration": "uscc, name, digest, region, capital",
    "bearer": "name_key, uscc, current",
    "annual_report": "uscc, record_id, facts",
    "registration_history": "uscc, body",
    "set_aside": "record_type, position",
}


def quiet(_stage: str, _done: float) -> None:
    pass


async def contents(core: Core) -> dict[str, list[Any]]:
    async with core.engine.connect() as connection:
        return {
            table: sorted(
                tuple(row)
                for row in await connection.execute(
                    text(f"SELECT {columns} FROM {table}")
                )
            )
            for table, columns in TABLES.items()
        }


async def names_of(core: Core, words: str) -> list[str]:
    return [one.name for one in (await core.search(words, None, 50, None)).items]


async def test_twice_is_as_once(core: Core) -> None:
    first = await core.sync(FakeAdapter(HELD), quiet)
    once = await contents(core)
    second = await core.sync(FakeAdapter(HELD), quiet)
    assert await contents(core) == once
    assert len(once["registration"]) == 8
    assert len(once["annual_report"]) == 8
    assert (first.read, second.read) == (16, 16)


async def test_a_sync_that_fails_at_any_page_goes_on_where_it_stood(
    core: Core,
) -> None:
    asides = [aside(RecordType.REGISTRATION, "v row 3")]
    for page in range(6):
        failing = FakeAdapter(HELD, asides, fails_at=page)
        with pytest.raises(SourceUnavailable):
            await core.sync(failing, quiet)
        adapter = FakeAdapter(HELD, asides)
        await core.sync(adapter, quiet)
        assert adapter.pages == 6 - page if page < 3 else True
        found = await contents(core)
        assert len(found["registration"]) == 8
        assert len(found["annual_report"]) == 8
        assert found["set_aside"] == [("REGISTRATION", "v row 3")]
        assert len(await names_of(core, "青海测试")) == 8


async def test_after_the_end_it_begins_anew(core: Core) -> None:
    await core.sync(FakeAdapter(HELD), quiet)
    again = FakeAdapter(HELD)
    await core.sync(again, quiet)
    assert [since for _, since in again.asked] == [None, None]


async def test_what_is_ready_stays_ready_while_it_is_read_again(core: Core) -> None:
    assert not (await core.state()).ready
    await core.sync(FakeAdapter(HELD), quiet)
    with pytest.raises(SourceUnavailable):
        await core.sync(FakeAdapter(HELD, fails_at=1), quiet)
    state = await core.state()
    assert (state.ready, state.enterprises, state.as_of) == (True, 8, NOW)


async def test_a_first_reading_that_fails_leaves_the_core_unready(core: Core) -> None:
    with pytest.raises(SourceUnavailable):
        await core.sync(FakeAdapter(HELD, fails_at=1), quiet)
    assert not (await core.state()).ready


async def test_searches_find_what_a_killed_sync_had_changed(core: Core) -> None:
    await core.sync(FakeAdapter(HELD), quiet)
    renamed = [enterprise(0, "昆仑湖盐业有限公司"), *HELD[1:]]
    with pytest.raises(SourceUnavailable):
        await core.sync(FakeAdapter(renamed, fails_at=1), quiet)
    await core.sync(FakeAdapter(renamed), quiet)
    assert await names_of(core, "昆仑湖") == ["昆仑湖盐业有限公司"]
    assert "青海测试0有限公司" not in await names_of(core, "青海测试")


async def test_rows_that_could_not_be_read_are_those_of_the_last_reading(
    core: Core,
) -> None:
    bad = [
        aside(RecordType.REGISTRATION, "v row 3"),
        aside(RecordType.ANNUAL_REPORT, "r row 1"),
    ]
    result = await core.sync(FakeAdapter(HELD, bad), quiet)
    assert result.set_aside == 2
    assert (await contents(core))["set_aside"] == [
        ("ANNUAL_REPORT", "r row 1"),
        ("REGISTRATION", "v row 3"),
    ]
    await core.sync(FakeAdapter(HELD, bad[:1]), quiet)
    assert (await contents(core))["set_aside"] == [("REGISTRATION", "v row 3")]


async def test_a_report_of_nobody_is_set_aside(core: Core) -> None:
    orphan = record(RecordType.ANNUAL_REPORT, "77-2015", None, {"year": 2015})
    result = await core.sync(FakeAdapter([*HELD, orphan]), quiet)
    assert result.set_aside == 1
    assert ("ANNUAL_REPORT", "77-2015") in (await contents(core))["set_aside"]


async def test_an_older_register_does_not_overwrite_newer_word(core: Core) -> None:
    old = NOW - timedelta(days=400)
    register = FakeAdapter(
        [enterprise(1, "旧名有限公司", old), enterprise(9, "仅见旧册有限公司", old)]
    )
    for _ in range(2):
        await core.sync(FakeAdapter(HELD), quiet)
        await core.sync(register, quiet, "register:2015.csv")
    found = await core.by_uscc([code(1), code(9)])
    assert found[code(1)].name == "青海测试1有限公司"
    assert found[code(9)].name == "仅见旧册有限公司"
    assert (await contents(core))["registration_history"] == []


async def test_newer_word_of_another_source_replaces_older(core: Core) -> None:
    old = NOW - timedelta(days=400)
    await core.sync(FakeAdapter([enterprise(1, "旧名有限公司", old)]), quiet, "r")
    await core.sync(FakeAdapter(HELD), quiet)
    assert (await core.by_uscc([code(1)]))[code(1)].name == "青海测试1有限公司"


async def test_all_facts_come_back_as_they_went_in(core: Core) -> None:
    facts: dict[str, Any] = {
        "registered_capital": Decimal("12345678901234.56"),
        "currency": "CNY",
        "established_on": date(2001, 2, 3),
        "address": "青海省西宁市城中区南大街1号",
        "industry_code": "5212",
        "status": EnterpriseStatus.REVOKED,
        "former_names": ("旧名一厂", "旧名二厂"),
        "legal_representative": "李四",
        "legal_rep_id_number": "63280119800101001X",
    }
    await core.sync(FakeAdapter([enterprise(1, **facts)]), quiet)
    one = (await core.by_uscc([code(1)]))[code(1)]
    for name in facts.keys() - {"legal_rep_id_number"}:
        assert getattr(one, name) == facts[name]
    assert (one.region, one.department, one.as_of) == ("630103", "QH-AMR", NOW)
    assert one.source_record_id == "1"
    assert one.legal_representative_ref
    assert "63280119800101001X" not in repr(one)


async def test_the_same_person_has_the_same_ref(core: Core) -> None:
    ids = ("63280119800101001X", "63280119800101001X", None, None)
    people = [
        enterprise(n, legal_representative="李四", legal_rep_id_number=number)
        for n, number in enumerate(ids)
    ]
    await core.sync(FakeAdapter(people), quiet)
    found = await core.by_uscc([code(n) for n in range(4)])
    refs = [found[code(n)].legal_representative_ref for n in range(4)]
    assert refs[0] == refs[1]
    assert len(set(refs)) == 3


async def test_reports_come_back_with_their_types(core: Core) -> None:
    insurance = RECORDS[RecordType.ANNUAL_REPORT].fields["socialInsurance"].item
    assert insurance is not None
    facts = {
        "submitted_on": date(2016, 6, 1),
        "total_assets": Decimal("0.10"),
        "websites": ("qh.example",),
        "social_insurance": (insurance(kind="养老", people=3),),
    }
    await core.sync(FakeAdapter([enterprise(1), report(1, 2015, **facts)]), quiet)
    found = await core.annual_reports([code(1), code(2)])
    values = found[code(1)][0].values
    assert {name: values[name] for name in facts} == facts
    assert code(2) not in found


async def test_as_of_gives_the_version_of_the_day(core: Core) -> None:
    def version(name: str, approved: date) -> SourceRecord:
        return enterprise(
            1, name, approved_on=approved, established_on=date(2010, 1, 1)
        )

    for name, approved in (
        ("甲有限公司", date(2010, 1, 1)),
        ("乙有限公司", date(2014, 5, 1)),
        ("丙有限公司", date(2016, 3, 1)),
    ):
        await core.sync(FakeAdapter([version(name, approved)]), quiet)
    expected: dict[str, str | None] = {
        "2009-12-31T23:59:59+08:00": None,
        "2010-01-01T00:00:00+08:00": "甲有限公司",
        "2014-04-30T23:59:59+08:00": "甲有限公司",
        "2014-04-30T16:00:00+00:00": "乙有限公司",
        "2016-02-29T23:59:59+08:00": "乙有限公司",
        "2016-03-01T00:00:00+08:00": "丙有限公司",
    }
    for when, wanted in expected.items():
        found = await core.by_uscc([code(1)], datetime.fromisoformat(when))
        assert (found[code(1)].name if found else None) == wanted, when


async def test_versions_without_a_new_approval_hold_until_they_were_seen_to_change(
    core: Core,
) -> None:
    day = date(2012, 1, 1)
    seen = []
    for name in ("甲有限公司", "乙有限公司", "丙有限公司"):
        await core.sync(FakeAdapter([enterprise(1, name, approved_on=day)]), quiet)
        seen.append(datetime.now(UTC))
    names = [(await core.by_uscc([code(1)], when))[code(1)].name for when in seen]
    assert names == ["甲有限公司", "乙有限公司", "丙有限公司"]
