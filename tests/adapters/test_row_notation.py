"""Rows come back exactly as they were written, with the digest that they had."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import orjson
import pytest
from hypothesis import given, strategies as st

from adapters.contract import EnterpriseKey, SourceRecord
from adapters.digests import canonical, digest
from adapters.listing import list_all
from adapters.registry import DEPARTMENTS, load_all
from adapters.row_notation import Unwritable, read_row, write_row
from mock_departments.host import KIND_OF
from mock_departments.world.reader import StoredWorld
from tests.world import running

ZONES = st.sampled_from([None, UTC, timezone(timedelta(hours=8))])
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.decimals(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.dates()
    | st.datetimes(timezones=ZONES).map(lambda one: one.replace(fold=0))
    | st.times().map(lambda one: one.replace(fold=0))
    | st.binary()
    | st.uuids(),
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner)
    ),
    max_leaves=20,
)
ROWS = st.dictionaries(
    st.text(st.characters(exclude_categories=["Cs"])), VALUES, max_size=6
)


def again(row: Mapping[str, object]) -> Mapping[str, object]:
    return read_row(orjson.loads(orjson.dumps(write_row(row))))


@given(ROWS)
def test_any_row(row: dict[str, object]):
    back = again(row)
    assert repr(back) == repr({**row})
    assert digest(back) == digest(row)


@pytest.mark.parametrize(
    "value",
    [
        Decimal("1E+2"),
        Decimal("1.50"),
        2**70,
        -0.0,
        ["", "decimal", "1"],
        [["", 1]],
        date(2016, 7, 22),
        datetime(2016, 7, 22, 10, 0, 0, 5, UTC),
        time(10, 30),
        b"\x00",
        UUID(int=1),
    ],
)
def test_values_that_json_has_no_form_for(value: object):
    back = again({"V": value})["V"]
    assert (type(back), back) == (type(value), value)


@pytest.mark.parametrize("row", [{"V": object()}, {1: "V"}])
def test_what_could_not_be_read_again(row: dict[str, object]):
    with pytest.raises(Unwritable):
        write_row(row)


@pytest.mark.parametrize("written", [[], "text", None])
def test_what_never_was_a_row(written: object):
    with pytest.raises(ValueError, match="not a row"):
        read_row(written)


@pytest.mark.anyio
@pytest.mark.parametrize(
    "code", sorted(c for c, kind in KIND_OF.items() if kind != "push")
)
async def test_every_department(
    code: str, world: StoredWorld, keys: dict[str, EnterpriseKey], tmp_path: Path
):
    async with running(world, tmp_path, code) as host:
        adapter = load_all(DEPARTMENTS, host.environment).adapters[code]
        seen = 0
        try:
            for record_type in adapter.record_types:
                async for page in list_all(adapter, record_type):
                    for record in page.records:
                        row = again(record.raw)
                        back = adapter.read(record_type, row, record.as_of)
                        assert isinstance(back, SourceRecord)
                        assert back == record
                        assert back.digest == digest(record.raw)
                        assert canonical(row) == canonical(record.raw)
                        seen += 1
        finally:
            await adapter.close()
    assert seen
