"""Conditions across departments: presence first, then only who is left is asked."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from strawberry import ID

from gateway.building import Building
from gateway.conditions import find_across
from gateway.core import Core
from gateway.directory import Directory
from gateway.everything import Everything
from gateway.loading.records import Moment, Records
from gateway.narrowing import narrow
from gateway.province import Parts
from gateway.quarantine import Quarantine
from gateway.questions import RequestQuestions
from schema.connections import Listed
from schema.departments import CompletenessStatus
from schema.enterprise import Enterprise
from schema.filters import EnterpriseFilter, EnterpriseOrder, RecordCondition
from schema.record_type import RecordType
from schema.scalars import USCC
from schema.visibility import Audience
from tests.gateway.asking import feed_of, loader_of
from tests.gateway.core.fakes import FakeAdapter, code, enterprise
from tests.gateway.presence.departments import (
    NOW,
    Department,
    Province,
    penalty,
    quiet,
)

pytestmark = pytest.mark.anyio
PUNISHED = RecordCondition(record_type=RecordType.PENALTY)
TWICE = RecordCondition(record_type=RecordType.PENALTY, min=2)
BY_EPD = RecordCondition(record_type=RecordType.PENALTY, departments=[ID("QH-EPD")])
BY_SAW = RecordCondition(record_type=RecordType.PENALTY, departments=[ID("QH-SAW")])
NOT_BY_SAW = RecordCondition(
    record_type=RecordType.PENALTY, departments=[ID("QH-SAW")], none=True
)
NOBODY_PROVIDES = RecordCondition(
    record_type=RecordType.PENALTY, departments=[ID("QH-TAX")]
)


@pytest.fixture
async def province(core: Core, tmp_path: Path) -> Province:
    people = [enterprise(number) for number in range(1, 40)]
    await core.sync(FakeAdapter(people), quiet)
    environment = [penalty(n, n) for n in range(1, 7)] + [penalty(50, 6)]
    safety = [penalty(n, n) for n in (5, 6, 7)] + [penalty(60, "青海测试8有限公司")]
    made = Province(
        core,
        tmp_path,
        [Department(environment), Department(safety, department="QH-SAW")],
    )
    await made.build()
    for one in made.departments:
        one.asked.clear()
    return made


def parts_of(province: Province, *, sparing: bool) -> Parts:
    adapters = {one.department: one for one in province.departments}
    core, directory = province.core, Directory(adapters)
    presences = province.presences if sparing else None
    loader = loader_of(adapters, core, presences=presences)
    records = Records(loader, directory, Audience.GOVERNMENT)
    quarantine = Quarantine(core.engine)
    everything = Everything(adapters, core, quarantine, records, Audience.GOVERNMENT, 5)
    return Parts(
        Audience.GOVERNMENT,
        core,
        records,
        directory,
        everything,
        quarantine,
        most_candidates=20,
        feed=feed_of(core, records, adapters),
        audit=Path("nowhere"),
        presences=presences,
    )


async def found(
    province: Province, where: EnterpriseFilter, *, sparing: bool = True
) -> Listed[Enterprise]:
    parts = parts_of(province, sparing=sparing)
    questions = RequestQuestions(parts, Moment(NOW, NOW.date()))
    order = [EnterpriseOrder.NAME]
    return await find_across(questions, parts, where, order, (10, None))


@pytest.mark.parametrize(
    ("has", "numbers"),
    [
        ([PUNISHED], [1, 2, 3, 4, 5, 6, 7, 8]),
        ([TWICE], [5, 6]),
        ([BY_EPD, BY_SAW], [5, 6]),
        ([BY_EPD, NOT_BY_SAW], [1, 2, 3, 4]),
        ([BY_EPD, BY_SAW, TWICE], [5, 6]),
        ([BY_SAW, NOT_BY_SAW], []),
    ],
)
async def test_the_same_as_by_listing_everything(
    has: Sequence[RecordCondition], numbers: Sequence[int], province: Province
) -> None:
    where = EnterpriseFilter(has=list(has))
    spared = await found(province, where)
    assert not any(one.asked for one in province.departments)
    listed = await found(province, where, sparing=False)
    assert any(one.asked for one in province.departments)
    for one in (spared, listed):
        assert [each.uscc for each in one.nodes] == [code(n) for n in numbers]
        assert one.total_count == len(numbers)
        assert one.completeness.status is CompletenessStatus.COMPLETE


async def test_the_core_s_filter_holds_too(province: Province) -> None:
    few = [USCC(code(n)) for n in (2, 6, 30)]
    where = EnterpriseFilter(has=[BY_EPD], uscc_in=few, name_contains="测试6")
    assert [one.uscc for one in (await found(province, where)).nodes] == [code(6)]


async def test_only_those_left_are_asked_about(province: Province) -> None:
    await found(province, EnterpriseFilter(has=[BY_EPD, BY_SAW]))
    asked = {u for one in province.departments for q in one.questions for u in q}
    assert asked == {code(5), code(6)}


async def test_a_reading_is_settled_before_the_others_are_read(
    province: Province,
) -> None:
    ordinals = province.shelf.ordinals()
    mark = await province.core.mark()
    await province.build()
    assert all(one.mark == mark for one in province.shelf.presences(ordinals).values())
    building = Building(province.core, province.shelf)
    await building.begin()
    department = province.departments[1]
    draft = building.draft(department, RecordType.PENALTY, NOW)
    async for page in department.changes(RecordType.PENALTY, None):
        await building.take(draft, department, page)
    assert draft.mark == mark
    assert {ordinals.code(n) for n in draft.held} == {code(n) for n in (5, 6, 7, 8)}


async def test_what_narrows_nothing(core: Core, province: Province) -> None:
    parts = parts_of(province, sparing=True)
    assert await narrow(parts, [BY_EPD]) is not None
    assert await narrow(parts, [NOT_BY_SAW]) is None
    assert await narrow(parts, [NOBODY_PROVIDES]) is None
    await core.sync(FakeAdapter([enterprise(77)]), quiet)
    assert await narrow(parts, [BY_EPD]) is None, "the core has changed since"
    await province.build()
    assert await narrow(parts, [BY_EPD]) is not None
