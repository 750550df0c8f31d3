"""A question is put again only where that is safe and there is time for it."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from adapters.contract import Ask, Page, Rows
from adapters.errors import (
    SourceBusy,
    SourceContractBroken,
    SourceDenied,
    SourceError,
    SourceUnavailable,
)
from adapters.listing import list_all
from adapters.retries import Retries
from schema.record_type import RecordType
from tests.adapters.fakes import LiveFake
from tests.adapters.questions import adapter, code, firm, row
from tests.gateway.core.fakes import FakeAdapter, record

DOWN = SourceUnavailable("连不上")


def test_never_after_a_denial_or_a_broken_contract():
    retries = Retries()
    for fault in (SourceDenied("拒"), SourceContractBroken("乱"), SourceError("误")):
        assert retries.wait(0, fault, 100) is None


def test_at_most_twice():
    waits = [Retries(chance=lambda: 1.0).wait(tried, DOWN, 100) for tried in range(3)]
    assert waits == [0.1, 0.2, None]


def test_as_long_as_the_department_asks_if_there_is_time():
    retries = Retries(chance=lambda: 0.5)
    busy = SourceBusy("忙", 1.0)
    assert retries.wait(0, busy, 2.0) == 1.05
    assert retries.wait(0, busy, 1.0) is None
    assert retries.wait(0, SourceBusy("忙", 1e300), 2.0) is None


@given(st.integers(0, 3), st.floats(0, 10), st.floats(0, 10), st.floats(0, 1))
def test_a_try_always_fits(tried: int, left: float, took: float, chance: float):
    wait = Retries(chance=lambda: chance).wait(tried, DOWN, left, took)
    assert wait is None or (wait >= 0 and wait + took < left)


class Failing(LiveFake):
    """Fails a few times, then answers."""

    failures: list[SourceError]

    async def ask(self, record_type: RecordType, keys: Sequence[str]) -> Rows:
        self.calls.append(tuple(keys))
        if self.failures:
            raise self.failures.pop()
        self.calls.pop()
        return await super().ask(record_type, keys)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("fault", "times", "calls"),
    [
        (DOWN, 2, 3),
        (DOWN, 3, 3),
        (SourceBusy("忙", 0.01), 1, 2),
        (SourceBusy("忙", 60), 1, 1),
        (SourceContractBroken("乱"), 1, 1),
        (SourceDenied("拒"), 1, 1),
    ],
)
async def test_a_batch_is_asked_again(
    tmp_path: Path, fault: SourceError, times: int, calls: int
) -> None:
    transport = Failing([row(1)])
    transport.failures = [fault] * times
    source = adapter(tmp_path, transport)
    ask = Ask(RecordType.PENALTY, (firm(1),))
    if calls > times:
        assert (await source.fetch(ask)).records[code(1)]
    else:
        with pytest.raises(type(fault)):
            await source.fetch(ask)
    assert len(transport.calls) == calls


@pytest.mark.anyio
async def test_a_listing_goes_on_after_the_last_page_that_came() -> None:
    kind = RecordType.PENALTY
    held = [record(kind, str(n), code(1), {}) for n in range(7)]
    source = FakeAdapter(held, fails_at=2)
    pages: list[Page] = []

    async def take() -> None:
        async for page in list_all(source, kind, Retries(chance=lambda: 0.0)):
            pages.append(page)

    with pytest.raises(SourceUnavailable):
        await take()
    assert len(pages) == 2
    assert source.asked == [(kind, None), (kind, "6"), (kind, "6")]
