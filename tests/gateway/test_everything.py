"""Whole departments: what two of them tell of the same fact counts once."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from adapters.contract import SourceRecord
from gateway.core import open_core
from gateway.counting import Countable, countable, grouped
from gateway.directory import Directory
from gateway.everything import Everything, Read
from gateway.loading.records import Moment, Records
from gateway.quarantine import Quarantine
from schema.filters import RecordDimension
from schema.record_type import RecordType
from schema.records import RECORDS
from schema.records.honours import TaxGrade
from schema.records.record import CreditRecord
from schema.visibility import Audience
from tests.gateway.asking import loader_of
from tests.gateway.core.fakes import FakeAdapter, code, enterprise, record

NOW = datetime(2016, 10, 20, 1, tzinfo=UTC)


def quiet(_stage: str, _done: float) -> None:
    pass


def grade(number: int, uscc: str) -> SourceRecord:
    values = {"year": 2015, "grade": TaxGrade.A}
    return record(RecordType.TAX_CREDIT, f"A{number}", uscc, values)


@pytest.mark.anyio
async def test_a_tax_grade_told_twice_counts_once(tmp_path: Path) -> None:
    core = await open_core(f"sqlite:///{tmp_path / 'core.sqlite'}", "key")
    await core.sync(FakeAdapter([enterprise(1), enterprise(2)]), quiet)
    national = FakeAdapter([grade(1, code(1)), grade(2, code(2))], department="QH-TAX")
    local = FakeAdapter([grade(3, code(1))], department="QH-LTB")
    adapters = {"QH-LTB": local, "QH-TAX": national}
    records = Records(
        loader_of(adapters, core), Directory(adapters), Audience.GOVERNMENT
    )
    everything = Everything(
        adapters, core, Quarantine(core.engine), records, Audience.GOVERNMENT, 5
    )

    def keep(one: CreditRecord) -> Countable:
        return countable(one, [RecordDimension.DEPARTMENT])

    read: Read[Countable] = await everything.read(
        RecordType.TAX_CREDIT, None, None, Moment(NOW, date(2016, 10, 20)), keep
    )
    await core.close()
    assert read.complete
    assert read.given == {"QH-TAX": 2, "QH-LTB": 0}
    assert [
        (one.keys, one.count) for one in grouped(read, RECORDS[RecordType.TAX_CREDIT])
    ] == [(["QH-TAX"], 2)]
