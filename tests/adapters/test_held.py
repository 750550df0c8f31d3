import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.contract import (
    Ask,
    Origin,
    Rows,
)
from adapters.errors import (
    SourceContractBroken,
    SourceUnavailable,
)
from adapters.held import HeldSource
from adapters.mapping import Mapper
from adapters.source import DeclaredAdapter
from schema.record_type import RecordType
from tests.adapters.declarations import HEAD, PENALTY, declare
from tests.adapters.fakes import AS_OF, HeldFake
from tests.adapters.questions import adapter, ask, code, firm, numbers, row

pytestmark = pytest.mark.anyio


async def test_a_hand_error_counts_only_where_the_name_agrees(tmp_path: Path) -> None:
    typed = code(1).replace("0", "O", 3)
    right, wrong = row(1, CODE=typed), row(1, 2, CODE=typed, CF_XDR_MC="别家公司")
    fetched = await ask(adapter(tmp_path, HeldFake([right, wrong])), firm(1))
    assert numbers(fetched, 1) == ["1-1"]
    assert f"写的代码 {typed} 无效" in fetched.unsure[code(1)]


async def test_held_rows_are_found_by_code_number_and_name(tmp_path: Path) -> None:
    number = "110108000000016"
    rows = [
        row(1),
        row(1, 2, CODE=number),
        row(1, 3, CODE="", CF_XDR_MC=" 青海 1 号有限责任公司 "),
        row(1, 4, CODE=code(1)[8:17]),
        row(2),
    ]
    transport = HeldFake(rows)
    source = adapter(tmp_path, transport)
    fetched = await ask(source, firm(1, registration=number))
    assert numbers(fetched, 1) == ["1-1", "1-2", "1-3", "1-4"]
    assert fetched.origin is Origin.MATERIALIZED
    assert fetched.calls == 0
    assert transport.calls == []


async def test_held_rows_are_read_once_per_version(tmp_path: Path) -> None:
    transport = HeldFake([row(1)])
    source = adapter(tmp_path, transport)
    await asyncio.gather(*(ask(source, firm(1)) for _ in range(5)))
    await ask(source, firm(2))
    assert transport.readings == 1
    transport.rows, transport.state = [row(1), row(1, 2)], "2"
    assert numbers(await ask(source, firm(1)), 1) == ["1-1", "1-2"]
    assert transport.readings == 2


async def test_a_reading_goes_on_when_who_waited_gave_up(tmp_path: Path) -> None:
    transport = HeldFake([row(1)])
    source = adapter(tmp_path, transport)
    waiting = asyncio.create_task(ask(source, firm(1)))
    await transport.begun.wait()
    waiting.cancel()
    assert numbers(await ask(source, firm(1)), 1) == ["1-1"]
    assert transport.readings == 1
    await source.close()


async def test_a_failed_reading_is_tried_again(tmp_path: Path) -> None:
    class Failing(HeldFake):
        async def version(self, record_type: RecordType) -> str:
            if self.state == "gone":
                raise SourceUnavailable("目录不在")
            return self.state

    transport = Failing([row(1)], state="gone")
    source = adapter(tmp_path, transport)
    with pytest.raises(SourceUnavailable):
        await ask(source, firm(1))
    transport.state = "1"
    assert numbers(await ask(source, firm(1)), 1) == ["1-1"]


async def test_mapping_lets_others_run(tmp_path: Path) -> None:
    source = adapter(tmp_path, HeldFake([row(1, n) for n in range(3_000)]))
    asking = asyncio.create_task(ask(source, firm(1)))
    turns = 0
    while not asking.done():
        turns += 1
        await asyncio.sleep(0)
    assert turns > 3_000 // 250


async def test_a_source_that_tells_changes_is_read_on_from_where_it_was(
    tmp_path: Path,
) -> None:
    class Feed(HeldFake):
        async def scan(
            self, record_type: RecordType, since: str | None
        ) -> AsyncIterator[Rows]:
            start = int(since or 0)
            self.calls.append((str(start),))
            yield Rows(self.rows[start:], AS_OF, cursor=str(len(self.rows)))

    text = (HEAD + PENALTY).replace("batch = 2", "batch = 2\ndelta = true")
    transport = Feed([row(1), row(1, 2)])
    source = adapter(tmp_path, transport, text)
    await ask(source, firm(1))
    again = row(1, CF_NR="改为警告")
    transport.rows, transport.state = [*transport.rows, again, row(2)], "2"
    fetched = await ask(source, firm(1), firm(2))
    assert transport.calls == [("0",), ("2",)]
    assert numbers(fetched, 1) == ["1-2", "1-1"]
    assert fetched.records[code(1)][1].values["content"] == "改为警告"
    assert numbers(fetched, 2) == ["2-1"]


async def test_an_empty_drop_answers_as_of_now(tmp_path: Path) -> None:
    class Empty(HeldFake):
        async def scan(
            self, record_type: RecordType, since: str | None
        ) -> AsyncIterator[Rows]:
            nothing: tuple[Rows, ...] = ()
            for rows in nothing:
                yield rows

    now = AS_OF.replace(hour=12)
    source = DeclaredAdapter(declare(tmp_path), Empty([]), lambda: now)
    fetched = await ask(source, firm(1))
    assert fetched.records == {code(1): ()}
    assert fetched.as_of == now


async def test_more_than_memory_should_hold_is_refused(tmp_path: Path) -> None:
    [section] = declare(tmp_path).sections.values()
    source = HeldSource(HeldFake([row(1, n) for n in range(9)]), most_rows=4)
    question = Ask(RecordType.PENALTY, (firm(1),))
    with pytest.raises(SourceContractBroken, match="超过 4 行"):
        await source.fetch(question, Mapper(section), lambda: AS_OF)
