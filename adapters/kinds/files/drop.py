"""The folder that a department leaves its files in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import Path
from stat import S_ISREG

from adapters.errors import SourceContractBroken, SourceUnavailable
from adapters.kinds.files.periods import SHANGHAI, as_of

_TEMPORARY = (".", "~$")


class Unfinished(Exception):
    """A file that is still being written or was cut short; says why."""


@dataclass(frozen=True, slots=True)
class DropFile:
    """One file as it lies there."""

    path: Path
    size: int
    written_ns: int

    @property
    def name(self) -> str:
        """The name without folder."""
        return self.path.name

    @property
    def as_of(self) -> datetime:
        """The moment up to which it tells."""
        written = datetime.fromtimestamp(self.written, SHANGHAI)
        return as_of(self.name, written)

    @property
    def written(self) -> float:
        """When it was written last, in seconds since 1970."""
        return self.written_ns / 1e9

    @property
    def stamp(self) -> str:
        """What changes when the file does."""
        return f"{self.name}:{self.size}:{self.written_ns}"


def files_of(
    directory: Path, patterns: Sequence[str], settle: float, now: float
) -> Sequence[DropFile]:
    """List the files meant that have lain there for `settle` seconds, oldest first.

    What was written just now may still be written to, and is left for the next look.

    Raises SourceUnavailable where the folder or any such file is missing: nothing
    arrived is not the same as nothing held.
    """
    try:
        found = [
            file
            for path in directory.iterdir()
            if _is_meant(path.name, patterns) and (file := _seen(path))
        ]
    except OSError as error:
        raise SourceUnavailable("投递目录打不开（drop folder is not there）") from error
    if not found:
        words = f"目录中没有 {'、'.join(patterns)}（no such file has arrived）"
        raise SourceUnavailable(words)
    settled = [file for file in found if not 0 <= now - file.written < settle]
    if not settled:
        raise SourceUnavailable(f"{found[0].name}: 仍在写入（is still being written）")
    return sorted(settled, key=lambda file: (file.as_of, file.written_ns, file.name))


def version_of(files: Sequence[DropFile]) -> str:
    """Sum up which files lie there, cheaply."""
    return sha256("\n".join(file.stamp for file in files).encode()).hexdigest()[:24]


def content_of(file: DropFile, max_bytes: int) -> bytes:
    """Read a file whole.

    Raises Unfinished where it changes meanwhile, SourceUnavailable where it is gone.
    """
    if file.size > max_bytes:
        words = f"{file.name}: 文件超过 {max_bytes:,} 字节（file is too large）"
        raise SourceContractBroken(words)
    try:
        with file.path.open("rb") as stream:
            data = stream.read(max_bytes + 1)
    except OSError as error:
        raise SourceUnavailable(f"{file.name}: 读不了（cannot be read）") from error
    now = _seen(file.path)
    if now is None or now.stamp != file.stamp or len(data) != file.size:
        raise Unfinished("仍在写入（is still being written）")
    if not data:
        raise Unfinished("空文件（empty file）")
    return data


def _is_meant(name: str, patterns: Sequence[str]) -> bool:
    if name.startswith(_TEMPORARY):
        return False
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _seen(path: Path) -> DropFile | None:
    """Look at a file; what is none, or went away just now, is not there."""
    try:
        state = path.stat()
    except FileNotFoundError:
        return None
    if not S_ISREG(state.st_mode):
        return None
    return DropFile(path, state.st_size, state.st_mtime_ns)
