"""Whatever is changed in a chain is found."""

import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import given, settings, strategies as st

from gateway.access.audit.journal import Habits
from gateway.access.audit.seals import Checkpoint, SealFile
from gateway.access.audit.segments import CHECKPOINTS, segments
from gateway.access.audit.signing import public_key, signing_key
from gateway.access.audit.verification import Report, read_checkpoints, verify
from gateway.errors import OperationRefused
from tests.gateway.access.audit.looks import journal, write

HABITS = Habits(largest=1_500, checkpoint_every=8)
WORDS = [str(number) for number in range(40)]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A chain of several files and checkpoints, closed."""
    place = tmp_path_factory.mktemp("audit") / "gateway-1"
    chain = journal(place, habits=HABITS)
    write(chain, *WORDS)
    chain.close()
    assert len(segments(place)) == 5
    return place


def verified(place: Path, elsewhere: Checkpoint | None = None) -> Report:
    return verify(place, public_key(place.parent / "signing.pem"), elsewhere)


def newest(place: Path) -> Checkpoint:
    found = SealFile(place / CHECKPOINTS, Checkpoint).newest()
    assert found
    return found


def found_after(whole: Path, change: Callable[[Path], None]) -> Report:
    with TemporaryDirectory() as folder:
        place = Path(folder) / "audit" / whole.name
        shutil.copytree(whole.parent, place.parent)
        change(place)
        return verified(place)


def files_of(place: Path) -> list[Path]:
    return [*segments(place), place / CHECKPOINTS]


def test_what_was_not_touched_is_good(whole: Path):
    report = verified(whole, newest(whole))
    assert report.good
    assert report.last == report.sealed == report.lines
    assert not report.live


@settings(deadline=None)
@given(st.data())
def test_any_changed_byte_is_found(whole: Path, data: st.DataObject):
    number = data.draw(st.integers(0, len(files_of(whole)) - 1))
    size = files_of(whole)[number].stat().st_size
    at = data.draw(st.integers(0, size - 1))
    by = data.draw(st.integers(1, 255))

    def change(place: Path) -> None:
        path = files_of(place)[number]
        content = bytearray(path.read_bytes())
        content[at] ^= by
        path.write_bytes(content)

    report = found_after(whole, change)
    assert not report.good
    assert report.faults[0].file


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_line_deleted_doubled_or_moved_is_found(whole: Path, data: st.DataObject):
    number = data.draw(st.integers(0, len(segments(whole)) - 1))
    count = len(segments(whole)[number].read_bytes().splitlines())
    at = data.draw(st.integers(0, count - 1))
    to = data.draw(st.integers(0, count - 1).filter(lambda one: one != at))
    kind = data.draw(st.sampled_from(["delete", "double", "move"]))

    def change(place: Path) -> None:
        path = segments(place)[number]
        lines = path.read_bytes().splitlines(keepends=True)
        line = lines[at] if kind == "double" else lines.pop(at)
        if kind != "delete":
            lines.insert(to, line)
        path.write_bytes(b"".join(lines))

    assert not found_after(whole, change).good


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_cut_tail_is_found(whole: Path, data: st.DataObject):
    files = segments(whole)
    number = data.draw(st.integers(0, len(files) - 1))
    at = data.draw(st.integers(0, files[number].stat().st_size - 1))

    def change(place: Path) -> None:
        for path in segments(place)[number + 1 :]:
            path.unlink()
        path = segments(place)[number]
        path.write_bytes(path.read_bytes()[:at])

    assert not found_after(whole, change).good


def test_a_missing_file_is_found(whole: Path):
    for number in range(len(segments(whole))):
        report = found_after(whole, lambda p, n=number: segments(p)[n].unlink())  # type: ignore[misc]
        assert not report.good


def test_missing_checkpoints_are_found(whole: Path):
    report = found_after(whole, lambda place: (place / CHECKPOINTS).unlink())
    assert [one.file for one in report.faults] == [CHECKPOINTS]

    def first_gone(place: Path) -> None:
        path = place / CHECKPOINTS
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[1:]))

    assert not found_after(whole, first_gone).good


def test_lines_cut_off_with_their_checkpoints_are_found_by_one_kept_elsewhere(
    whole: Path, tmp_path: Path
):
    place = tmp_path / "audit" / whole.name
    shutil.copytree(whole.parent, place.parent)
    kept = tmp_path / "kept.json"
    kept.write_bytes(msgspec.json.encode(newest(place)))
    path = place / CHECKPOINTS
    seals = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(seals[:-1]))
    last = newest(place).sequence
    for one in reversed(segments(place)):
        lines = one.read_bytes().splitlines(keepends=True)
        first = int(one.stem)
        if first > last:
            one.unlink()
        else:
            one.write_bytes(b"".join(lines[: last - first + 1]))
            break
    assert verified(place).good, "nothing here can show it"
    (elsewhere,) = read_checkpoints(kept)
    report = verified(place, elsewhere)
    assert "cut off" in str(report.faults[0])


def test_a_chain_written_anew_is_not_the_one_that_a_kept_checkpoint_knows(
    whole: Path, tmp_path: Path
):
    place = tmp_path / "audit" / whole.name
    place.parent.mkdir()
    shutil.copy(whole.parent / "signing.pem", place.parent)
    chain = journal(place, habits=HABITS)
    write(chain, *reversed(WORDS))
    chain.close()
    assert verified(place).good
    assert not verified(place, newest(whole)).good


def test_the_signatures_of_another_key_do_not_count(whole: Path, tmp_path: Path):
    key = signing_key(tmp_path / "other.pem").public
    assert not verify(whole, key).good


def test_a_chain_can_be_verified_while_it_is_written(tmp_path: Path):
    place = tmp_path / "audit" / "gateway-1"
    chain = journal(place, habits=HABITS)
    write(chain, *WORDS)
    with segments(place)[-1].open("ab") as file:
        file.write(b'{"half')
        file.flush()
        report = verified(place)
    assert report.live
    assert report.good
    chain.close()


def test_what_is_no_checkpoint_is_refused(tmp_path: Path):
    path = tmp_path / "kept.json"
    path.write_text("{}")
    with pytest.raises(OperationRefused, match="no checkpoint"):
        read_checkpoints(path)
