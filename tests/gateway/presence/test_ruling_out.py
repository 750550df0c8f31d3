"""Departments that hold nothing about somebody are not asked about him."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.contract import SetAside, Subject
from gateway.core import Core
from gateway.loading.presences import AgeLimits
from schema.departments import SourceOutcome
from schema.record_type import RecordType
from tests.gateway.core.fakes import FakeAdapter, code, enterprise
from tests.gateway.presence.departments import (
    DAY,
    NOW,
    Department,
    Province,
    penalty,
    quiet,
)

pytestmark = pytest.mark.anyio
PEOPLE = [enterprise(number) for number in range(1, 7)]
HELD = [penalty(1, 1), penalty(2, 2), penalty(3, 2), penalty(4, "青海测试3有限公司")]
Make = Callable[..., Province]


@pytest.fixture
async def core(core: Core) -> Core:
    await core.sync(FakeAdapter(PEOPLE), quiet)
    return core


@pytest.fixture
def make(core: Core, tmp_path: Path) -> Make:
    def province(*records: object, **words: object) -> Province:
        limits = words.pop("limits", AgeLimits(DAY))
        department = Department(records or HELD, **words)  # type: ignore[arg-type]
        return Province(core, tmp_path, [department], limits=limits)  # type: ignore[arg-type]

    return province


async def test_who_is_not_held_is_not_asked_about(make: Make) -> None:
    province = make()
    await province.build()
    answers = await province.load(1, 2, 3, 4, 5)
    (department,) = province.departments
    assert department.questions == [(code(1), code(2), code(3))]
    for number in (4, 5):
        one = answers[code(number)]
        assert (one.outcome, one.complete) == (SourceOutcome.NOTHING_HELD, True)
        assert one.as_of == NOW
    plain = await province.load(1, 2, 3, 4, 5, sparing=False)
    for uscc, one in answers.items():
        assert [*one.records] == [*plain[uscc].records]
        assert one.complete == plain[uscc].complete
    (told, _) = province.note.calls
    assert len(told.answers) == 5
    assert told.calls == 1
    assert told.outcomes == {SourceOutcome.LIVE: 3, SourceOutcome.NOTHING_HELD: 2}


async def test_without_presence_all_are_asked(make: Make) -> None:
    province = make()
    answers = await province.load(1, 4)
    assert {one.outcome for one in answers.values()} == {SourceOutcome.LIVE}


async def test_old_presence_rules_nobody_out(make: Make) -> None:
    province = make()
    await province.build()
    province.now = NOW + DAY - timedelta(seconds=1)
    assert (await province.load(4))[code(4)].outcome is SourceOutcome.NOTHING_HELD
    province.now = NOW + DAY
    assert (await province.load(4))[code(4)].outcome is SourceOutcome.LIVE


async def test_a_department_may_set_its_own_limit(make: Make) -> None:
    limits = AgeLimits(DAY, {"QH-EPD": timedelta()})
    province = make(limits=limits)
    await province.build()
    assert (await province.load(4))[code(4)].outcome is SourceOutcome.LIVE


async def test_a_department_that_is_down_is_no_matter_to_whom_it_does_not_hold(
    make: Make,
) -> None:
    province = make()
    await province.build()
    province.departments[0].down = True
    answers = await province.load(1, 4)
    assert answers[code(1)].outcome is SourceOutcome.FAILED
    assert answers[code(4)].outcome is SourceOutcome.NOTHING_HELD


@pytest.mark.parametrize(
    "subject",
    [
        Subject(uscc=code(4)),
        Subject(name="青海测试4有限公司"),
        Subject(written_code=code(4).replace("0", "O", 1), written_name="不同"),
        Subject(written_code=code(4)[8:17]),
    ],
    ids=["code", "name", "typing slip", "organisation code"],
)
async def test_whoever_a_row_that_can_not_be_read_may_mean_is_asked_about(
    make: Make, subject: Subject
) -> None:
    unread = SetAside(RecordType.PENALTY, "row 1", ("日期无法读",), (subject,))
    province = make(*HELD, asides=[unread])
    await province.build()
    answers = await province.load(4, 5)
    assert answers[code(4)].outcome is SourceOutcome.LIVE
    assert answers[code(5)].outcome is SourceOutcome.NOTHING_HELD


async def test_a_row_that_names_nobody_lets_nobody_be_ruled_out(make: Make) -> None:
    province = make(*HELD, asides=[SetAside(RecordType.PENALTY, "row 1", ("空",))])
    await province.build()
    assert (await province.load(4))[code(4)].outcome is SourceOutcome.LIVE


async def test_all_who_bear_or_bore_a_name_are_asked_about(
    core: Core, make: Make
) -> None:
    shared = "同名有限公司"
    await core.sync(FakeAdapter([enterprise(7, shared), enterprise(8, shared)]), quiet)
    province = make(penalty(1, shared))
    await province.build()
    answers = await province.load(7, 8, 5)
    assert not answers[code(7)].complete
    assert not answers[code(8)].complete
    assert answers[code(5)].outcome is SourceOutcome.NOTHING_HELD


async def test_who_takes_a_name_or_is_registered_later_is_asked_about(
    core: Core, make: Make
) -> None:
    province = make(penalty(1, "新名有限公司"), penalty(2, 9))
    await province.build()
    later = [enterprise(4, "新名有限公司", approved_on=None), enterprise(9)]
    await core.sync(FakeAdapter(later), quiet)
    answers = await province.load(4, 9, 5)
    assert [len(answers[code(number)].records) for number in (4, 9)] == [1, 1]
    assert answers[code(5)].outcome is SourceOutcome.NOTHING_HELD


async def test_numbers_stay_when_enterprises_are_added(core: Core, make: Make) -> None:
    province = make()
    await province.build()
    before = list(province.presences.ordinals)
    await core.sync(FakeAdapter([enterprise(0), enterprise(99)]), quiet)
    await province.build()
    assert list(province.presences.ordinals)[: len(before)] == before
    assert len(province.presences.ordinals) == len(before) + 2


async def test_a_live_answer_teaches_presence(make: Make) -> None:
    province = make()
    await province.build()
    (department,) = province.departments
    department.records = [*HELD, penalty(9, 5)]
    province.now = NOW + DAY
    await province.load(5)
    province.now = NOW
    assert (await province.load(5))[code(5)].records
    again = Province(province.core, province.directory, province.departments)
    await again.presences.refresh()
    assert (await again.load(5))[code(5)].records


async def test_half_an_answer_is_asked_for_again_and_never_empty(make: Make) -> None:
    province = make()
    await province.build()
    (department,) = province.departments
    department.silent_about = frozenset({code(2)})
    answers = await province.load(1, 2, 4)
    assert department.questions == [(code(1), code(2)), (code(2),)]
    assert answers[code(2)].outcome is SourceOutcome.FAILED
    assert answers[code(2)].reason
    assert not answers[code(2)].complete
    assert answers[code(1)].records
    (told,) = province.note.calls
    assert told.calls == 2
    assert province.presences.doubted.get_nowait() == "QH-EPD"


async def test_what_was_really_deleted_fails_only_until_presence_is_built(
    make: Make,
) -> None:
    province = make()
    await province.build()
    (department,) = province.departments
    department.records = HELD[:1]
    assert (await province.load(2))[code(2)].outcome is SourceOutcome.FAILED
    await province.build()
    answer = (await province.load(2))[code(2)]
    assert answer.complete
    assert not answer.records


async def test_a_list_that_was_cut_short_denies_nobody(make: Make) -> None:
    province = make()
    await province.build()
    _age(province, hours=2)
    (department,) = province.departments
    department.records = HELD[:1]
    await province.build()
    department.records = HELD
    assert (await province.load(2))[code(2)].records
    department.records = HELD[:1]
    _age(province, hours=2)
    await province.build()
    assert (await province.load(2))[code(2)].outcome is SourceOutcome.NOTHING_HELD


def _age(province: Province, hours: int) -> None:
    """Let all readings be some hours older than they are."""
    ordinals = province.shelf.ordinals()
    for name, one in province.shelf.readings(ordinals).items():
        one.read -= timedelta(hours=hours)
        province.shelf.put(name, one, ordinals)


async def test_a_department_that_fails_keeps_its_presence(make: Make) -> None:
    province = make()
    await province.build()
    province.departments[0].fails_at = 0
    province.departments[0].pages = 0
    await province.build()
    assert (await province.load(4))[code(4)].outcome is SourceOutcome.NOTHING_HELD


@pytest.mark.parametrize("suffix", ["presence", "ordinals"])
@pytest.mark.parametrize("harm", ["cut", "flip", "lose", "empty"])
async def test_presence_that_is_lost_or_corrupt_rules_nobody_out_and_is_built_again(
    make: Make, suffix: str, harm: str
) -> None:
    province = make()
    await province.build()
    for path in (province.directory / "presence").glob(f"*.{suffix}"):
        content = path.read_bytes()
        path.unlink()
        if harm != "lose":
            path.write_bytes(_harmed(content, harm))
        os.utime(path.parent)
    await province.presences.refresh()
    assert (await province.load(4))[code(4)].outcome is SourceOutcome.LIVE
    assert province.presences.doubted.get_nowait() == "QH-EPD"
    await province.build()
    assert (await province.load(4))[code(4)].outcome is SourceOutcome.NOTHING_HELD


def _harmed(content: bytes, harm: str) -> bytes:
    if harm == "flip":
        return content[:-3] + bytes([content[-3] ^ 1]) + content[-2:]
    return content[: len(content) // 2] if harm == "cut" else b""


async def test_presence_that_is_distrusted_rules_nobody_out(make: Make) -> None:
    province = make()
    await province.build()
    assert (await province.load(4))[code(4)].outcome is SourceOutcome.NOTHING_HELD
    (department,) = province.departments
    province.presences.distrust(department.department, RecordType.PENALTY)
    assert (await province.load(4))[code(4)].outcome is SourceOutcome.LIVE
    assert province.presences.doubted.get_nowait() == department.department


async def test_presence_tells_about_how_many_a_department_knows(make: Make) -> None:
    province = make()
    (department,) = province.departments
    assert province.presences.size(department.department) is None
    await province.build()
    assert province.presences.size(department.department) == 3
