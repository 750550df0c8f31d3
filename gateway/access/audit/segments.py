"""The files of a chain, each named by the number of its first line."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from gateway.access.audit.lines import LONGEST, UNREADABLE, Head, hash_of, read_head

SUFFIX: Final = ".jsonl"
LOCK: Final = "lock"
CHECKPOINTS: Final = "checkpoints"
TOMBSTONES: Final = "tombstones"
_DIGITS: Final = 12


def segments(directory: Path) -> Sequence[Path]:
    """Give the files of a chain, in order."""
    return sorted(directory.glob(f"{'[0-9]' * _DIGITS}{SUFFIX}"))


def segment(directory: Path, sequence: int) -> Path:
    """Name the file that begins with a line."""
    return directory / f"{sequence:0{_DIGITS}d}{SUFFIX}"


def first_of(path: Path) -> int:
    """Give the number of a file's first line."""
    return int(path.stem)


def settle(directory: Path) -> None:
    """Make names in a directory outlive a power cut."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Step(NamedTuple):
    """A line as it stands in its file."""

    number: int
    """Of the line in its file, from 1."""
    end: int
    """Bytes of the file up to and with it."""
    line: bytes
    head: Head | None
    """None where it can't be read."""
    hash: str
    fault: str | None
    """Why it does not follow the line before."""


def walk(path: Path, sequence: int, previous: str | None) -> Iterator[Step]:
    """Go through a file whose first line has to follow on what was before it.

    Where a line does not, the next one has to follow on that. `previous` None: any.
    Raises OSError.
    """
    end = 0
    with path.open("rb") as file:
        for number, line in enumerate(_lines(file), 1):
            end += len(line)
            text = line.removesuffix(b"\n")
            head, fault = _read(line, text), None
            if head is None:
                fault = "不是完整的一行 (not a whole line)"
            elif head.sequence != sequence:
                fault = f"编号应为 {sequence}，实为 {head.sequence} (out of sequence)"
            elif previous is not None and head.previous != previous:
                fault = "与上一行的摘要不符 (does not cover the line before)"
            found = hash_of(text)
            yield Step(number, end, text, head, found, fault)
            sequence = (sequence if head is None else head.sequence) + 1
            previous = found


def _lines(file: BinaryIO) -> Iterator[bytes]:
    while line := file.readline(LONGEST + 1):
        yield line


def _read(line: bytes, text: bytes) -> Head | None:
    if not line.endswith(b"\n"):
        return None
    try:
        return read_head(text)
    except UNREADABLE:
        return None
