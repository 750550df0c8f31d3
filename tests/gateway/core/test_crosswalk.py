"""From codes, numbers and names to enterprises."""

import pytest

from adapters.contract import Subject
from gateway.core import Core
from schema.codes.names import normalise
from tests.gateway.core.fakes import FakeAdapter, code, enterprise

pytestmark = pytest.mark.anyio
NUMBER, SHARED = "630000100000015", "630000100000023"
HELD = [
    enterprise(1, "甲河矿业有限责任公司", registration_number=NUMBER),
    enterprise(
        2, "乙河（西宁）有限公司", former_names=("丙河有限公司", "丁河有限公司")
    ),
    enterprise(3, "丙河有限公司", registration_number=SHARED),
    enterprise(4, "戊河有限公司", former_names=("丁河有限公司",)),
    enterprise(5, "同名有限公司", registration_number=SHARED),
    enterprise(6, "同名有限责任公司"),
    enterprise(7, "青海省西宁市祁连山牧业有限公司"),
    enterprise(8, "青海祁连山畜牧业有限公司"),
]


@pytest.fixture
async def filled(core: Core) -> Core:
    await core.sync(FakeAdapter(HELD), lambda _stage, _done: None)
    return core


def numbers_of(found: object) -> dict[str, list[int]]:
    assert isinstance(found, dict)
    return {
        asked: [int(one.source_record_id) for one in ones]
        for asked, ones in found.items()
    }


async def test_names(filled: Core) -> None:
    asked = {
        "甲河矿业有限公司": [1],
        "甲河矿业有限责任公司": [1],
        " 乙河(西宁)有限公司": [2],
        "丙河有限公司": [3],
        "丁河有限公司": [2, 4],
        "同名有限公司": [5, 6],
        "没有这家": [],
        "\x00": [],
    }
    assert numbers_of(await filled.by_name(list(asked))) == asked


async def test_numbers(filled: Core) -> None:
    found = numbers_of(await filled.by_registration_number([NUMBER, SHARED, "1"]))
    assert found == {NUMBER: [1], SHARED: [3, 5]}


async def test_codes(filled: Core) -> None:
    found = await filled.by_uscc([code(1), code(99), "", "\x00"])
    assert list(found) == [code(1)]


async def test_keys_name_what_others_bear_too(filled: Core) -> None:
    keys = await filled.keys_of([code(number) for number in (1, 2, 3, 5, 99)])
    assert list(keys) == [code(number) for number in (1, 2, 3, 5)]
    one, two, three = keys[code(1)], keys[code(2)], keys[code(3)]
    assert (one.registration_number, one.names) == (NUMBER, ("甲河矿业有限公司",))
    assert one.shared_names == frozenset()
    assert two.names[0] == normalise("乙河（西宁）有限公司")
    assert two.shared_names == {"丙河有限公司", "丁河有限公司"}
    assert three.shared_names == {"丙河有限公司"}
    assert keys[code(5)].shared_names == {"同名有限公司"}


async def test_a_name_that_was_given_up_leads_nowhere(filled: Core) -> None:
    await filled.sync(
        FakeAdapter([enterprise(1, "新河有限公司"), *HELD[1:]]), lambda _s, _d: None
    )
    names = ["甲河矿业有限公司", "新河有限公司"]
    assert numbers_of(await filled.by_name(names)) == {names[0]: [], names[1]: [1]}


@pytest.mark.parametrize(
    ("subject", "number", "reason"),
    [
        (Subject(uscc=code(1)), 1, None),
        (Subject(uscc=code(99), name="甲河矿业有限公司"), None, "UNKNOWN_CODE"),
        (Subject(written_code="9163", name="甲河矿业有限公司"), None, "INVALID_CODE"),
        (Subject(registration_number=NUMBER), 1, None),
        (Subject(registration_number="1"), None, "UNKNOWN_NUMBER"),
        (Subject(registration_number=SHARED), None, "UNKNOWN_NUMBER"),
        (Subject(registration_number=SHARED, name="丙河有限公司"), 3, None),
        (Subject(name="甲河矿业有限公司"), 1, None),
        (Subject(name="丙河有限公司"), 3, None),
        (Subject(name="同名有限公司"), None, "AMBIGUOUS_NAME"),
        (Subject(name="丁河有限公司"), None, "AMBIGUOUS_NAME"),
        (Subject(name="没有这家"), None, "UNKNOWN_NAME"),
        (Subject(), None, "NO_IDENTITY"),
        (Subject(name="\x00"), None, "UNKNOWN_NAME"),
    ],
)
async def test_matching(
    filled: Core, subject: Subject, number: int | None, reason: str | None
) -> None:
    for candidates in (True, False):
        (match,) = await filled.match([subject], candidates=candidates)
        assert match.uscc == (number and code(number))
        assert match.reason == reason


async def test_a_slip_of_the_hand_is_repaired_when_the_name_agrees(
    filled: Core,
) -> None:
    slip = code(1).replace("0", "O", 1)
    told = [
        Subject(written_code=slip, name="甲河矿业有限公司"),
        Subject(written_code=slip, name="丙河有限公司"),
        Subject(written_code=slip),
    ]
    matches = await filled.match(told)
    assert [(m.uscc, m.repaired) for m in matches] == [
        (code(1), True),
        (None, False),
        (None, False),
    ]


async def test_candidates_are_the_most_similar(filled: Core) -> None:
    unknown = Subject(name="青海西宁祁连山牧业有限公司")
    ambiguous = Subject(name="同名有限公司")
    near, several, known = await filled.match(
        [unknown, ambiguous, Subject(uscc=code(1))]
    )
    assert [one[0] for one in near.candidates] == [code(7), code(8)]
    assert near.candidates[0][2] > near.candidates[1][2]
    assert {(one[0], one[2]) for one in several.candidates} == {
        (code(5), 1.0),
        (code(6), 1.0),
    }
    assert known.candidates == ()
