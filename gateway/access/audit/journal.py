"""Writes a chain: lines that are durable once they are given back."""

import fcntl
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec
import structlog

from gateway.access.audit.errors import AuditUnavailable
from gateway.access.audit.lines import (
    LONGEST,
    SEGMENT,
    TORN,
    Make,
    Place,
    hash_of,
    made_of,
)
from gateway.access.audit.recovery import Tail, recovered, tell, told_of, untold
from gateway.access.audit.seals import Checkpoint, SealFile, Tombstone
from gateway.access.audit.segments import (
    CHECKPOINTS,
    LOCK,
    TOMBSTONES,
    segment,
    settle,
)
from gateway.access.audit.signing import SigningKey
from gateway.settings import SHANGHAI

_log = structlog.get_logger(__name__)
_STEP_BACK: Final = timedelta(seconds=1)
"""By which a clock may be set back without a segment of its own."""
_VERSION: Final = 1
_BUGS: Final = (ValueError, TypeError, msgspec.MsgspecError)
"""Why a line can't be made of what it is to say."""


class Line(msgspec.Struct, frozen=True, gc=False):
    """A line that is durable."""

    place: Place
    text: bytes


@dataclass(frozen=True, slots=True)
class Habits:
    """When a journal does what."""

    largest: int = 16_777_216
    """Bytes of a segment, about; every day has its own, too."""
    checkpoint_every: int = 1_000
    """Lines between two checkpoints."""


class Journal:
    """The one writer of a directory; for one thread at a time."""

    def __init__(
        self,
        directory: Path,
        key: SigningKey,
        clock: Callable[[], datetime],
        habits: Habits | None = None,
    ) -> None:
        """Go on where the chain ends, or begin one.

        Raises AuditUnavailable when somebody else writes there or it can't be read,
        AuditBroken when what lies there is less than was signed.
        """
        self.directory = directory
        self._key = key
        self._clock = clock
        self._habits = habits or Habits()
        self._file: int | None = None
        self._unsealed = self._sealed = 0
        self._tail = Tail("")
        self._checkpoints = SealFile(directory / CHECKPOINTS, Checkpoint)
        try:
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._lock = _locked(directory / LOCK)
        except OSError as error:
            raise _unavailable(directory, error) from error
        try:
            self._recover()
        except OSError as error:
            os.close(self._lock)
            raise _unavailable(directory, error) from error
        except AuditUnavailable:
            os.close(self._lock)
            raise

    @property
    def sequence(self) -> int:
        """Give the number of the last line."""
        return self._tail.sequence

    def append(self, makes: Sequence[Make]) -> Sequence[Line | AuditUnavailable]:
        """Make lines and wait until they are on the disk.

        A line that can't be made is left out, and says why in its place. Raises
        AuditUnavailable when the disk does not take them; none is then kept, and the
        next call tries again.
        """
        try:
            now = self._writable()
            lines, tail, written = self._chained(makes, now)
            self._write(written)
        except OSError as error:
            self._let_go()
            raise _unavailable(self.directory, error) from error
        self._unsealed += tail.sequence - self._tail.sequence
        self._tail = tail
        if self._unsealed >= self._habits.checkpoint_every:
            self.checkpoint()
        return lines

    def checkpoint(self) -> None:
        """Sign how far the chain has come, if it has; a failure is logged."""
        if not self._unsealed:
            return
        tail = self._tail
        seal = Checkpoint(
            chain=tail.chain,
            number=self._sealed + 1,
            time=self._clock().isoformat(),
            sequence=tail.sequence,
            hash=tail.hash,
        )
        try:
            self._checkpoints.add(seal, self._key)
        except OSError as error:
            _log.warning("no checkpoint written", reason=error.strerror)
            return
        self._sealed, self._unsealed = seal.number, 0

    def close(self) -> None:
        """Sign the end, and let others write."""
        self.checkpoint()
        self._let_go()
        os.close(self._lock)

    def _recover(self) -> None:
        removed = SealFile(self.directory / TOMBSTONES, Tombstone).newest()
        self._checkpoints.mend()
        newest = self._checkpoints.newest()
        self._sealed = newest.number if newest else 0
        self._tail = recovered(self.directory, newest, removed)
        self._unsealed = self._tail.sequence - (newest.sequence if newest else 0)
        torn = untold(self.directory)
        if torn:
            self.append([made_of(TORN, told_of(one)) for one in torn])
            for one in torn:
                _log.warning("torn line set aside", file=one.name)
                tell(one)

    def _writable(self) -> datetime:
        """Open the file that is to be written to; gives the time of its next lines."""
        now, tail = self._clock(), self._tail
        if tail.segment is None or self._outgrown(tail, now):
            self._begin(now)
        elif self._file is None:
            self._file = os.open(tail.segment, os.O_WRONLY | os.O_APPEND)
            os.ftruncate(self._file, tail.size)
        return now if self._tail.time is None else max(now, self._tail.time)

    def _outgrown(self, tail: Tail, now: datetime) -> bool:
        if tail.size >= self._habits.largest or tail.began is None or tail.time is None:
            return True
        return _day(now) != _day(tail.began) or now < tail.time - _STEP_BACK

    def _begin(self, now: datetime) -> None:
        """Begin a segment; its first line says where the chain had come to."""
        self._let_go()
        tail = self._tail
        path = segment(self.directory, tail.sequence + 1)
        self._file = os.open(path, _NEW, 0o600)
        begin = {
            "version": _VERSION,
            "chain": tail.chain,
            "checkpoints": self._sealed,
        }
        place = Place(tail.sequence + 1, tail.hash, _written(now))
        line = made_of(SEGMENT, begin)(place)
        self._write(line + b"\n")
        settle(self.directory)
        self._unsealed += 1
        self._tail = replace(
            tail,
            sequence=place.sequence,
            hash=hash_of(line),
            time=now,
            segment=path,
            size=len(line) + 1,
            began=now,
        )

    def _chained(
        self, makes: Sequence[Make], now: datetime
    ) -> tuple[Sequence[Line | AuditUnavailable], Tail, bytes]:
        tail, time = self._tail, _written(now)
        sequence, previous = tail.sequence, tail.hash
        lines: list[Line | AuditUnavailable] = []
        texts: list[bytes] = []
        for make in makes:
            place = Place(sequence + 1, previous, time)
            made = _made(make, place)
            lines.append(made)
            if isinstance(made, Line):
                texts.append(made.text)
                sequence, previous = place.sequence, hash_of(made.text)
        written = b"\n".join([*texts, b""])
        size = tail.size + len(written)
        ended = replace(tail, sequence=sequence, hash=previous, time=now, size=size)
        return lines, ended, written

    def _write(self, content: bytes) -> None:
        if self._file is None:
            raise OSError(f"{self.directory}: 未打开 (not open)")
        left = memoryview(content)
        while left:
            left = left[os.write(self._file, left) :]
        _to_disk(self._file)

    def _let_go(self) -> None:
        """Close the file; what was not written to its end goes before the next line."""
        if self._file is None:
            return
        handle, self._file = self._file, None
        try:
            if self._tail.segment is not None:
                _cut(handle, self._tail)
        except OSError as error:
            _log.warning("audit file not cut", reason=error.strerror)
        finally:
            os.close(handle)


