"""An officer settles whom an unresolved record is about, and it is theirs."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.acceptance.conftest import Demo, another_gateway
from tests.acceptance.test_commands import creditnet

DEPARTMENT = "QH-FOR"
QUEUE = (
    "query($d: ID) { unresolvedRecords(department: $d, first: 1000) { nodes "
    "{ recordType sourceRecordId name reason } } }"
)
ARCHIVE = (
    "query($u: USCC) { enterprise(uscc: $u) { archive(first: 100) { nodes "
    "{ recordType provenance { department { code } sourceRecordId } } } } }"
)
Shown = list[tuple[str, str]]


@pytest.fixture(scope="module")
def remembering(demo: Demo) -> Iterator[Demo]:
    """A gateway with cache and presence; the queue is as it was, at the end."""
    demo.creditnet("presence", "build", DEPARTMENT)
    with another_gateway(demo, CACHE="on", PRESENCE="on") as gateway:
        yield gateway
    demo.creditnet("presence", "build", DEPARTMENT)


def queue(demo: Demo) -> list[dict[str, Any]]:
    data = demo.data_of(QUEUE, {"d": DEPARTMENT})
    nodes: list[dict[str, Any]] = data["unresolvedRecords"]["nodes"]
    return nodes


def shown(demo: Demo, uscc: str) -> Shown:
    nodes = demo.data_of(ARCHIVE, {"u": uscc})["enterprise"]["archive"]["nodes"]
    return [
        (one["recordType"], one["provenance"]["sourceRecordId"])
        for one in nodes
        if one["provenance"]["department"]["code"] == DEPARTMENT
    ]


def until(true: Callable[[], bool]) -> None:
    """Ask again until it is so; gateways learn of it within seconds."""
    ends = time.monotonic() + 20
    while not true():
        assert time.monotonic() < ends, "it never came true"


def unresolved(demo: Demo, *words: str) -> str:
    settings = {"CREDITNET_DATA": str(demo.data), "COLUMNS": "300"}
    done = creditnet("unresolved", *words, **settings)
    assert done.returncode == 0, done.stderr
    return done.stdout


def first_cell(table: str, word: str) -> str:
    line = next(line for line in table.splitlines() if word in line)
    return line.split("│")[1].strip()


def test_a_settled_record_is_theirs_and_is_not_when_withdrawn(remembering: Demo):
    demo, name = remembering, remembering.stories["ambiguous_name"]
    one, other = [e.uscc for e in demo.world.enterprises() if e.name == name][:2]
    before, others = shown(demo, one), shown(demo, other)
    mine = [node for node in queue(demo) if node["name"] == name]
    records = {(node["recordType"], node["sourceRecordId"]) for node in mine}
    assert records
    assert records.isdisjoint(before)
    listed = unresolved(demo, "list", "--department", DEPARTMENT, "--first", "1000")
    handle = first_cell(listed, mine[0]["sourceRecordId"])
    unresolved(demo, "resolve", handle, "--to", one, "--by", "FOR-7")
    until(lambda: records <= {*shown(demo, one)})
    assert shown(demo, other) == others
    assert [node for node in queue(demo) if node["name"] == name] == []
    number = first_cell(unresolved(demo, "settled"), one)
    unresolved(demo, "withdraw", number, "--by", "FOR-7")
    until(lambda: shown(demo, one) == before)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("resolve", "none", "--nobody", "--by", "FOR-7"), "none"),
        (("resolve", "none", "--by", "FOR-7"), "--to"),
        (("resolve", "none", "--nobody", "--by", " "), "--by"),
        (("withdraw", "999", "--by", "FOR-7"), "999"),
    ],
)
def test_what_can_not_be_settled(demo: Demo, words: tuple[str, ...], told: str):
    done = creditnet("unresolved", *words, CREDITNET_DATA=str(demo.data))
    assert done.returncode == 2
    assert told in done.stderr
