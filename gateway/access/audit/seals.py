"""What is signed about a chain: how far it had come, and what was removed from it."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from gateway.access.audit.lines import LONGEST, UNREADABLE
from gateway.access.audit.signing import PublicKey, SigningKey


class Seal(msgspec.Struct, frozen=True, kw_only=True):
    """Something signed; `number` counts from 1 in its file."""

    chain: str
    """Name of the chain, made up when it began."""
    number: int
    time: str
    sequence: int
    """Of the last line that it covers."""
    hash: str
    """Of this line."""
    key: str = ""
    signature: str = ""


class Checkpoint(Seal, frozen=True, kw_only=True, tag_field="kind", tag="checkpoint"):
    """How far a chain had come."""


class Tombstone(Seal, frozen=True, kw_only=True, tag_field="kind", tag="tombstone"):
    """What was removed from a chain because it need be kept no longer."""

    first: int
    """Number of the first line removed."""
    previous: str
    """What that covered."""
    began: str
    """Time of the first line removed."""
    ended: str
    """Time of the last."""


S = TypeVar("S", Checkpoint, Tombstone)


class SealFile(Generic[S]):
    """Seals of one kind, a line each."""

    def __init__(self, path: Path, kind: type[S]) -> None:
        """Keep them in a file."""
        self.path = path
        self._kind: type[S] = kind

    def add(self, seal: S, key: SigningKey) -> S:
        """Sign a seal, and keep it durably; raises OSError, and then keeps nothing."""
        content = key.sign(msgspec.to_builtins(seal))
        signed: S = msgspec.convert(content, self._kind)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        handle = os.open(self.path, flags, 0o600)
        try:
            size = os.fstat(handle).st_size
            written = msgspec.json.encode(signed) + b"\n"
            try:
                while written:
                    written = written[os.write(handle, written) :]
                os.fsync(handle)
            except OSError:
                os.ftruncate(handle, size)
                raise
        finally:
            os.close(handle)
        return signed

    def mend(self) -> None:
        """Take off a last line that was not written to its end."""
        if not self.path.exists():
            return
        written = self.path.read_bytes()
        whole = written.rfind(b"\n") + 1
        if whole < len(written):
            os.truncate(self.path, whole)

    def newest(self) -> S | None:
        """Give the last one that can be read."""
        found = None
        for one in self.read():
            found = one or found
        return found

    def read(self) -> Iterator[S | None]:
        """Read all; None stands for one that can't be read."""
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            while line := file.readline(LONGEST):
                yield self._seal(line)

    def _seal(self, line: bytes) -> S | None:
        try:
            seal: S = msgspec.json.decode(line, type=self._kind)
        except UNREADABLE:
            return None
        whole = msgspec.json.encode(seal) + b"\n"
        return seal if line == whole else None


def genuine(seal: Seal, key: PublicKey) -> bool:
    """Say whether a seal bears the signature of a key."""
    content: dict[str, object] = msgspec.to_builtins(seal)
    return key.signed(content)
