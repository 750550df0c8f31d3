"""Conditions by set algebra: three values, and the core's order."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from adapters.contract import SetAside, SourceRecord, Subject
from gateway.core import Core
from gateway.directory import Directory
from gateway.everything import Everything
from gateway.intersection import Selection, in_order, select
from gateway.loading.records import Moment, Records
from gateway.province import Parts
from gateway.quarantine import Quarantine
from gateway.questions import RequestQuestions
from schema.codes.names import normalise
from schema.filters import EnterpriseFilter, EnterpriseOrder, RecordCondition
from schema.record_type import RecordType
from schema.records.honours import CommendationKind
from schema.visibility import Audience
from tests.gateway.asking import feed_of, loader_of
from tests.gateway.core.fakes import FakeAdapter, code, enterprise, record

pytestmark = pytest.mark.anyio
MOMENT = Moment(datetime(2016, 10, 20, 1, tzinfo=UTC), date(2016, 10, 20))
LISTED, PRAISED = RecordType.SERIOUS_VIOLATION, RecordType.COMMENDATION
SHARED = "同名有限公司"
PEOPLE = [
    enterprise(1, "丙", established_on=date(2014, 1, 1)),
    enterprise(2, "甲", established_on=None),
    enterprise(3, "乙", established_on=date(2013, 1, 1), registered_capital=None),
    enterprise(4, SHARED),
    enterprise(5, SHARED),
]


def quiet(_stage: str, _done: float) -> None:
    pass


def listed(number: int, day: int = 1) -> SourceRecord:
    values = {
        "category": "其他",
        "reason": "逾期",
        "listed_on": date(2016, 1, day),
        "listed_by": "某局",
    }
    made = record(LISTED, f"L{number}-{day}", code(number), values)
    return replace(made, identity=(made.source_record_id,))


def listed_under(name: str) -> SourceRecord:
    whoever = (Subject(name=normalise(name), written_name=name),)
    return replace(listed(99), subjects=whoever)


def praised(number: int) -> SourceRecord:
    values = {
        "title": "先进",
        "kind": CommendationKind.HONOUR,
        "awarded_by": "某局",
        "awarded_on": date(2016, 1, 1),
    }
    return record(PRAISED, f"P{number}", code(number), values)


def unread(*subjects: Subject) -> SetAside:
    return SetAside(LISTED, "row 1", ("日期无法读 (no date)",), subjects)


@pytest.fixture
async def filled(core: Core) -> Core:
    await core.sync(FakeAdapter(PEOPLE), quiet)
    return core


def gateway(core: Core, *departments: FakeAdapter) -> tuple[RequestQuestions, Parts]:
    adapters = {one.department: one for one in departments}
    directory = Directory(adapters)
    records = Records(loader_of(adapters, core), directory, Audience.GOVERNMENT)
    quarantine = Quarantine(core.engine)
    everything = Everything(adapters, core, quarantine, records, Audience.GOVERNMENT, 5)
    parts = Parts(
        Audience.GOVERNMENT,
        core,
        records,
        directory,
        everything,
        quarantine,
        most_candidates=1,
        feed=feed_of(core, records, adapters),
        audit=Path("nowhere"),
    )
    return RequestQuestions(parts, MOMENT), parts


async def meets(
    core: Core, departments: Sequence[FakeAdapter], *has: RecordCondition
) -> Selection:
    questions, parts = gateway(core, *departments)
    return await select(questions, parts, EnterpriseFilter(has=list(has)))


def codes(*numbers: int) -> list[str]:
    return [code(number) for number in numbers]


IS_LISTED = RecordCondition(record_type=LISTED)
NOT_LISTED = RecordCondition(record_type=LISTED, none=True)
IS_PRAISED = RecordCondition(record_type=PRAISED)


def court(*records: SourceRecord, asides: Sequence[SetAside] = ()) -> FakeAdapter:
    return FakeAdapter(records, asides, department="QH-HPC")


def praising(*numbers: int) -> FakeAdapter:
    return FakeAdapter([praised(n) for n in numbers], department="QH-STD")


async def test_positive_ones_are_intersected_and_negative_ones_subtracted(
    filled: Core,
) -> None:
    both = [court(listed(1), listed(2), listed(2, day=2)), praising(2, 3)]
    assert (await meets(filled, both, IS_LISTED)).usccs == codes(1, 2)
    assert (await meets(filled, both, IS_LISTED, IS_PRAISED)).usccs == codes(2)
    found = await meets(filled, both, IS_PRAISED, NOT_LISTED)
    assert (found.usccs, found.known) == (codes(3), True)
    twice = RecordCondition(record_type=LISTED, min=2)
    assert (await meets(filled, both, twice)).usccs == codes(2)


async def test_a_record_under_a_shared_name_decides_none_of_its_bearers(
    filled: Core,
) -> None:
    doubtful = [court(listed(1), listed_under(SHARED)), praising(1, 2, 4)]
    found = await meets(filled, doubtful, IS_PRAISED, NOT_LISTED)
    assert (found.usccs, found.known) == (codes(2), False)
    (silent,) = [one for one in found.answers if not one.complete]
    assert silent.department == "QH-HPC"
    assert silent.reason
    sure = await meets(filled, [doubtful[0], praising(1, 2)], IS_PRAISED, NOT_LISTED)
    assert (sure.usccs, sure.known) == (codes(2), True)


async def test_a_row_that_can_not_be_read_leaves_open_whom_it_names(
    filled: Core,
) -> None:
    named = unread(Subject(uscc=code(2)))
    departments = [court(listed(1), asides=[named]), praising(1, 2, 3)]
    found = await meets(filled, departments, IS_PRAISED, IS_LISTED)
    assert (found.usccs, found.known) == (codes(1), False)
    found = await meets(filled, departments, IS_PRAISED, NOT_LISTED)
    assert (found.usccs, found.known) == (codes(3), False)
    nameless = [court(listed(1), asides=[unread()]), praising(1, 2, 3)]
    found = await meets(filled, nameless, IS_PRAISED, NOT_LISTED)
    assert (found.usccs, found.known) == ([], False)


async def test_who_does_not_answer_leaves_everybody_open(filled: Core) -> None:
    down = FakeAdapter([listed(1)], department="QH-HPC", fails_at=0)
    found = await meets(filled, [down, praising(1, 2)], IS_PRAISED, NOT_LISTED)
    assert (found.usccs, found.known) == ([], False)
    found = await meets(filled, [down, praising(77)], IS_PRAISED, NOT_LISTED)
    assert (found.usccs, found.known) == ([], True)
    found = await meets(filled, [down], IS_LISTED)
    assert (found.usccs, found.known) == ([], False)


async def test_a_list_goes_on_after_a_page_that_did_not_come(filled: Core) -> None:
    many = [listed(1 + n % 3, day=1 + n) for n in range(9)]
    once = FailsOnce(many, department="QH-HPC", fails_at=2)
    found = await meets(filled, [once], RecordCondition(record_type=LISTED, min=3))
    assert (found.usccs, found.known) == (codes(1, 2, 3), True)
    assert [since for _, since in once.asked] == [None, "6"]


class FailsOnce(FakeAdapter):
    """Fails before one page, and gives it when asked again."""

    @property
    def fails_at(self) -> int | None:
        return self._fails_at if len(self.asked) == 1 else None

    @fails_at.setter
    def fails_at(self, page: int | None) -> None:
        self._fails_at = page


@pytest.mark.parametrize(
    "orders",
    [
        [],
        *[[one] for one in EnterpriseOrder],
        [EnterpriseOrder.ESTABLISHED_DESC, EnterpriseOrder.NAME],
        [EnterpriseOrder.USCC, EnterpriseOrder.NAME],
    ],
)
async def test_ordered_as_the_core_orders(
    filled: Core, orders: list[EnterpriseOrder]
) -> None:
    page = await filled.find(None, orders, 10, None)
    expected = [one.uscc for one in page.items]
    assert list(await in_order(expected[::-1], orders, filled)) == expected
