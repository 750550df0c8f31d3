import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from adapters.contract import (
    Origin,
    Rows,
    Unreadable,
)
from adapters.errors import (
    SourceBusy,
    SourceCrowded,
    SourceTimedOut,
    SourceUnavailable,
)
from schema.record_type import RecordType
from tests.adapters.declarations import HEAD, PENALTY
from tests.adapters.fakes import AS_OF, HeldFake, LiveFake
from tests.adapters.questions import adapter, ask, code, firm, keyed_by, numbers, row

pytestmark = pytest.mark.anyio

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


async def test_who_never_got_a_turn_is_told_apart_from_who_got_no_answer(
    tmp_path: Path,
) -> None:
    class Hanging(LiveFake):
        async def ask(self, record_type: RecordType, keys: Sequence[str]) -> Rows:
            self.calls.append(tuple(keys))
            if code(3) in keys:
                return await super().ask(record_type, keys)
            await asyncio.Event().wait()
            raise AssertionError

    text = (HEAD + PENALTY).replace("batch = 2", "batch = 1\nconcurrency = 2")
    source = adapter(tmp_path, Hanging([]), text.replace("PT1.5S", "PT0.1S"))
    fetched = await ask(source, firm(3), firm(1), firm(2), firm(4))
    assert {one: type(fault) for one, fault in fetched.failed.items()} == {
        code(1): SourceTimedOut,
        code(2): SourceTimedOut,
        code(4): SourceCrowded,
    }


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


@pytest.mark.parametrize("day", ["2016-07-22", "去年"])
async def test_a_code_that_cannot_be_read_may_be_anybodys(
    tmp_path: Path, day: str
) -> None:
    strange = row(1, CODE="['91']", CF_XDR_MC="['甲']", CF_JDRQ=day)
    source = adapter(tmp_path, LiveFake([row(1)], neighbours=[strange]))
    fetched = await ask(source, firm(1), firm(2))
    assert numbers(fetched, 1) == ["1-1"]
    assert fetched.unsure.keys() == {code(1), code(2)}


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


async def test_a_number_that_two_bear_is_nobodys_for_sure(tmp_path: Path) -> None:
    number = "110108000000016"
    transport = LiveFake([row(1, CODE=number)])
    source = adapter(tmp_path, transport, keyed_by("registration_number", "CODE"))
    two = [firm(n, registration=number) for n in (1, 2)]
    fetched = await ask(source, *two)
    assert transport.calls == [(number,)]
    assert fetched.unsure.keys() == {code(1), code(2)}


async def test_a_number_without_a_valid_check_still_finds_who_bears_it(
    tmp_path: Path,
) -> None:
    transport = LiveFake([row(1, CODE="110108000000017")])
    source = adapter(tmp_path, transport, keyed_by("registration_number", "CODE"))
    fetched = await ask(source, firm(1, registration="110108000000017"))
    assert numbers(fetched, 1) == ["1-1"]
