"""Where presence lies on disk: a file for each department and record type.

A file begins with its kind and version and the SHA-256 of what follows, and takes the
place of the one before in one step. What can't be read counts as not there. The reading
before the last is kept too: who was in either is present, so that one list that a
department cut short without a word denies nobody.
Enterprises that are added between two readings stand in journals, one a day.
"""

import os
from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

import msgspec
import orjson
import structlog
from pyroaring import BitMap

from gateway.loading.ordinals import Ordinals
from gateway.loading.presence import Presence
from schema.record_type import RecordType

_log = structlog.get_logger(__name__)
_VERSION = b"creditnet presence 2\n"
_ENTERPRISES = "enterprises.ordinals"
_PRESENCE = ".presence"
_EARLIER = ".earlier"
_APART = timedelta(hours=1)
"""Between two readings that confirm each other."""
_JOURNAL = ".journal"
Added = tuple[str, RecordType, str]
"""Department, record type, and what calls the enterprise."""
State = Mapping[str, tuple[int, int]]


class _Stored(msgspec.Struct, frozen=True):
    """A presence as it lies in its file."""

    department: str
    record_type: RecordType
    built: datetime
    read: datetime
    whole: bool
    mark: str
    enterprises: int
    """How many numbers were given, with their fingerprint."""
    fingerprint: int
    held: bytes
    surely: bytes
    calls: bytes
    edition: str = ""


class Shelf:
    """Reads and writes presence below one directory."""

    def __init__(self, directory: Path) -> None:
        """Keep everything in `directory`, which is made when needed."""
        self._directory = directory

    def ordinals(self) -> Ordinals:
        """Read the enterprises' numbers; none where they are lost or broken."""
        content = _read(self._directory / _ENTERPRISES)
        if content is None:
            return Ordinals()
        codes, order = msgspec.msgpack.decode(content, type=tuple[bytes, bytes])
        return Ordinals(codes, array("I", order))

    def number(self, ordinals: Ordinals) -> None:
        """Keep the enterprises' numbers."""
        parts = msgspec.msgpack.encode(ordinals.parts)
        self._write(self._directory / _ENTERPRISES, parts)

    def presences(
        self, ordinals: Ordinals, but: Collection[str] = ()
    ) -> Mapping[str, Presence]:
        """Give every presence that is sound and made with these numbers, by file.

        The reading before and what was added since stand in it. Files named in `but`
        are left out.
        """
        found = self.readings(ordinals, but)
        for name in [name for name in found if name.endswith(_EARLIER)]:
            earlier = found.pop(name)
            one = found.get(name_of(earlier.department, earlier.record_type))
            if one is not None and one.edition == earlier.edition:
                one.join(earlier)
        return found

    def readings(
        self, ordinals: Ordinals, but: Collection[str] = ()
    ) -> dict[str, Presence]:
        """Give the last readings and those before by file, each by itself."""
        found: dict[str, Presence] = {}
        for path in self._paths():
            if path.with_suffix(_PRESENCE).name not in but:
                one = _presence_in(path, ordinals)
                if one is not None:
                    found[path.name] = one
        for day, (department, record_type, call) in self.added() if found else ():
            one = found.get(name_of(department, record_type))
            if one is not None and day >= one.read.date():
                one.add((call,), ordinals)
        return found

    def keep(self, presence: Presence, ordinals: Ordinals) -> None:
        """Put a new reading in the place of the one before, unless that is newer."""
        path = self._directory / name_of(presence.department, presence.record_type)
        before = _presence_in(path, ordinals)
        if before is not None and before.read > presence.read:
            return
        if before is not None and presence.read - before.read >= _APART:
            self.put(path.with_suffix(_EARLIER).name, before, ordinals)
        self.put(path.name, presence, ordinals)

    def put(self, name: str, presence: Presence, ordinals: Ordinals) -> None:
        """Write a file of that name."""
        stored = _Stored(
            presence.department,
            presence.record_type,
            presence.built,
            presence.read,
            presence.whole,
            presence.mark,
            len(ordinals),
            ordinals.fingerprint(len(ordinals)),
            presence.held.serialize(),
            presence.surely.serialize(),
            presence.calls.serialize(),
            presence.edition,
        )
        self._write(self._directory / name, msgspec.msgpack.encode(stored))

    def add(self, added: Iterable[Added]) -> None:
        """Write down durably who was added; raises OSError."""
        lines = [orjson.dumps((code, kind.value, call)) for code, kind, call in added]
        self._directory.mkdir(parents=True, exist_ok=True)
        path = self._directory / f"{datetime.now(UTC).date()}{_JOURNAL}"
        with path.open("ab", buffering=0) as file:
            file.write(b"\n".join([b"", *lines, b""]))  # after one that was cut short
            os.fsync(file.fileno())

    def added(self) -> Iterator[tuple[date, Added]]:
        """Read who was added, with the day; a line cut short is left out."""
        for path in sorted(self._directory.glob(f"*{_JOURNAL}")):
            day = date.fromisoformat(path.stem)
            for line in path.read_bytes().split(b"\n"):
                with suppress(msgspec.MsgspecError):
                    yield day, msgspec.json.decode(line, type=Added)

    def forget(self, before: date) -> None:
        """Drop journals of days before one."""
        for path in self._directory.glob(f"*{_JOURNAL}"):
            if date.fromisoformat(path.stem) < before:
                path.unlink(missing_ok=True)

    def state(self) -> State:
        """Give by file what differs when it was written since; without journals."""
        files = [self._directory / _ENTERPRISES, *self._paths()]
        found: dict[str, tuple[int, int]] = {}
        for path in files:
            with suppress(OSError):  # not there, or not to be read
                stat = path.stat()
                found[path.name] = stat.st_ino, stat.st_mtime_ns
        return found

    def _paths(self) -> list[Path]:
        kinds = (_PRESENCE, _EARLIER)
        return [p for kind in kinds for p in sorted(self._directory.glob(f"*{kind}"))]

    def _write(self, path: Path, content: bytes) -> None:
        self._directory.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=self._directory, delete=False) as file:
            file.write(_VERSION + sha256(content).digest() + content)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(path)


def name_of(department: str, record_type: RecordType) -> str:
    """Give the name of a presence's file."""
    return f"{department}.{record_type.value}{_PRESENCE}"


def _presence_in(path: Path, ordinals: Ordinals) -> Presence | None:
    content = _read(path)
    if content is None:
        return None
    try:
        stored = msgspec.msgpack.decode(content, type=_Stored)
    except msgspec.MsgspecError:  # a record type of another version
        _log.warning("presence of another version", file=path.name)
        return None
    if stored.fingerprint != ordinals.fingerprint(stored.enterprises):
        _log.warning("presence of other enterprises", file=path.name)
        return None
    return _presence(stored)


def _read(path: Path) -> bytes | None:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        _log.warning("presence unreadable", file=path.name, reason=error.strerror)
        return None
    start = len(_VERSION) + sha256().digest_size
    told, body = content[len(_VERSION) : start], content[start:]
    if content[: len(_VERSION)] != _VERSION or sha256(body).digest() != told:
        _log.warning("presence corrupt", file=path.name)
        return None
    return body


def _presence(stored: _Stored) -> Presence:
    return Presence(
        stored.department,
        stored.record_type,
        stored.built,
        stored.read,
        stored.whole,
        stored.mark,
        BitMap.deserialize(stored.held),
        BitMap.deserialize(stored.surely),
        BitMap.deserialize(stored.calls),
        stored.edition,
    )
