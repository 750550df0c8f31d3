import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from adapters.contract import (
    Ask,
    EnterpriseKey,
    Fetched,
    Origin,
    Row,
    Rows,
    Transport,
    Unreadable,
)
from adapters.errors import SourceBusy, SourceTimedOut, SourceUnavailable
from adapters.source import DeclaredAdapter
from schema.codes import uscc
from schema.record_type import RecordType
from tests.adapters.declarations import HEAD, PENALTY, declare, penalty
from tests.adapters.fakes import AS_OF, HeldFake, LiveFake

pytestmark = pytest.mark.anyio


def code(number: int) -> str:
    first = f"9163000070QH{number:04}5"
    return first + uscc.check_character(first)


def firm(
    number: int,
    *names: str,
    registration: str | None = None,
    shared: Sequence[str] = (),
) -> EnterpriseKey:
    bears = names or (f"青海{number}号有限公司",)
    return EnterpriseKey(code(number), registration, bears, frozenset(shared))


def row(number: int, serial: int = 1, **columns: object) -> Row:
    written = {
        "CODE": code(number),
        "CF_XDR_MC": f"青海{number}号有限公司",
        "CF_WSH": f"{number}-{serial}",
    }
    return penalty(**(written | columns))


def adapter(folder: Path, transport: Transport, text: str = "") -> DeclaredAdapter:
    return DeclaredAdapter(declare(folder, text or HEAD + PENALTY), transport)


def keyed_by(kind: str, column: str) -> str:
    text = HEAD.replace('key = "uscc"', f'key = "{kind}"')
    return text + PENALTY.replace('key = "CODE"', f'key = "{column}"')


async def ask(source: DeclaredAdapter, *enterprises: EnterpriseKey) -> Fetched:
    return await source.fetch(Ask(RecordType.PENALTY, enterprises))


def numbers(fetched: Fetched, number: int) -> list[str]:
    return [
        str(record.values["decision_number"])
        for record in fetched.records[code(number)]
    ]


FIRMS = [firm(number) for number in range(1, 6)]


async def test_everyone_asked_is_answered_in_batches(tmp_path: Path) -> None:
    transport = LiveFake([row(1), row(3, 1), row(3, 2)])
    fetched = await ask(adapter(tmp_path, transport), *FIRMS)
    assert [len(keys) for keys in transport.calls] == [2, 2, 1]
    assert fetched.calls == 3
    assert numbers(fetched, 1) == ["1-1"]
    assert numbers(fetched, 2) == []
    assert numbers(fetched, 3) == ["3-1", "3-2"]
    assert fetched.records.keys() == {enterprise.uscc for enterprise in FIRMS}
    assert fetched.as_of == AS_OF
    assert fetched.origin is Origin.LIVE
    assert not fetched.unsure
    assert not fetched.failed


async def test_nobody_asked_makes_no_call(tmp_path: Path) -> None:
    transport = LiveFake([row(1)])
    fetched = await ask(adapter(tmp_path, transport))
    assert transport.calls == []
    assert fetched.records == {}


async def test_order_and_grouping_do_not_matter(tmp_path: Path) -> None:
    source = adapter(tmp_path, LiveFake([row(n, s) for n in (1, 2, 4) for s in (1, 2)]))
    together = await ask(source, *FIRMS)
    backwards = await ask(source, *reversed(FIRMS))
    singly = [await ask(source, enterprise) for enterprise in FIRMS]
    assert backwards.records == together.records
    assert {k: v for one in singly for k, v in one.records.items()} == together.records


async def test_a_failed_batch_costs_only_its_own(tmp_path: Path) -> None:
    busy = SourceBusy("请稍后再来")
    source = adapter(tmp_path, LiveFake([row(1), row(5)], broken_keys={code(3): busy}))
    fetched = await ask(source, *FIRMS)
    assert fetched.failed == {code(3): busy, code(4): busy}
    assert numbers(fetched, 1) == ["1-1"]
    assert numbers(fetched, 5) == ["5-1"]


