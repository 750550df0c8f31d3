"""What was seen of an adapter once: its shape and its pace, and no record.

A snapshot holds names of columns, codes as written, counts and times; nothing that
is about anybody. It is a file beside the declaration.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from adapters.contract import Row
from adapters.errors import DeclarationError
from adapters.paths import getter
from adapters.section import Section

_MOST_CODES = 200


class Shape(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What was seen of one record type; times in seconds."""

    columns: list[str]
    codes: dict[str, list[str]]
    """Codes as written, by column."""
    rows: int
    p50: float
    p95: float


class Snapshot(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What was seen of one adapter."""

    department: str
    record_types: dict[str, Shape]


def read_snapshot(path: Path) -> Snapshot:
    """Read a snapshot; raises DeclarationError for what is none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Snapshot)
    except (msgspec.DecodeError, OSError) as error:
        words = f"{path.name}: 快照无法读取：{error}（not a snapshot）"
        raise DeclarationError([words]) from error


def write_snapshot(path: Path, snapshot: Snapshot) -> None:
    """Write a snapshot, at once."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    text = msgspec.json.format(msgspec.json.encode(snapshot, order="sorted"))
    unfinished.write_bytes(text + b"\n")
    unfinished.replace(path)


def codes_seen(section: Section, rows: Sequence[Row]) -> Mapping[str, Sequence[str]]:
    """Give the codes as written, by column."""
    found: dict[str, list[str]] = {}
    for rule in section.fields.values():
        if rule.read not in {"code", "codes"}:
            continue
        for column in rule.columns:
            get = getter(column)
            written = {part for row in rows for part in _parts(get(row), rule.split)}
            found[column] = sorted(written)[:_MOST_CODES]
    return found


def percentile(times: Sequence[float], share: float) -> float:
    """Give the time that this share of all does not exceed; 0 for none."""
    ordered = sorted(times)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0.0


def _parts(value: object, split: str | None) -> Sequence[str]:
    values = value if isinstance(value, list | tuple) else (value,)
    texts = [str(one).strip() for one in values if one is not None]
    if split is None:
        return [text for text in texts if text]
    return [part.strip() for text in texts for part in text.split(split) if part]
