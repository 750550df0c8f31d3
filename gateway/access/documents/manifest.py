"""The manifest: which documents are trusted, by identifier.

Two forms are read: Apollo's (`apollo-persisted-query-manifest`, version 1) and Relay's
(an object of identifier to text). Apollo's is written.
"""

import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

import orjson

from gateway.errors import OperationRefused

FORMAT: Final = "apollo-persisted-query-manifest"
LARGEST: Final = 16_777_216
"""Bytes of a manifest at the most."""
_SHA256: Final = re.compile("[0-9a-f]{64}")
_LONGEST_ID: Final = 128


@dataclass(frozen=True, slots=True)
class Entry:
    """One trusted document."""

    id: str
    body: str
    name: str = ""
    """Of its operation; Relay's form tells none."""
    kind: str = "query"


Manifest = Mapping[str, Entry]
"""By identifier."""


def id_of(text: str) -> str:
    """Give the identifier of a document: SHA-256, hex, of its UTF-8."""
    return sha256(text.encode()).hexdigest()


def read_manifest(path: Path) -> Manifest:
    """Read a manifest of either form.

    Raises OperationRefused with every fault.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise OperationRefused(f"{path}: 超过 {LARGEST} 字节 (too large)")
        given = orjson.loads(path.read_bytes())
    except OSError as error:
        raise OperationRefused(
            f"清单 {path} 无法读取：{error.strerror} (the manifest can't be read)"
        ) from error
    except orjson.JSONDecodeError as error:
        raise OperationRefused(f"{path}: 不是 JSON (not JSON): {error}") from error
    return manifest_of(given, str(path))


def manifest_of(given: object, where: str) -> Manifest:
    """Read what stands in a manifest; raises OperationRefused with every fault."""
    if not isinstance(given, dict):
        raise OperationRefused(f"{where}: 应为 JSON 对象 (a JSON object is needed)")
    entries = list(_apollo(given) if "format" in given else _relay(given))
    faults = [one for one in entries if isinstance(one, str)]
    found: dict[str, Entry] = {}
    for one in entries:
        if isinstance(one, str):
            continue
        if one.id in found:
            faults.append(f"{one.id}: 重复 (twice)")
        found[one.id] = one
    if faults:
        raise OperationRefused("\n".join(f"{where}: {fault}" for fault in faults))
    return found


def write_manifest(path: Path, entries: Manifest) -> None:
    """Write Apollo's form, whole or not at all; raises OperationRefused."""
    body = {
        "format": FORMAT,
        "version": 1,
        "operations": [
            {"id": one.id, "name": one.name, "type": one.kind, "body": one.body}
            for one in sorted(entries.values(), key=lambda one: (one.name, one.id))
        ],
    }
    try:
        _replace(path, orjson.dumps(body, option=orjson.OPT_INDENT_2) + b"\n")
    except OSError as error:
        raise OperationRefused(
            f"清单 {path} 无法写入：{error.strerror} (the manifest can't be written)"
        ) from error


def _replace(path: Path, content: bytes) -> None:
    """Put a whole file in the place of another."""
    with tempfile.NamedTemporaryFile(
        dir=path.parent, prefix=f".{path.name}.", delete=False
    ) as file:
        written = Path(file.name)
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            written.chmod(0o644)
            written.replace(path)
        except OSError:
            written.unlink(missing_ok=True)
            raise


def _apollo(given: Mapping[str, object]) -> Iterator[Entry | str]:
    """Read Apollo's form; yields entries, and faults as text."""
    if given["format"] != FORMAT or given.get("version") != 1:
        yield f"format, version: 应为 {FORMAT}, 1 (not a form that is known)"
        return
    operations = given.get("operations")
    if not isinstance(operations, list):
        yield "operations: 应为数组 (a list is needed)"
        return
    for place, one in enumerate(operations):
        told = one if isinstance(one, dict) else {}
        name, kind = told.get("name", ""), told.get("type", "query")
        if not isinstance(name, str) or not isinstance(kind, str):
            yield f"operations[{place}]: name, type 应为字符串 (texts are needed)"
            continue
        yield _entry(told.get("id"), told.get("body"), name, kind)


def _relay(given: Mapping[str, object]) -> Iterator[Entry | str]:
    """Read Relay's form; yields entries, and faults as text."""
    for identifier, body in given.items():
        yield _entry(identifier, body)


def _entry(
    identifier: object, body: object, name: str = "", kind: str = "query"
) -> Entry | str:
    if not isinstance(identifier, str) or not 0 < len(identifier) <= _LONGEST_ID:
        return f"{identifier!r:.40}: 标识应为 1 至 {_LONGEST_ID} 个字符 (no identifier)"
    if not isinstance(body, str) or not body.strip():
        return f"{identifier}: 缺少文本 (a document's text is needed)"
    if _SHA256.fullmatch(identifier) and id_of(body) != identifier:
        return f"{identifier}: 与文本的 SHA-256 不符 (not the hash of its text)"
    return Entry(identifier, body, name, kind)
