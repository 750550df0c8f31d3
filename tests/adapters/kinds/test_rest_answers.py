"""What is declared of answers must be in them."""

from pathlib import Path

import orjson
import pytest

from adapters.errors import DeclarationError, SourceContractBroken
from adapters.kinds.rest import make
from adapters.kinds.rest.answers import read_answer
from adapters.kinds.rest.options import Paging, Request, Section, Success
from adapters.kinds.web import Reply
from adapters.registry import with_environment
from tests.adapters.declarations import HEAD, PENALTY, declare

SECTION = Section(
    Request("/q"),
    rows="data.items",
    page=Paging("cursor", next="data.next"),
    as_of="data.asOf",
    total="data.total",
    success=Success("code", [0, "0"]),
)
WHOLE: dict[str, object] = {"items": [], "asOf": "2016-10-20T07:00:00", "total": 0}


def reply(*, code: object = 0, **data: object) -> Reply:
    body = {"code": code, "data": {**WHOLE, **data}}
    return Reply(orjson.dumps(body), {}, {})


def test_a_whole_answer_is_read() -> None:
    answer = read_answer(SECTION, reply(items=[{"a": 1}], total=3, next="c2"))
    assert (list(answer.rows), answer.total, answer.next) == ([{"a": 1}], 3, "c2")
    assert str(answer.as_of) == "2016-10-20 07:00:00+08:00"


@pytest.mark.parametrize(
    "broken",
    [
        reply(items=None),
        reply(items={"a": 1}),
        reply(items=["a"]),
        reply(asOf=None),
        reply(asOf="昨天"),
        reply(total=None),
        reply(total="很多"),
        reply(code=500),
        reply(code=None),
        Reply(b"[]", {}, {}),
        Reply(b"null", {}, {}),
    ],
)
def test_a_part_that_is_missing_breaks_the_contract(broken: Reply) -> None:
    with pytest.raises(SourceContractBroken):
        read_answer(SECTION, broken)


def test_a_next_page_elsewhere_is_never_asked_for() -> None:
    section = Section(Request("/q"), rows="items", page=Paging("link"))
    elsewhere = Reply(b'{"items": []}', {}, {"next": "http://elsewhere.example/"})
    with pytest.raises(SourceContractBroken):
        read_answer(section, elsewhere)


def test_words_that_do_not_go_together_are_all_named(tmp_path: Path) -> None:
    given = 'rows = "a[["\npage = { kind = "cursor" }\nkey = "CODE"'
    declaration = declare(tmp_path, HEAD + PENALTY.replace('key = "CODE"', given))
    environment = {"QH_TST_URL": "http://epd.test", "QH_TST_TOKEN": "t"}
    with pytest.raises(DeclarationError) as caught:
        make(with_environment(declaration, environment), environment)
    assert len(caught.value.faults) == 2
