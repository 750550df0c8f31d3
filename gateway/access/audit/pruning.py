"""Removes what need be kept no longer, under a signature that carries the chain on."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from gateway.access.audit.lines import GENESIS
from gateway.access.audit.seals import SealFile, Tombstone
from gateway.access.audit.segments import TOMBSTONES, first_of, segments, settle, walk
from gateway.access.audit.signing import SigningKey
from gateway.errors import OperationRefused
from gateway.settings import SHANGHAI

_LOCK: Final = "pruning.lock"


class Pruned(NamedTuple):
    """What was removed."""

    files: int
    lines: int


def prune(directory: Path, before: date, key: SigningKey, now: datetime) -> Pruned:
    """Remove the files of a chain whose last line is of a day before `before`.

    Whole files only, and never the newest. Raises OSError, and OperationRefused where
    one is not as it was written: what was altered stays for whoever looks into it.
    """
    with _alone(directory):
        seals = SealFile(directory / TOMBSTONES, Tombstone)
        seals.mend()
        earlier = seals.newest()
        _leave_none(directory, earlier)
        old = _old(directory, before, earlier)
        if old is None:
            return Pruned(0, 0)
        files = [p for p in segments(directory) if first_of(p) <= old.sequence]
        seals.add(msgspec.structs.replace(old, time=now.isoformat()), key)
        settle(directory)
        for path in files:
            path.unlink()
        settle(directory)
        return Pruned(len(files), old.sequence - old.first + 1)


class _Begin(msgspec.Struct):
    chain: str


def _old(directory: Path, before: date, earlier: Tombstone | None) -> Tombstone | None:
    """Go through the files that are old; gives what stands for all of them."""
    first = earlier.sequence + 1 if earlier else 1
    begin = earlier.hash if earlier else GENESIS
    sequence, previous = first, begin
    began, number = "", earlier.number + 1 if earlier else 1
    found: Tombstone | None = None
    for path in segments(directory)[:-1]:
        chain, ended = "", datetime.now(SHANGHAI)
        for step in walk(path, sequence, previous):
            if step.fault or step.head is None:
                raise OperationRefused(f"{path.name}:{step.number}: {step.fault}")
            if step.number == 1:
                chain = msgspec.json.decode(step.line, type=_Begin).chain
                began = began or step.head.time.isoformat()
            sequence, previous, ended = sequence + 1, step.hash, step.head.time
        if ended.astimezone(SHANGHAI).date() >= before:
            return found
        found = Tombstone(
            chain=chain,
            number=number,
            time="",
            first=first,
            previous=begin,
            sequence=sequence - 1,
            hash=previous,
            began=began,
            ended=ended.isoformat(),
        )
    return found


def _leave_none(directory: Path, earlier: Tombstone | None) -> None:
    """Remove what a power cut left of an earlier removal."""
    for path in segments(directory):
        if earlier is not None and first_of(path) <= earlier.sequence:
            path.unlink()


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    handle = os.open(directory / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise OperationRefused(
            f"{directory}: 正在清理 (somebody is removing old files)"
        ) from error
    finally:
        os.close(handle)