_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def _cut(handle: int, tail: Tail) -> None:
    """Cut a file to what is known of it; of a segment not begun, nothing is."""
    known = tail.segment is not None and os.path.samestat(
        os.fstat(handle), tail.segment.stat()
    )
    size = tail.size if known else 0
    if os.fstat(handle).st_size > size:
        os.ftruncate(handle, size)
        os.fsync(handle)


def _made(make: Make, place: Place) -> Line | AuditUnavailable:
    try:
        text = make(place)
    except _BUGS as error:
        _log.exception("audit line not made")
        refusal = AuditUnavailable("无法记录此次查询 (this can't be recorded)")
        refusal.__cause__ = error
        return refusal
    if len(text) >= LONGEST:
        return AuditUnavailable("此次查询的记录过长 (too long to be recorded)")
    return Line(place, text)


def _to_disk(handle: int) -> None:
    if hasattr(os, "fdatasync"):
        os.fdatasync(handle)
    else:
        os.fsync(handle)


def _day(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).date().isoformat()


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")


def _locked(path: Path) -> int:
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise
    return handle


def _unavailable(directory: Path, error: OSError) -> AuditUnavailable:
    if isinstance(error, BlockingIOError):
        return AuditUnavailable(
            f"{directory}: 另一个网关正在写入 (another gateway writes there)"
        )
    return AuditUnavailable(
        f"{directory}: 无法写入，{error.strerror} (can't be written: make room or "
        "mend the disk, it is tried again)"
    )
