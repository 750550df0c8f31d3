"""What fits nobody, what can't be read, and what departments hold."""

from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from msgspec.structs import replace

from adapters.contract import Adapter, SourceRecord, Subject
from gateway.core import Core
from gateway.loading.shelf import Shelf
from gateway.quarantine import Quarantine
from gateway.reconciliation import Reconciliation
from schema.record_type import RecordType
from tests.gateway.core.fakes import FakeAdapter, aside, code, enterprise, record

pytestmark = pytest.mark.anyio
NOW = datetime(2016, 10, 20, 1, tzinfo=UTC)
KNOWN = [enterprise(number) for number in range(4)]


def quiet(_stage: str, _done: float) -> None:
    pass


def penalty(
    number: int, uscc: str | None, name: str = "", **values: object
) -> SourceRecord:
    facts = {"decided_on": date(2016, 9, 1), "published_on": None, **values}
    made = record(RecordType.PENALTY, f"罚{number}", uscc, facts)
    if uscc is None:
        made = replace(made, subjects=(Subject(name=name, written_name=name),))
    return made


async def reconciled(core: Core, *adapters: Adapter) -> Quarantine:
    quarantine = Quarantine(core.engine)
    held = {adapter.department: adapter for adapter in adapters}
    with TemporaryDirectory() as directory:
        shelf = Shelf(Path(directory))
        await Reconciliation(held, core, quarantine, shelf).run(NOW, quiet)
    return quarantine


@pytest.fixture
async def filled(core: Core) -> Core:
    await core.sync(FakeAdapter(KNOWN), quiet)
    return core


async def test_what_fits_nobody_is_kept_with_its_reason(filled: Core) -> None:
    held = [
        penalty(1, code(1)),
        penalty(2, code(77)),
        penalty(3, None, "青海测试2有限公司"),
        penalty(4, None, "无人知道有限公司"),
    ]
    quarantine = await reconciled(filled, FakeAdapter(held, department="QH-EPD"))
    page = await quarantine.unresolved("QH-EPD", 10, 0)
    assert {row.source_record_id for row in page.rows} == {"罚2", "罚4"}
    assert page.total == 2
    assert page.reconciled
    assert all(row.reason and row.received_on == NOW for row in page.rows)
    assert (await quarantine.unresolved("QH-SAW", 10, 0)).total == 0
    assert not (await quarantine.unresolved("QH-SAW", 10, 0)).reconciled


async def test_contributions_are_counted(filled: Core) -> None:
    held = [
        penalty(1, code(1), published_on=date(2016, 9, 5)),
        penalty(2, code(1), published_on=date(2016, 9, 20)),
        penalty(3, code(2), published_on=date(2016, 10, 19)),
        penalty(4, code(77)),
    ]
    asides = [aside(RecordType.PENALTY, "row 9")]
    adapter = FakeAdapter(held, asides, size=2, department="QH-EPD")
    quarantine = await reconciled(filled, adapter)
    found = (await quarantine.contributions())["QH-EPD"].government
    assert (found.records, found.enterprises) == (5, 2)
    assert (found.rejected, found.unresolved) == (1, 1)
    assert (found.published_late7, found.published_late20) == (2, 1)
    assert found.complete
    assert found.last_update == held[0].as_of


async def test_a_second_time_takes_the_place_of_the_first(filled: Core) -> None:
    first = [penalty(number, code(70 + number)) for number in range(5)]
    await reconciled(filled, FakeAdapter(first, department="QH-EPD"))
    later = FakeAdapter([penalty(9, code(79))], department="QH-EPD")
    quarantine = await reconciled(filled, later)
    page = await quarantine.unresolved(None, 10, 0)
    assert [row.source_record_id for row in page.rows] == ["罚9"]


async def test_a_department_that_fails_keeps_what_was_known_of_it(filled: Core) -> None:
    held = [penalty(number, code(70 + number)) for number in range(5)]
    await reconciled(filled, FakeAdapter(held, department="QH-EPD"))
    failing = FakeAdapter(held, department="QH-EPD", fails_at=1)
    healthy = FakeAdapter([penalty(1, code(1))], department="QH-SAW")
    quarantine = await reconciled(filled, failing, healthy)
    assert (await quarantine.unresolved("QH-EPD", 10, 0)).total == 5
    counted = await quarantine.contributions()
    assert not counted["QH-EPD"].government.complete
    assert counted["QH-SAW"].government.complete


async def test_pages_of_the_unresolved_follow_each_other(filled: Core) -> None:
    held = [penalty(number, code(70 + number)) for number in range(7)]
    quarantine = await reconciled(filled, FakeAdapter(held, department="QH-EPD"))
    pages = [await quarantine.unresolved(None, 3, start) for start in (0, 3, 6)]
    rows = [row.source_record_id for page in pages for row in page.rows]
    assert rows == [f"罚{number}" for number in range(7)]
