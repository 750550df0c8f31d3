"""Searching by parts of names, codes and numbers."""

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from gateway.core import Core
from tests.gateway.core.fakes import FakeAdapter, code, enterprise
from tests.gateway.core.province import province

pytestmark = pytest.mark.anyio
NUMBER = "630000100000015"
HELD = [
    enterprise(1, "昆仑盐业有限责任公司", registration_number=NUMBER),
    enterprise(2, "青海昆仑盐业（集团）股份有限公司"),
    enterprise(3, "格尔木湖光商贸有限公司", former_names=("昆仑盐业商贸部",)),
    enterprise(4, "西宁ABC软件有限公司", address="青海省西宁市城东区一路"),
    enterprise(5, '百分之百%_"(测试)有限公司', address="青海省海东市乐都区一路"),
    enterprise(6, "昆仑盐业"),
]


@pytest.fixture
async def filled(core: Core) -> Core:
    await core.sync(FakeAdapter(HELD), lambda _stage, _done: None)
    return core


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("昆仑盐业", [6, 1, 2, 3]),
        ("昆仑盐业有限公司", [1]),
        ("昆仑", [6, 1, 2, 3]),
        ("盐", [6, 1, 2, 3]),
        ("昆仑盐业(集团)", [2]),
        ("盐业（集团）股份", [2]),
        ("昆仑 集团", [2]),
        ("有限责任", [1]),
        (NUMBER, [1]),
        (code(3), [3]),
        (code(3).lower(), [3]),
        ("abc软件", [4]),
        ("%_", [5]),
        ('%_"', [5]),
        ('%_"（测', [5]),
        ("没有这样的", []),
        ("昆仑 没有", []),
        ("   ", []),
        ("", []),
        ("\x00", []),
        ("昆仑\x00盐业", []),
        ('" OR 1', []),
        ("昆仑* NEAR(盐业)", []),
        ("name:昆仑盐业", []),
        ("-昆仑盐业", []),
    ],
)
async def test_the_best_hit_comes_first(
    filled: Core, asked: str, found: list[int]
) -> None:
    page = await filled.search(asked, None, 20, None)
    assert [one.uscc for one in page.items] == [code(number) for number in found]
    assert page.total == len(found)


async def test_a_region_narrows(filled: Core) -> None:
    for region, found in (("6301", {1, 2, 3, 4}), ("630200", {5}), ("6328", set())):
        page = await filled.search("有限公司", region, 20, None)
        assert {one.uscc for one in page.items} == set(map(code, found))


async def test_pages_join_up(filled: Core) -> None:
    found, after = [], None
    while True:
        page = await filled.search("昆仑", None, 1, after)
        found += [one.uscc for one in page.items]
        assert page.total == 4
        if not page.has_next:
            break
        after = page.cursors[-1]
    assert found == [code(number) for number in (6, 1, 2, 3)]


@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(text=st.text(alphabet="昆仑盐业\"'*()-+:^%_\\ \x00ANDOR{}ﷺ", max_size=12))
async def test_no_text_breaks_a_search(filled: Core, text: str) -> None:
    page = await filled.search(text, None, 5, None)
    assert len(page.items) <= 5


async def test_everybody_is_found_by_name_and_by_code(core: Core) -> None:
    everyone = province(40)
    await core.sync(FakeAdapter(everyone, size=50), lambda _stage, _done: None)
    for one in everyone:
        for asked in (str(one.values["name"]), str(one.values["uscc"])):
            page = await core.search(asked, None, 40, None)
            assert one.values["uscc"] in {hit.uscc for hit in page.items}
