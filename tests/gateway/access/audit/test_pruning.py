"""What need be kept no longer goes, and the chain holds without it."""

from datetime import date
from pathlib import Path

import pytest

from gateway.access.audit.journal import Habits
from gateway.access.audit.pruning import prune
from gateway.access.audit.segments import TOMBSTONES, segments
from gateway.access.audit.signing import signing_key
from gateway.access.audit.verification import Report, verify
from gateway.errors import OperationRefused
from tests.gateway.access.audit.looks import NOON, Clock, journal, write


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A chain of four days, two lines and a file each."""
    place, clock = tmp_path / "audit" / "gateway-1", Clock()
    chain = journal(place, clock, Habits(checkpoint_every=3))
    for _ in range(4):
        write(chain, "a", "b")
        clock.pass_by(days=1)
    chain.close()
    return place


def key_of(place: Path):
    return signing_key(place.parent / "signing.pem")


def verified(place: Path) -> Report:
    return verify(place, key_of(place).public)


def pruned(place: Path, day: int) -> tuple[int, int]:
    files, lines = prune(place, date(2016, 10, day), key_of(place), NOON)
    return files, lines


def test_whole_files_of_earlier_days_go_and_the_chain_holds(place: Path):
    assert pruned(place, 22) == (2, 6)
    report = verified(place)
    assert report.good
    assert (report.files, report.removed, report.last) == (2, 6, 12)
    assert pruned(place, 22) == (0, 0)
    assert pruned(place, 23) == (1, 3)
    assert verified(place).good
    assert pruned(place, 30) == (0, 0), "the newest file stays"
    chain = journal(place)
    write(chain, "c")
    chain.close()
    assert verified(place).good


def test_more_gone_than_was_signed_for_is_found(place: Path):
    pruned(place, 22)
    segments(place)[0].unlink()
    assert not verified(place).good


def test_a_signature_altered_or_gone_is_found(place: Path):
    pruned(place, 22)
    path = place / TOMBSTONES
    written = path.read_bytes()
    path.write_bytes(written.replace(b'"sequence":6', b'"sequence":7'))
    assert not verified(place).good
    path.unlink()
    assert not verified(place).good


def test_it_goes_on_where_the_power_went(place: Path):
    first, second, *_ = segments(place)
    content = second.read_bytes()
    pruned(place, 22)
    second.write_bytes(content)
    assert verified(place).good
    pruned(place, 23)
    assert not first.exists()
    assert not second.exists()
    assert verified(place).good


def test_what_was_altered_is_not_removed(place: Path):
    path = segments(place)[0]
    path.write_bytes(path.read_bytes().replace(b'"a"', b'"c"'))
    with pytest.raises(OperationRefused, match=r"000000000001\.jsonl:3"):
        pruned(place, 22)
    assert len(segments(place)) == 4
