"""Reads the log for auditors, newest first, a block of a file at a time."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import BinaryIO, Final, NamedTuple

import msgspec

from gateway.access.audit.entries import KIND, Found
from gateway.access.audit.lines import LONGEST, UNREADABLE, Head, read_head
from gateway.access.audit.segments import segments
from gateway.access.audit.verification import chains
from schema.connections import decode_cursor, encode_cursor
from schema.errors import BadInput, LimitExceeded

BLOCK: Final = 262_144
"""Bytes of a file that are read together."""
_entries = msgspec.json.Decoder(Found)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are wanted; None: any."""

    began: datetime | None = None
    """Not before."""
    ended: datetime | None = None
    """Before."""
    department: str | None = None
    """Of the viewer, or one that gave records."""
    uscc: str | None = None
    """Of an enterprise that was looked at."""
    subject: str | None = None
    """Of the viewer."""
    outcomes: frozenset[str] = frozenset()
    """Empty: any."""
    not_roles: frozenset[str] = frozenset()
    """Of viewers whose looks are left out."""

    def words(self) -> Sequence[bytes]:
        """Give what stands in the line of every entry that is wanted."""
        given = (self.department, self.uscc, self.subject)
        return [msgspec.json.encode(one) for one in given if one is not None]

    def fits(self, entry: Found) -> bool:
        """Say whether an entry is wanted."""
        office = self.department
        return (
            (self.began is None or entry.time >= self.began)
            and (self.ended is None or entry.time < self.ended)
            and (
                office is None or office == entry.department or office in entry.records
            )
            and (self.uscc is None or self.uscc in entry.enterprises)
            and (self.subject is None or self.subject == entry.subject)
            and (not self.outcomes or entry.outcome.value in self.outcomes)
            and entry.role not in self.not_roles
        )


class Place(NamedTuple):
    """An entry, and the cursor behind it."""

    chain: str
    entry: Found
    cursor: str


class Trail:
    """All chains below a directory, as one."""

    def __init__(self, root: Path, seconds: float = 4.0) -> None:
        """Read for so many seconds at the most."""
        self._root = root
        self._seconds = seconds

    def page(
        self, wanted: Wanted, first: int, after: str | None
    ) -> tuple[Sequence[Place], bool]:
        """Give one page, newest first, and whether there is more.

        Blocks; call it in a thread. Raises BadInput for a cursor that is not ours,
        LimitExceeded when reading takes too long, OSError.
        """
        until = monotonic() + self._seconds
        bounds = None if after is None else _bounds(after)
        readers = {
            path.name: _Chain(path, wanted, bounds, until)
            for path in chains(self._root)
            if bounds is None or path.name in bounds
        }
        found: list[Place] = []
        while len(found) <= first:
            left = [one for one in readers.values() if one.entry is not None]
            if not left:
                return found, False
            newest = max(left, key=_Chain.rank)
            entry = newest.take()
            cursor = encode_cursor({n: one.bound for n, one in readers.items()})
            found.append(Place(newest.name, entry, cursor))
        return found[:first], True


class _Chain:
    """One chain, read backwards, an entry ahead."""

    def __init__(
        self,
        path: Path,
        wanted: Wanted,
        bounds: Mapping[str, int] | None,
        until: float,
    ) -> None:
        self.name = path.name
        known = None if bounds is None else bounds[path.name]
        self._entries = _backwards(path, wanted, known, until)
        self.entry = next(self._entries, None)
        self.bound = 0 if self.entry is None else self.entry.sequence + 1
        """Entries below this were not given yet."""

    def rank(self) -> tuple[bool, float]:
        """Order chains by how new their next entry is."""
        known = self.entry is not None
        return known, self.entry.time.timestamp() if self.entry else 0.0

    def take(self) -> Found:
        """Give the next entry."""
        entry = self.entry
        if entry is None:
            raise LookupError("nothing left")
        self.entry = next(self._entries, None)
        self.bound = entry.sequence
        return entry


def _bounds(cursor: str) -> Mapping[str, int]:
    try:
        return msgspec.convert(decode_cursor(cursor, 1)[0], dict[str, int])
    except msgspec.ValidationError as error:
        reason = "不是本系统给出的游标 (not a cursor of this list)"
        raise BadInput("after", reason) from error


def _backwards(
    directory: Path, wanted: Wanted, bound: int | None, until: float
) -> Iterator[Found]:
    words = wanted.words()
    for path in reversed(segments(directory)):
        with suppress(FileNotFoundError), path.open("rb") as file:
            end = _end(file)
            last = _last(file, end)
            if last is None or (wanted.began and last.time < wanted.began):
                continue
            end = _cut(file, end, wanted, bound)
            for line in _lines(file, end, words, until):
                entry = _entry(line)
                if entry is None:
                    continue
                if wanted.began and entry.time < wanted.began:
                    break
                if wanted.fits(entry):
                    yield entry


def _entry(line: bytes) -> Found | None:
    """Read an entry; None for lines that tell of something else."""
    try:
        return _entries.decode(line) if read_head(line).kind == KIND else None
    except UNREADABLE:
        return None


def _lines(
    file: BinaryIO, end: int, words: Sequence[bytes], until: float
) -> Iterator[bytes]:
    """Give the lines up to a place in which all `words` stand, the last one first."""
    for block in _blocks(file, end):
        if monotonic() > until:
            raise LimitExceeded(
                "审计记录过多，请缩小时间范围 (too much to read: narrow it by from, to)"
            )
        if not all(word in block for word in words):
            continue
        for line in reversed(block.split(b"\n")):
            if line and all(word in line for word in words):
                yield line


def _blocks(file: BinaryIO, end: int, size: int = BLOCK) -> Iterator[bytes]:
    """Give whole lines, a block at a time, the last block first."""
    rest = b""
    while end > 0:
        start = max(0, end - size)
        file.seek(start)
        block = file.read(end - start) + rest
        end, rest = start, b""
        if start:
            cut = block.find(b"\n") + 1
            if cut in {0, len(block)}:  # a line longer than a block
                rest = block
                continue
            rest, block = block[:cut], block[cut:]
        yield block


def _end(file: BinaryIO) -> int:
    """Give the end of the last whole line."""
    size = file.seek(0, 2)
    start = max(0, size - LONGEST)
    file.seek(start)
    return start + file.read(size - start).rfind(b"\n") + 1


def _last(file: BinaryIO, end: int) -> Head | None:
    """Read the head of the last line."""
    block = next(_blocks(file, end), b"")
    return _head(block.rstrip(b"\n").rpartition(b"\n")[2])


def _head(line: bytes) -> Head | None:
    with suppress(*UNREADABLE):
        return read_head(line)
    return None


def _cut(file: BinaryIO, end: int, wanted: Wanted, bound: int | None) -> int:
    """Find by halving where lines begin that are too new, or were given before."""

    def new(head: Head) -> bool:
        late = wanted.ended is not None and head.time >= wanted.ended
        return late or (bound is not None and head.sequence >= bound)

    low, high = 0, end
    while low < high:
        middle = (low + high) // 2
        file.seek(max(0, middle - 1))
        skipped = len(file.readline(LONGEST + 1)) if middle else 0
        start = middle - 1 + skipped if middle else 0
        if start >= high:
            high = middle
            continue
        line = file.readline(LONGEST + 1)
        head = _head(line.rstrip(b"\n"))
        if head is None or not new(head):
            low = start + len(line)
        else:
            high = start
    return low
