"""Goes through a chain and finds whatever was changed in it."""

import fcntl
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

from gateway.access.audit.lines import GENESIS, SEGMENT, TORN, UNREADABLE
from gateway.access.audit.seals import Checkpoint, SealFile, Tombstone, genuine
from gateway.access.audit.segments import (
    CHECKPOINTS,
    LOCK,
    TOMBSTONES,
    Step,
    first_of,
    segments,
    walk,
)
from gateway.access.audit.signing import PublicKey
from gateway.errors import OperationRefused

MOST_FAULTS: Final = 100
"""That a report names; it counts all."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it was written."""

    file: str
    line: int
    """From 1; 0: the file as a whole."""
    words: str

    def __str__(self) -> str:
        """Word it for an operator."""
        return (
            f"{self.file}:{self.line}: {self.words}"
            if self.line
            else (f"{self.file}: {self.words}")
        )


@dataclass(slots=True)
class Report:
    """What a chain was found to be."""

    directory: Path
    lines: int = 0
    files: int = 0
    torn: int = 0
    """Lines that tell of others which were not written to their end."""
    removed: int = 0
    """Lines that were removed by rule, under a signature."""
    checkpoints: int = 0
    sealed: int = 0
    """Number of the last line that a checkpoint covers."""
    last: int = 0
    """Number of the last line."""
    began: datetime | None = None
    ended: datetime | None = None
    live: bool = False
    """Whether a gateway was writing there."""
    faulty: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Say whether all is as it was written."""
        return not self.faulty

    def add(self, file: str, line: int, words: str) -> None:
        """Note a fault."""
        self.faulty += 1
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(file, line, words))


def verify(
    directory: Path, key: PublicKey, elsewhere: Checkpoint | None = None
) -> Report:
    """Go through a chain, a line at a time.

    `elsewhere` is a checkpoint that was kept where nobody could change it; it shows
    also that lines and their checkpoints were cut off together. Raises OSError.
    """
    report = Report(directory, live=_written_to(directory))
    return _Verification(directory, key, report, elsewhere).run()


def read_checkpoints(path: Path) -> Sequence[Checkpoint]:
    """Read checkpoints kept elsewhere, one a line; raises OperationRefused."""
    try:
        return msgspec.json.Decoder(Checkpoint).decode_lines(path.read_bytes())
    except (OSError, *UNREADABLE) as error:
        raise OperationRefused(f"{path} 不是检查点 (no checkpoint)") from error


class _Begin(msgspec.Struct):
    chain: str
    checkpoints: int


class _Verification:
    """One run through a chain."""

    def __init__(
        self,
        directory: Path,
        key: PublicKey,
        report: Report,
        elsewhere: Checkpoint | None,
    ) -> None:
        self._directory = directory
        self._key = key
        self._report = report
        self._elsewhere = elsewhere
        self._chain: str | None = None
        self._sequence, self._previous = 1, GENESIS
        self._promised = 0
        self._known = sum(1 for _ in self._read())
        """Checkpoints that were there before the files; none covers younger lines."""
        self._files = segments(directory)
        self._seals = self._checkpoints()
        self._seal: Checkpoint | None = None

    def run(self) -> Report:
        """Go through all files."""
        report = self._report
        self._removed()
        self._begin_seals()
        for path in self._files:
            report.files += 1
            if first_of(path) <= report.removed and not report.lines:
                continue  # removed by rule, and then the power went
            if first_of(path) != self._sequence:
                words = f"此前应有第 {self._sequence} 行 (lines before it are missing)"
                report.add(path.name, 0, words)
            self._walk(path)
        self._end()
        return report

    def _walk(self, path: Path) -> None:
        report, last = self._report, path == self._files[-1]
        head = None
        for step in walk(path, self._sequence, self._previous):
            if step.head is None and last and report.live:
                return
            if step.fault:
                report.add(path.name, step.number, step.fault)
            report.lines += 1
            head = step.head
            if head is not None:
                self._look(path, step)
            self._sequence = report.last + 1
            self._previous = step.hash
        if head is None and path.stat().st_size == 0:
            report.add(path.name, 0, "空文件 (empty)")

    def _look(self, path: Path, step: Step) -> None:
        head, report = step.head, self._report
        if head is None:
            return
        report.last = head.sequence
        report.began = report.began or head.time
        report.ended = head.time
        report.torn += head.kind == TORN
        if (head.kind == SEGMENT) != (step.number == 1):
            report.add(path.name, step.number, "文件首行有误 (a file's first line)")
        if head.kind == SEGMENT:
            self._look_at_begin(path, step)
        self._compare(path, step.number, head.sequence, step.hash)

    def _look_at_begin(self, path: Path, step: Step) -> None:
        try:
            begin = msgspec.json.decode(step.line, type=_Begin)
        except UNREADABLE:
            self._report.add(path.name, step.number, "文件首行有误 (unreadable)")
            return
        self._promised = begin.checkpoints
        if self._chain not in {None, begin.chain}:
            self._report.add(path.name, step.number, "属于另一条链 (another chain)")
        self._chain = begin.chain

    def _compare(self, path: Path, number: int, sequence: int, found: str) -> None:
        """Hold a line against the checkpoints that cover it."""
        while self._seal is not None and self._seal.sequence <= sequence:
            if self._seal.sequence == sequence and self._seal.hash == found:
                self._report.sealed = sequence
            else:
                words = f"与检查点 {self._seal.number} 不符 (not what was signed)"
                self._report.add(path.name, number, words)
            self._seal = next(self._seals, None)
        other = self._elsewhere
        if other is None or other.sequence != sequence:
            return
        if other.hash != found:
            words = "与另存的检查点不符 (not what the checkpoint kept elsewhere says)"
            self._report.add(path.name, number, words)
        self._elsewhere = None

    def _checkpoints(self) -> Iterator[Checkpoint]:
        """Give the checkpoints that are genuine, by their lines."""
        number = 0
        for seal in islice(self._read(), self._known):
            number += 1
            words, good = None, seal is not None and genuine(seal, self._key)
            if seal is None or not good:
                words = "签名不符 (not the signature of this key)"
            elif seal.number != number:
                words = f"应为第 {number} 个检查点 (checkpoints are missing)"
                number = seal.number
            if words:
                self._report.add(CHECKPOINTS, number, words)
            if seal is not None and good:
                self._report.checkpoints = number
                yield seal

    def _read(self) -> Iterator[Checkpoint | None]:
        return SealFile(self._directory / CHECKPOINTS, Checkpoint).read()

    def _begin_seals(self) -> None:
        """Pass over checkpoints of lines that were removed by rule."""
        self._seal = next(self._seals, None)
        while self._seal is not None and self._seal.sequence < self._sequence:
            self._seal = next(self._seals, None)
        other = self._elsewhere
        if other is not None and not genuine(other, self._key):
            words = "签名不符 (not the signature of this key)"
            self._report.add("另存的检查点 (checkpoint kept elsewhere)", 0, words)
        if other is not None and other.sequence < self._sequence:
            self._elsewhere = None

    def _removed(self) -> None:
        """Begin behind what was removed by rule."""
        seals = SealFile(self._directory / TOMBSTONES, Tombstone).read()
        for number, seal in enumerate(seals, 1):
            words = None
            if seal is None or not genuine(seal, self._key):
                words = "签名不符 (not the signature of this key)"
            elif (seal.number, seal.first, seal.previous) != (
                number,
                self._sequence,
                self._previous,
            ):
                words = "不与此前相接 (does not follow on what was before)"
            if words:
                self._report.add(TOMBSTONES, number, words)
            if seal is not None:
                self._sequence, self._previous = seal.sequence + 1, seal.hash
                self._report.removed = self._report.last = seal.sequence
                self._chain = seal.chain

    def _end(self) -> None:
        """Look for what must be there and is not."""
        report = self._report
        name = self._files[-1].name if self._files else str(self._directory)
        while self._seal is not None:
            words = (
                f"检查点 {self._seal.number} 签名至第 {self._seal.sequence} 行，"
                f"只有 {report.last} 行 (cut off: a checkpoint covers more)"
            )
            report.add(name, 0, words)
            self._seal = next(self._seals, None)
        if self._elsewhere is not None:
            words = (
                f"另存的检查点签名至第 {self._elsewhere.sequence} 行，只有 "
                f"{report.last} 行 (cut off: a checkpoint kept elsewhere covers more)"
            )
            report.add(name, 0, words)
        if report.checkpoints < self._promised:
            words = f"应有 {self._promised} 个检查点 (checkpoints are missing)"
            report.add(CHECKPOINTS, 0, words)


def _written_to(directory: Path) -> bool:
    """Say whether a gateway is writing there."""
    try:
        handle = os.open(directory / LOCK, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def chain_of(directory: Path) -> str | None:
    """Name a chain as its first file does; None where that can't be read."""
    for path in segments(directory)[:1]:
        for step in walk(path, first_of(path), None):
            try:
                return msgspec.json.decode(step.line, type=_Begin).chain
            except UNREADABLE:
                return None
    return None


def chains(root: Path) -> Sequence[Path]:
    """Give the directories of all chains below one."""
    return sorted(one.parent for one in root.glob(f"*/{LOCK}"))