async def test_when_all_batches_fail_so_does_the_ask(tmp_path: Path) -> None:
    down = SourceUnavailable("连不上")
    source = adapter(tmp_path, LiveFake([], broken_keys={code(1): down, code(3): down}))
    with pytest.raises(SourceUnavailable):
        await ask(source, firm(1), firm(2), firm(3))


async def test_a_batch_without_answer_in_time_is_left_behind(tmp_path: Path) -> None:
    class Hanging(LiveFake):
        async def ask(self, record_type: RecordType, keys: Sequence[str]) -> Rows:
            if code(1) in keys:
                await asyncio.Event().wait()
            return await super().ask(record_type, keys)

    text = (HEAD + PENALTY).replace("PT1.5S", "PT0.1S")
    source = adapter(tmp_path, Hanging([row(3)]), text)
    fetched = await ask(source, firm(1), firm(2), firm(3))
    assert isinstance(fetched.failed[code(1)], SourceTimedOut)
    assert numbers(fetched, 3) == ["3-1"]


async def test_no_more_calls_at_a_time_than_declared(tmp_path: Path) -> None:
    class Counting(LiveFake):
        running = most = 0

        async def ask(self, record_type: RecordType, keys: Sequence[str]) -> Rows:
            self.running += 1
            self.most = max(self.most, self.running)
            await asyncio.sleep(0)
            self.running -= 1
            return await super().ask(record_type, keys)

    text = (HEAD + PENALTY).replace("batch = 2", "batch = 1\nconcurrency = 2")
    transport = Counting([])
    await ask(adapter(tmp_path, transport, text), *FIRMS)
    assert transport.most == 2


async def test_a_record_sent_twice_counts_once_as_it_was_said_last(
    tmp_path: Path,
) -> None:
    first, again = row(1, CF_NR="罚款一万元"), row(1, CF_NR="罚款二万元")
    fetched = await ask(adapter(tmp_path, LiveFake([first, again])), firm(1))
    [record] = fetched.records[code(1)]
    assert record.values["content"] == "罚款二万元"


async def test_a_row_that_cannot_be_read_makes_its_list_unsure(tmp_path: Path) -> None:
    source = adapter(tmp_path, LiveFake([row(1, CF_JDRQ="去年"), row(1, 2), row(2)]))
    fetched = await ask(source, firm(1), firm(2))
    assert numbers(fetched, 1) == ["1-2"]
    assert "不是日期：'去年'" in fetched.unsure[code(1)]
    assert code(2) not in fetched.unsure
    [aside] = fetched.set_aside
    assert aside.raw["CF_JDRQ"] == "去年"


async def test_what_names_nobody_makes_its_batch_unsure(tmp_path: Path) -> None:
    broken = Unreadable("page 1 item 3", "不是 JSON 对象", {"text": "…"})
    source = adapter(tmp_path, LiveFake([], unreadable=(broken,)))
    fetched = await ask(source, firm(1), firm(2))
    assert fetched.unsure.keys() == {code(1), code(2)}
    assert fetched.set_aside[0].position == "page 1 item 3"


async def test_what_names_somebody_makes_only_him_unsure(tmp_path: Path) -> None:
    broken = Unreadable("line 9", "列数不对", {"line": f"甲,{code(2)},乙"})
    source = adapter(tmp_path, LiveFake([], unreadable=(broken,)))
    fetched = await ask(source, firm(1), firm(2))
    assert fetched.unsure.keys() == {code(2)}


async def test_records_about_others_are_set_aside(tmp_path: Path) -> None:
    source = adapter(tmp_path, LiveFake([row(1)], neighbours=[row(9)]))
    fetched = await ask(source, firm(1))
    assert numbers(fetched, 1) == ["1-1"]
    [aside] = fetched.set_aside
    assert "未询问的主体" in aside.reasons[0]


async def test_neighbours_of_a_name_are_left_out(tmp_path: Path) -> None:
    transport = LiveFake([row(1, CODE="")], "CF_XDR_MC", neighbours=[row(9, CODE="")])
    source = adapter(tmp_path, transport, keyed_by("name", "CF_XDR_MC"))
    fetched = await ask(source, firm(1))
    assert numbers(fetched, 1) == ["1-1"]
    assert not fetched.set_aside


