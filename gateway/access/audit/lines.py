"""Lines of a chain: JSON, numbered, each covering the one before by its hash."""

from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Final

import msgspec

GENESIS: Final = "0" * 64
"""What the first line of all covers."""
LONGEST: Final = 1_048_576
"""Bytes of a line at the most."""
SEGMENT: Final = "segment"
"""Kind of the first line of every file."""
TORN: Final = "torn"
"""Kind of a line that tells of another one that was not written to its end."""


class Head(msgspec.Struct, frozen=True):
    """What every line says, whatever else it does."""

    sequence: int
    previous: str
    """SHA-256 (hex) of the line before, without its line break."""
    time: datetime
    kind: str


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where a line is to stand."""

    sequence: int
    previous: str
    time: str
    """ISO 8601, with microseconds and offset."""


Make = Callable[[Place], bytes]
"""Makes the line of a place; no line break."""

UNREADABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError)
"""What reading a line of other bytes raises."""
_heads = msgspec.json.Decoder(Head)


def read_head(line: bytes) -> Head:
    """Read what every line says; raises one of UNREADABLE."""
    return _heads.decode(line)


def hash_of(line: bytes) -> str:
    """Hash a line, without its line break."""
    return sha256(line).hexdigest()


def line_of(place: Place, kind: str, *bodies: bytes) -> bytes:
    """Put what every line says before objects with something in them, as one."""
    head = (
        f'{{"sequence":{place.sequence},"previous":"{place.previous}",'
        f'"time":"{place.time}","kind":"{kind}"'
    )
    parts = [one[1:-1] for one in bodies]
    return b"%b}" % b",".join([head.encode(), *parts])


def made_of(kind: str, content: Mapping[str, object]) -> Make:
    """Make a line of some members."""
    return lambda place: line_of(place, kind, msgspec.json.encode(content))
