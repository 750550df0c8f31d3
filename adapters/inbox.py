"""Where pushed records lie until somebody asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from adapters.contract import Row
from schema.record_type import RecordType


@dataclass(frozen=True, slots=True)
class PushedRecord:
    """One record of a message."""

    natural_key: str
    """Equal for the same record told again; the later sequence wins."""
    row: Row


@dataclass(frozen=True, slots=True)
class PushedMessage:
    """One message, read and accepted."""

    message_id: str
    department: str
    record_type: RecordType
    sequence: int
    sent_at: datetime
    records: Sequence[PushedRecord]


@dataclass(frozen=True, slots=True)
class Held:
    """All a department pushed of one record type."""

    rows: Sequence[Row]
    as_of: datetime | None
    """When the newest message was sent; None when there never was one."""


class Inbox(Protocol):
    """Keeps pushed records."""

    async def store(self, message: PushedMessage) -> bool:
        """Keep a message durably before returning; False when it was kept before."""

    async def held(self, department: str, record_type: RecordType) -> Held:
        """Give what a department pushed, restatements applied."""

    async def version(self, department: str, record_type: RecordType) -> str:
        """Give a mark that changes with every message kept."""
