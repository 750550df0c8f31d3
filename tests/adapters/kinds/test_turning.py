"""Pages that end, and pages that never would."""

from itertools import count
from pathlib import Path

import pytest
from aiohttp import web
from hypothesis import given, strategies as st

from adapters.errors import SourceContractBroken
from adapters.kinds.turning import Turning
from tests.adapters.declarations import penalty
from tests.adapters.kinds.strangers import CODES, asking, declaration, fetch

pytestmark = pytest.mark.anyio

CURSOR = """\
request = { path = "/p", params = { codes = "$keys" } }
rows = "rows"
page = { kind = "cursor", send = "after", next = "next" }
"""


@given(st.lists(st.integers(0, 5).map(str), unique=True, max_size=6))
def test_pages_with_cursors_of_their_own_are_turned(cursors: list[str]) -> None:
    turning = Turning()
    for number, cursor in enumerate([*cursors, None]):
        turning.turn([{"a": number}], cursor)


@given(st.lists(st.integers(0, 3).map(str), min_size=1, max_size=6))
def test_a_cursor_that_comes_again_ends_it(cursors: list[str]) -> None:
    turning = Turning()
    again = len(set(cursors)) < len(cursors)
    try:
        for number, cursor in enumerate(cursors):
            turning.turn([{"a": number}], cursor)
    except SourceContractBroken:
        assert again
    else:
        assert not again


async def test_cursors_that_go_round_are_refused(tmp_path: Path) -> None:
    calls = 0

    async def handle(request: web.Request) -> web.Response:
        nonlocal calls
        calls += 1
        here = request.query.get("after", "a")
        row = penalty(CODE=CODES[0], CF_WSH=f"{calls}")
        following = {"a": "b", "b": "c", "c": "b"}[here]
        return web.json_response({"rows": [row], "next": following})

    async with asking(tmp_path, handle, declaration(section=CURSOR)) as adapter:
        with pytest.raises(SourceContractBroken, match="游标已用过"):
            await fetch(adapter)
    assert calls == 3


async def test_an_empty_page_before_the_last_loses_nothing(tmp_path: Path) -> None:
    pages = {
        "": ([], "b"),
        "b": ([penalty(CODE=CODES[0])], "c"),
        "c": ([], None),
    }

    async def handle(request: web.Request) -> web.Response:
        rows, following = pages[request.query.get("after", "")]
        return web.json_response({"rows": rows, "next": following})

    async with asking(tmp_path, handle, declaration(section=CURSOR)) as adapter:
        fetched = await fetch(adapter)
    assert [len(one) for one in fetched.records.values()] == [1, 0, 0]


async def test_an_empty_page_with_the_same_cursor_is_the_last(tmp_path: Path) -> None:
    async def handle(request: web.Request) -> web.Response:
        after = request.query.get("after")
        rows = [] if after else [penalty(CODE=CODES[0])]
        return web.json_response({"rows": rows, "next": "end"})

    async with asking(tmp_path, handle, declaration(section=CURSOR)) as adapter:
        fetched = await fetch(adapter)
    assert [len(one) for one in fetched.records.values()] == [1, 0, 0]


async def test_an_answer_without_end_is_refused(tmp_path: Path) -> None:
    numbers = count()

    async def handle(_: web.Request) -> web.Response:
        here = next(numbers)
        rows: list[dict[str, int]] = [{"number": here}, *([{}] * 30_000)]
        return web.json_response({"rows": rows, "next": str(here)})

    async with asking(tmp_path, handle, declaration(section=CURSOR)) as adapter:
        with pytest.raises(SourceContractBroken, match="50,000 行"):
            await fetch(adapter)
    assert next(numbers) == 2