async def test_a_shared_name_is_nobodys_for_sure(tmp_path: Path) -> None:
    name = "青海同名有限公司"
    transport = LiveFake([row(1, CODE="", CF_XDR_MC=name)], "CF_XDR_MC")
    source = adapter(tmp_path, transport, keyed_by("name", "CF_XDR_MC"))
    alone = await ask(source, firm(1, name, shared=[name]))
    both = await ask(source, firm(1, name), firm(2, name))
    for fetched in (alone, both):
        assert not any(fetched.records.values())
        assert "多家企业用过" in fetched.unsure[code(1)]
    assert code(2) in both.unsure
    assert len(transport.calls) == 2


async def test_former_names_are_asked_by_too(tmp_path: Path) -> None:
    transport = LiveFake([row(1, CODE="", CF_XDR_MC="旧名公司")], "CF_XDR_MC")
    source = adapter(tmp_path, transport, keyed_by("name", "CF_XDR_MC"))
    fetched = await ask(source, firm(1, "新名公司", "旧名公司"))
    assert numbers(fetched, 1) == ["1-1"]


async def test_who_has_no_number_is_not_asked_by_number(tmp_path: Path) -> None:
    number = "110108000000016"
    transport = LiveFake([row(1, CODE=number)])
    source = adapter(tmp_path, transport, keyed_by("registration_number", "CODE"))
    fetched = await ask(source, firm(1, registration=number), firm(2))
    assert transport.calls == [(number,)]
    assert numbers(fetched, 1) == ["1-1"]
    assert fetched.records[code(2)] == ()
    assert not fetched.unsure


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


async def test_all_it_holds_comes_in_pages(tmp_path: Path) -> None:
    source = adapter(tmp_path, LiveFake([row(1), row(2, CF_JDRQ="去年"), row(3)]))
    pages = [page async for page in source.changes(RecordType.PENALTY, None)]
    assert [len(page.records) for page in pages] == [1, 1]
    assert [page.cursor for page in pages] == ["half", None]
    assert pages[0].set_aside[0].position == "page 1 row 2"
    assert pages[1].total == 3


async def test_keys_are_all_that_rows_may_be_found_by(tmp_path: Path) -> None:
    rows = [row(1), row(2, CODE="110108000000016"), row(3, CODE="代码不详")]
    source = adapter(tmp_path, LiveFake(rows))
    found = [keys async for keys in source.keys(RecordType.PENALTY)]
    assert frozenset().union(*found) == {
        code(1),
        "110108000000016",
        "代码不详",
        "青海3号有限公司",
    }


async def test_an_adapter_says_what_its_declaration_says(tmp_path: Path) -> None:
    source = adapter(tmp_path, LiveFake([]))
    await source.check()
    await source.close()
    assert source.department == "QH-TST"
    assert source.kind == "rest"
    assert source.record_types == {RecordType.PENALTY}
    assert source.capabilities.batch == 2
    assert source.deadline == 1.5
    assert source.declaration.name == "青海省试验厅"


async def test_one_record_may_be_about_several(tmp_path: Path) -> None:
    text = (HEAD + PENALTY).replace('key = "CODE"', 'key = "CODE"\nkey_split = ","')
    both = row(1, CODE=f"{code(1)},{code(2)}", CF_XDR_MC="甲,乙")
    source = adapter(tmp_path, HeldFake([both]), text)
    fetched = await ask(source, firm(1), firm(2), firm(3))
    assert numbers(fetched, 1) == numbers(fetched, 2) == ["1-1"]
    assert numbers(fetched, 3) == []


async def test_mapping_lets_others_run(tmp_path: Path) -> None:
    source = adapter(tmp_path, HeldFake([row(1, n) for n in range(3_000)]))
    asking = asyncio.create_task(ask(source, firm(1)))
    turns = 0
    while not asking.done():
        turns += 1
        await asyncio.sleep(0)
    assert turns > 3_000 // 250
