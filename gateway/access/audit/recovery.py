"""Finds where a chain ends, and keeps aside what was not written to its end."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final
from uuid import uuid4

import msgspec

from gateway.access.audit.errors import AuditBroken
from gateway.access.audit.lines import GENESIS, SEGMENT
from gateway.access.audit.seals import Checkpoint, Tombstone
from gateway.access.audit.segments import first_of, segments, settle, walk

ASIDE: Final = ".torn"
_UNTOLD: Final = ".torn.new"
"""What the chain does not tell of yet."""


@dataclass(frozen=True, slots=True)
class Tail:
    """Where a chain ends."""

    chain: str
    sequence: int = 0
    hash: str = GENESIS
    time: datetime | None = None
    """Of the last line."""
    segment: Path | None = None
    size: int = 0
    began: datetime | None = None
    """Time of the segment's first line."""


def recovered(
    directory: Path, newest: Checkpoint | None, removed: Tombstone | None
) -> Tail:
    """Find the end of a chain; what stands behind it is kept aside.

    Raises OSError, and AuditBroken when the chain is less than was signed.
    """
    start = Tail(removed.chain, removed.sequence, removed.hash) if removed else None
    for path in reversed(segments(directory)):
        tail = _tail(path, newest)
        _refuse_less(tail or start, newest, path)
        if path.stat().st_size > (0 if tail is None else tail.size):
            _set_aside(path, 0 if tail is None else tail.size)
        if tail is not None:
            return tail
    _refuse_less(start, newest, directory)
    return start or Tail(uuid4().hex)


def untold(directory: Path) -> Sequence[Path]:
    """Give what was kept aside and is not told of in the chain."""
    return sorted(directory.glob(f"*{_UNTOLD}"))


def told_of(path: Path) -> dict[str, object]:
    """Say what was kept aside."""
    content = path.read_bytes()
    return {
        "file": path.name.replace(_UNTOLD, ASIDE),
        "bytes": len(content),
        "sha256": sha256(content).hexdigest(),
    }


def tell(path: Path) -> None:
    """Note that the chain tells of it."""
    path.rename(path.with_name(path.name.replace(_UNTOLD, ASIDE)))


class _Begin(msgspec.Struct):
    chain: str


def _tail(path: Path, newest: Checkpoint | None) -> Tail | None:
    """Follow a segment as far as it goes; None where not even its first line does."""
    tail: Tail | None = None
    for step in walk(path, first_of(path), None):
        if step.fault or step.head is None:
            break
        if tail is None:
            if step.head.kind != SEGMENT:
                break
            chain = msgspec.json.decode(step.line, type=_Begin).chain
            tail = Tail(chain, segment=path, began=step.head.time)
        if newest and newest.sequence == step.head.sequence:
            _refuse_other(newest, step.hash, path)
        tail = replace(
            tail,
            sequence=step.head.sequence,
            hash=step.hash,
            time=step.head.time,
            size=step.end,
        )
    return tail


def _refuse_less(tail: Tail | None, newest: Checkpoint | None, place: Path) -> None:
    if newest is not None and (tail is None or tail.sequence < newest.sequence):
        last = 0 if tail is None else tail.sequence
        raise AuditBroken(
            f"{place}: 已签名至第 {newest.sequence} 行，只有 {last} 行可读；请运行 "
            "creditnet audit verify，再把该目录移走 (less than was signed: verify it, "
            "then move the directory away; a new chain begins)"
        )


def _refuse_other(newest: Checkpoint, found: str, place: Path) -> None:
    if newest.hash != found:
        raise AuditBroken(
            f"{place}: 第 {newest.sequence} 行与检查点不符；请运行 creditnet audit "
            "verify，再把该目录移走 (not the line that was signed: verify it, then "
            "move the directory away; a new chain begins)"
        )


def _set_aside(path: Path, size: int) -> None:
    """Keep what stands behind `size` bytes in a file of its own."""
    with path.open("rb") as file:
        file.seek(size)
        torn = file.read()
    taken = len(list(path.parent.glob(f"{path.stem}.*torn*")))
    aside = path.with_name(f"{path.stem}.{taken + 1}{_UNTOLD}")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(torn)
        file.flush()
        os.fsync(file.fileno())
    settle(path.parent)
    if size:
        os.truncate(path, size)
    else:
        path.unlink()
    settle(path.parent)
