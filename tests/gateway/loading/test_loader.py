"""A query waits for departments as long as it may; who is late goes on for others."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic

import pytest

from adapters.contract import Ask, EnterpriseKey, Fetched, SourceRecord
from gateway.loading.answers import Note
from gateway.loading.late import LateAsks
from gateway.loading.loader import Loader
from schema.departments import SourceOutcome
from schema.record_type import RecordType
from tests.gateway.asking import loader_of
from tests.gateway.core.fakes import NOW, FakeAdapter, code, record

pytestmark = pytest.mark.anyio

KIND = RecordType.PENALTY
ONE = record(KIND, "1", code(1), {})


class NoCore:
    """A core that knows nobody's further keys."""

    async def freshness(self) -> Mapping[RecordType, datetime]:
        return {}

    async def keys_of(self, usccs: Sequence[str]) -> Mapping[str, EnterpriseKey]:
        return {}

    async def annual_reports(
        self, usccs: Sequence[str]
    ) -> Mapping[str, Sequence[SourceRecord]]:
        return {}


@dataclass
class Department(FakeAdapter):
    """Answers when it is let."""

    let: asyncio.Event = field(default_factory=asyncio.Event)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def fetch(self, ask: Ask) -> Fetched:
        self.begun.set()
        try:
            await self.let.wait()
        finally:
            self.ended.set()
        return Fetched({code(1): (ONE,)}, NOW)


def departments() -> tuple[Department, Department]:
    slow, quick = Department([ONE]), Department([ONE])
    quick.let.set()
    return slow, quick


async def load(loader: Loader, note: Note) -> Mapping[str, SourceOutcome]:
    found = await loader.load(KIND, [code(1)], None, note)
    return {one.department: one.outcome for one in found[code(1)]}


async def test_who_is_late_is_timed_out_and_goes_on():
    slow, quick = departments()
    late, note = LateAsks(2), Note(0.05)
    slow.department, quick.department = "A", "B"
    loader = loader_of({"A": slow, "B": quick}, NoCore(), late=late)
    assert await load(loader, note) == {
        "A": SourceOutcome.TIMED_OUT,
        "B": SourceOutcome.LIVE,
    }
    assert {call.department for call in note.calls} == {"A", "B"}
    assert not slow.ended.is_set()
    slow.let.set()
    await slow.ended.wait()
    await late.close()


async def test_asks_that_go_on_are_limited_and_end_with_the_gateway():
    slow, _ = departments()
    late = LateAsks(1)
    loader = loader_of({"A": slow}, NoCore(), late=late)
    await load(loader, Note(0.02))
    await load(loader, Note(0.02))
    await slow.ended.wait()
    slow.ended.clear()
    await late.close()
    assert slow.ended.is_set()


async def test_nobody_is_asked_when_the_deadline_has_come():
    slow, _ = departments()
    assert await load(loader_of({"QH-AMR": slow}, NoCore()), Note(0)) == {
        "QH-AMR": SourceOutcome.TIMED_OUT
    }
    assert not slow.begun.is_set()


async def test_a_client_that_leaves_ends_its_asks():
    slow, _ = departments()
    asking = asyncio.create_task(load(loader_of({"A": slow}, NoCore()), Note(30)))
    await slow.begun.wait()
    asking.cancel()
    await asyncio.wait([asking])
    await slow.ended.wait()


async def test_after_a_listing_the_time_counts_anew():
    note = Note(30, _started=monotonic() - 10)
    before = note.left
    note.renew()
    assert 30 > note.left > before + 5
