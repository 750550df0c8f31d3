"""Auditors find what they look for; an enterprise hears which offices looked."""

import itertools
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from graphql import parse, validate
from hypothesis import given, settings, strategies as st

from gateway.access.audit import trail as reading
from gateway.access.audit.disclosure import for_enterprise
from gateway.access.audit.entries import KIND, Outcome, written_who
from gateway.access.audit.journal import Habits
from gateway.access.audit.lines import Make, line_of
from gateway.access.audit.shaping import audit_trail
from gateway.access.audit.trail import Place, Trail, Wanted
from gateway.access.viewer import Caller, Role
from gateway.bindings import NATIVES, bind_schema
from gateway.engine import Engine, LeafTypes, Request, prepare
from schema.audit import AuditEntry, AuditQuery
from schema.build import build
from schema.connections import Listed
from schema.errors import BadInput, LimitExceeded
from schema.visibility import Audience
from tests.gateway.access.audit.looks import (
    NOON,
    OTHER,
    USCC,
    Clock,
    call,
    caller,
    journal,
    matter,
)

SUBJECTS = ("analyst-7", "officer-1")
COUNT = 120


def made(who: Caller, *usccs: str, outcome: Outcome = Outcome.OK) -> Make:
    what = matter(call("QH-HD", *usccs, records=1), outcome=outcome)
    parts = written_who(who, 0.5), what.written(lambda _: "d" * 64, 10)
    return lambda place: line_of(place, KIND, *parts)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two chains that were written in turns, a look a minute."""
    root = tmp_path_factory.mktemp("audit")
    clock = Clock()
    chains = [
        journal(root / name, clock, Habits(largest=6_000)) for name in ("one", "two")
    ]
    for number in range(COUNT):
        who = caller(SUBJECTS[number % 2], ("QH-EPD", "QH-XN")[number // 2 % 2])
        about = (USCC, OTHER) if number % 5 == 0 else (OTHER,)
        chains[number // 3 % 2].append([made(who, *about)])
        clock.pass_by(minutes=1)
    for chain in chains:
        chain.close()
    return root


def everything(root: Path) -> Sequence[Place]:
    found, more = Trail(root).page(Wanted(), COUNT + 1, None)
    assert not more
    return found


def paged(root: Path, wanted: Wanted, size: int) -> list[Place]:
    found: list[Place] = []
    more, after = True, None
    while more:
        page, more = Trail(root).page(wanted, size, after)
        found += page
        after = page[-1].cursor if page else None
    return found


def test_newest_first_of_all_chains(root: Path):
    times = [one.entry.time for one in everything(root)]
    assert len(times) == COUNT
    assert all(later > earlier for later, earlier in itertools.pairwise(times))


@settings(deadline=None, max_examples=40)
@given(
    began=st.none() | st.integers(-5, COUNT + 5),
    ended=st.none() | st.integers(-5, COUNT + 5),
    department=st.sampled_from([None, "QH-EPD", "QH-XN", "QH-HD", "QH-YS"]),
    uscc=st.sampled_from([None, USCC, OTHER]),
    subject=st.sampled_from([None, *SUBJECTS]),
    size=st.integers(1, 50),
)
def test_pages_are_the_whole_cut_in_pieces(  # noqa: PLR0917
    root: Path,
    began: int | None,
    ended: int | None,
    department: str | None,
    uscc: str | None,
    subject: str | None,
    size: int,
):
    first, last = (
        None if minutes is None else NOON + timedelta(minutes=minutes)
        for minutes in (began, ended)
    )
    wanted = Wanted(first, last, department, uscc, subject)
    expected = [one for one in everything(root) if wanted.fits(one.entry)]
    found = paged(root, wanted, size)
    assert [(a.chain, a.entry) for a in found] == [(a.chain, a.entry) for a in expected]


def test_what_is_written_meanwhile_moves_no_page(tmp_path: Path):
    clock = Clock()
    chain = journal(tmp_path / "one", clock)
    for _ in range(4):
        chain.append([made(caller())])
        clock.pass_by(minutes=1)
    first, _ = Trail(tmp_path).page(Wanted(), 2, None)
    chain.append([made(caller())])
    second, more = Trail(tmp_path).page(Wanted(), 2, first[-1].cursor)
    chain.close()
    assert [one.entry.sequence for one in (*first, *second)] == [5, 4, 3, 2]
    assert not more


@pytest.mark.parametrize("block", [64, 500, 10_000])
def test_blocks_of_any_size_give_the_same_lines(tmp_path: Path, block: int):
    path = tmp_path / "lines"
    lines = [b"x" * length for length in (1, 200, 63, 64, 65, 3, 900, 2)]
    path.write_bytes(b"".join(one + b"\n" for one in lines))
    with path.open("rb") as file:
        blocks = reading._blocks(file, path.stat().st_size, block)
        found = [x for one in blocks for x in reversed(one.split(b"\n")) if x]
    assert found == lines[::-1]


@pytest.mark.parametrize("cursor", ["x", "W10", "WzFd", "W3siYSI6ICJ4In1d"])
def test_a_cursor_of_another_list_is_refused(root: Path, cursor: str):
    with pytest.raises(BadInput):
        Trail(root).page(Wanted(), 5, cursor)


def test_reading_takes_no_longer_than_allowed(root: Path):
    with pytest.raises(LimitExceeded, match="narrow it"):
        Trail(root, seconds=-1).page(Wanted(), 5, None)


def test_an_enterprise_hears_of_offices_not_of_persons(tmp_path: Path):
    chain = journal(tmp_path / "one")
    chain.append(
        [
            made(caller(), USCC),
            made(caller(), OTHER),
            made(caller(role=Role.ENTERPRISE), USCC),
            made(caller(), USCC, outcome=Outcome.DENIED),
            made(caller("officer-1", "QH-XN", Role.OFFICER), USCC),
        ]
    )
    chain.close()
    told, more = for_enterprise(Trail(tmp_path), USCC, 10, None)
    assert not more
    assert [(one.department, one.role) for one in told] == [
        ("QH-XN", "officer"),
        ("QH-EPD", "analyst"),
    ]
    assert told[0].purpose == "例行检查"
    assert told[0].record_types == ["PENALTY"]
    assert "officer-1" not in str(told)


@pytest.mark.anyio
async def test_the_schema_shows_it(root: Path):
    query = AuditQuery(department="QH-EPD", uscc=USCC)
    listed = await audit_trail(root, query, 3, None)
    entry = listed.nodes[0]
    assert (entry.department, entry.role) == ("QH-EPD", "analyst")
    assert [(one.department, one.records) for one in entry.sources] == [("QH-HD", 2)]
    assert entry.duration_ms == 500
    assert entry.document is None
    assert listed.page_info.has_next_page
    assert listed.total_count is None
    more = await audit_trail(root, query, 3, listed.page_info.end_cursor)
    assert more.page_info.has_previous_page
    assert more.nodes[0].at < listed.nodes[-1].at


class Asked:
    """What the schema's resolver calls."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def audit_trail(
        self, wanted: AuditQuery, first: int, after: str | None
    ) -> Listed[AuditEntry]:
        return await audit_trail(self._root, wanted, first, after)


@pytest.mark.anyio
async def test_auditors_ask_by_graphql(root: Path):
    schema = bind_schema(build(Audience.GOVERNMENT))
    document = parse(
        """query ($from: DateTime, $uscc: USCC) {
          auditTrail(first: 1, from: $from, subject: "analyst-7", uscc: $uscc) {
            nodes { id at outcome enterprises sources { recordType records } }
            edges { cursor }
            pageInfo { hasNextPage }
            totalCount
            completeness { status }
          }
        }"""
    )
    assert not validate(schema, document)
    request = Request(
        prepare(document), {"from": NOON.isoformat(), "uscc": USCC}, context=Asked(root)
    )
    result = await Engine(schema, LeafTypes(NATIVES)).execute(request)
    assert result.errors is None
    assert result.data
    found = result.data["auditTrail"]
    assert found["nodes"][0] == {
        "id": found["nodes"][0]["id"],
        "at": found["nodes"][0]["at"],
        "outcome": "OK",
        "enterprises": [OTHER, USCC],
        "sources": [{"recordType": "PENALTY", "records": 2}],
    }
    assert found["pageInfo"] == {"hasNextPage": True}
    assert found["completeness"] == {"status": "COMPLETE"}
    assert found["totalCount"] is None
