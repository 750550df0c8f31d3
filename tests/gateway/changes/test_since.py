"""What changed since a place in the log, or a moment."""

from datetime import timedelta

import pytest

from mock_departments.world.model import CLOCK
from tests.gateway.changes.changing import Province, Running, punish, told

pytestmark = pytest.mark.anyio


async def test_a_page_at_a_time(province: Province, gateway: Running):
    people = [one.uscc for one in province.people]
    for who in range(3):
        await punish(province, "QH-EPD", who)
    await gateway.polling.once()
    one = await gateway.since(first=1)
    two = await gateway.since(first=1, cursor=one["pageInfo"]["endCursor"])
    three = await gateway.since(first=1, cursor=two["pageInfo"]["endCursor"])
    last = await gateway.since(cursor=three["pageInfo"]["endCursor"])
    assert [told(page)[0][1] for page in (one, two, three)] == people
    assert one["edges"][0]["cursor"] == one["pageInfo"]["endCursor"]
    assert [p["pageInfo"]["hasNextPage"] for p in (one, two, three, last)] == [
        *(True, True),
        *(False, False),
    ]
    assert last["nodes"] == []
    await punish(province, "QH-SAW", 0)
    await gateway.polling.once()
    rest = await gateway.since(cursor=last["pageInfo"]["endCursor"])
    assert told(rest) == [("ADDED", people[0])]
    nothing = await gateway.since(first=0)
    assert (nothing["nodes"], nothing["pageInfo"]["hasNextPage"]) == ([], True)


WANTED: list[tuple[dict[str, object], int]] = [
    ({}, 2),
    ({"departments": ["QH-EPD"]}, 1),
    ({"departments": ["QH-TAX"]}, 0),
    ({"departments": []}, 0),
    ({"recordTypes": ["PENALTY"]}, 2),
    ({"recordTypes": ["LICENCE"]}, 0),
    ({"since": CLOCK.isoformat()}, 2),
    ({"since": (CLOCK + timedelta(seconds=1)).isoformat()}, 0),
    ({"since": "2016-10-01T00:00:00Z", "departments": ["QH-SAW"]}, 1),
]


async def test_what_is_wanted_is_told(province: Province, gateway: Running):
    await punish(province, "QH-EPD", 0)
    await punish(province, "QH-SAW", 1)
    await gateway.polling.once()
    for wanted, count in WANTED:
        page = await gateway.since(**wanted)
        assert len(page["nodes"]) == count, wanted
        assert not page["pageInfo"]["hasNextPage"]


async def test_a_place_that_is_no_longer_kept_is_refused(
    province: Province, gateway: Running
):
    begun = (await gateway.since())["pageInfo"]["endCursor"]
    await punish(province, "QH-EPD")
    await gateway.polling.once()
    end = (await gateway.since())["pageInfo"]["endCursor"]
    later = CLOCK + timedelta(minutes=1)
    await gateway.gateway.log.trim(later)
    error = await gateway.refused(cursor=begun)
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["extensions"]["argument"] == "cursor"
    assert "2016-10-20 09:01" in error["message"]
    early = await gateway.refused(since="2016-10-20T00:00:00+08:00")
    assert early["extensions"]["argument"] == "since"
    assert (await gateway.since(cursor=end))["nodes"] == []
    assert (await gateway.since(since=later.isoformat()))["nodes"] == []


NOT_TO_BE_ASKED: list[dict[str, object]] = [
    {"cursor": "nonsense"},
    {"cursor": "WyJhIiwiYiJd"},  # ["a","b"]
    {"cursor": "WzEwMDAsMF0"},  # [1000,0]
    {"cursor": "WzEsMV0", "since": "2016-10-20T00:00:00Z"},
    {"since": "2016-09-01T00:00:00Z"},
    {"departments": ["QH-XXX"]},
    {"first": -1},
]


async def test_what_can_not_be_asked(gateway: Running):
    for wanted in NOT_TO_BE_ASKED:
        error = await gateway.refused(**wanted)
        assert error["extensions"]["code"] == "BAD_USER_INPUT", wanted
