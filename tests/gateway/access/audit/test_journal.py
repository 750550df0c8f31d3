"""A chain goes on where it ended, whatever happened to the process before."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from gateway.access.audit.errors import AuditBroken, AuditUnavailable
from gateway.access.audit.journal import Habits
from gateway.access.audit.lines import LONGEST, made_of
from gateway.access.audit.segments import segments
from gateway.access.audit.signing import public_key
from gateway.access.audit.verification import Report, verify
from tests.gateway.access.audit.looks import Clock, journal, write


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "audit" / "gateway-1"


def lines(place: Path) -> list[bytes]:
    return [line for one in segments(place) for line in one.read_bytes().splitlines()]


def verified(place: Path) -> Report:
    return verify(place, public_key(place.parent / "signing.pem"))


def abandoned(place: Path, *words: str) -> None:
    """Write, and leave without a checkpoint, as a killed process does."""
    chain = journal(place)
    write(chain, *words)
    chain._unsealed = 0
    chain.close()


def test_each_line_covers_the_one_before(place: Path):
    chain = journal(place)
    write(chain, "a", "b")
    chain.close()
    previous = "0" * 64
    for number, line in enumerate(lines(place), 1):
        told = json.loads(line)
        assert (told["sequence"], told["previous"]) == (number, previous)
        previous = sha256(line).hexdigest()


def test_it_goes_on_after_a_restart(place: Path):
    for word in "abc":
        chain = journal(place)
        write(chain, word)
        chain.close()
    assert [json.loads(one).get("word") for one in lines(place)] == [None, *"abc"]
    assert verified(place).good


def test_nobody_else_can_read_it(place: Path):
    chain = journal(place)
    write(chain, "a")
    chain.close()
    files = [one for one in place.parent.rglob("*") if one.is_file()]
    assert len(files) == 4
    assert {one.stat().st_mode & 0o777 for one in files} == {0o600}


def test_one_writes_at_a_time(place: Path):
    chain = journal(place)
    with pytest.raises(AuditUnavailable, match="another gateway"):
        journal(place)
    chain.close()
    journal(place).close()


def test_a_file_is_as_long_as_allowed_and_of_one_day(place: Path):
    clock = Clock()
    chain = journal(place, clock, Habits(largest=600))
    write(chain, "a", "b", "c", "d")
    assert len(segments(place)) == 2
    clock.pass_by(hours=13)
    write(chain, "e")
    assert len(segments(place)) == 3
    clock.pass_by(seconds=-30)
    write(chain, "f")
    assert len(segments(place)) == 4, "within a file, time does not run backwards"
    chain.close()
    assert verified(place).good


@pytest.mark.parametrize("torn", [b"{", b'{"sequence":4,"prev', b"\0\0\0\n{}\n"])
def test_what_was_not_written_to_its_end_is_kept_aside(place: Path, torn: bytes):
    abandoned(place, "a", "b")
    (path,) = segments(place)
    with path.open("ab") as file:
        file.write(torn)
    assert not verified(place).good
    chain = journal(place)
    write(chain, "c")
    chain.close()
    aside = next(place.glob("*.torn"))
    assert aside.read_bytes() == torn
    told = json.loads(lines(place)[3])
    assert told["kind"] == "torn"
    assert told["sha256"] == sha256(torn).hexdigest()
    assert told["file"] == aside.name
    report = verified(place)
    assert report.good
    assert report.torn == 1


def test_a_file_without_a_whole_first_line_is_begun_again(place: Path):
    abandoned(place, "a")
    torn = place / "000000000003.jsonl"
    torn.write_bytes(b'{"sequence":3,')
    chain = journal(place)
    write(chain, "b")
    chain.close()
    report = verified(place)
    assert report.good
    assert report.torn == 1
    assert report.last == 4


def test_less_than_was_signed_is_refused(place: Path):
    chain = journal(place)
    write(chain, "a", "b")
    chain.close()
    (path,) = segments(place)
    whole = path.read_bytes()
    path.write_bytes(b"".join(whole.splitlines(keepends=True)[:-1]))
    with pytest.raises(AuditBroken, match="less than was signed"):
        journal(place)
    path.write_bytes(whole.replace(b'"b"', b'"c"'))
    with pytest.raises(AuditBroken, match="not the line that was signed"):
        journal(place)
    path.write_bytes(whole)
    journal(place).close()


def test_a_line_that_cannot_be_made_costs_no_other(place: Path):
    chain = journal(place)
    good = made_of("entry", {"word": "a"})
    bad = made_of("entry", {"word": "\ud800"})
    long = made_of("entry", {"word": "a" * LONGEST})
    first, second, third, last = chain.append([good, bad, long, good])
    assert isinstance(second, AuditUnavailable)
    assert isinstance(third, AuditUnavailable)
    assert not isinstance(first, AuditUnavailable)
    assert not isinstance(last, AuditUnavailable)
    assert last.place.sequence == first.place.sequence + 1
    chain.close()
    assert verified(place).good


def test_a_directory_that_cannot_be_written_is_said(tmp_path: Path):
    (tmp_path / "chain").write_text("")
    with pytest.raises(AuditUnavailable, match="can't be written"):
        journal(tmp_path / "chain")
