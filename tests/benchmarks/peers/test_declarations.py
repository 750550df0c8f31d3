"""The bench departments' rows are read by their declarations, every one of them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import pytest

from adapters.contract import SourceRecord
from adapters.mapping import Mapper
from adapters.registry import Registry, load_all
from benchmarks.peers import records, world
from benchmarks.peers.core import DECLARATIONS
from schema.record_type import RecordType

ROWS = [
    ("QH-AMR", RecordType.REGISTRATION, lambda n: [world.registration(n)]),
    ("QH-AMR", RecordType.ANNUAL_REPORT, world.reports),
    ("QH-EPD", RecordType.LICENCE, records.licences),
    ("QH-SAW", RecordType.PENALTY, records.penalties),
    ("QH-HPC", RecordType.JUDICIAL_ASSISTANCE, records.assistance),
]


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load_all(DECLARATIONS, {"BENCH_DEPARTMENTS": "http://127.0.0.1:1"})


def test_no_declaration_is_refused(registry: Registry):
    assert not registry.problems


@pytest.mark.parametrize(("department", "record_type", "rows"), ROWS)
def test_every_row_is_read(
    registry: Registry,
    department: str,
    record_type: RecordType,
    rows: Callable[[int], Sequence[world.Row]],
):
    adapter: Any = registry.adapters[department]
    mapper = Mapper(adapter.declaration.sections[record_type])
    as_of = datetime.fromisoformat(world.AS_OF)
    for number in (1, 7, 99_999, world.SIZE):
        for row in rows(number):
            read = mapper.map(row, "row 1", as_of)
            assert isinstance(read, SourceRecord), read
            assert read.subjects[0].uscc == world.code(number)
