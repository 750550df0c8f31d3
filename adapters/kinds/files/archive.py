"""Takes the files out of a ZIP, one by one and never more than memory should hold."""

import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from adapters.errors import SourceContractBroken
from adapters.kinds.files.drop import Unfinished

MOST_MEMBERS = 1_000
_UTF8 = 0x800
_ENCRYPTED = 0x1
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError)


def members(
    data: bytes, name: str, patterns: Sequence[str], max_bytes: int
) -> Iterator[tuple[str, bytes]]:
    """Yield the names and contents of the members meant, in the order of their names.

    All of them together may unpack to `max_bytes`. Raises Unfinished for an archive
    without its end, SourceContractBroken for one that is damaged, encrypted, too
    large, or has no such member.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile:
        raise Unfinished("压缩包不完整，没有结尾（archive has no end）") from None
    with archive:
        meant = _meant(archive, name, patterns)
        if sum(part.file_size for part in meant.values()) > max_bytes:
            raise _too_large(name, max_bytes)
        for member in sorted(meant):
            yield member, _content(archive, meant[member], name, max_bytes)


def _meant(
    archive: zipfile.ZipFile, name: str, patterns: Sequence[str]
) -> dict[str, zipfile.ZipInfo]:
    parts = archive.infolist()
    if len(parts) > MOST_MEMBERS:
        words = f"{name}: 超过 {MOST_MEMBERS:,} 个文件（too many members）"
        raise SourceContractBroken(words)
    named = {_name(part): part for part in parts if not part.is_dir()}
    meant = {
        member: part
        for member, part in named.items()
        if any(fnmatchcase(PurePosixPath(member).name, one) for one in patterns)
    }
    if not meant:
        there = "、".join(named)[:200]
        words = (
            f"{name}: 其中没有 {'、'.join(patterns)}（no such member），只有 {there}"
        )
        raise SourceContractBroken(words)
    return meant


def _name(part: zipfile.ZipInfo) -> str:
    """Read a name; those not marked as UTF-8 are GBK here, not code page 437."""
    if part.flag_bits & _UTF8:
        return part.filename
    try:
        return part.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return part.filename


def _content(
    archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str, max_bytes: int
) -> bytes:
    if part.flag_bits & _ENCRYPTED:
        raise SourceContractBroken(f"{name}: 压缩包有密码（archive is encrypted）")
    try:
        with archive.open(part) as stream:
            content = stream.read(max_bytes + 1)
    except _DAMAGED as error:
        words = f"{name}: 压缩包已损坏，解不开 {_name(part)}（archive is damaged）"
        raise SourceContractBroken(words) from error
    if len(content) > max_bytes:
        raise _too_large(name, max_bytes)
    return content


def _too_large(name: str, most: int) -> SourceContractBroken:
    return SourceContractBroken(
        f"{name}: 解压后超过 {most:,} 字节（too large unpacked）"
    )
