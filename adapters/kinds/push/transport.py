"""Rows that a department pushed, out of the inbox; takes its messages too."""

import hmac
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

import msgspec
import orjson

from adapters.contract import Origin, Row, Rows, Subject
from adapters.declaration import Declaration
from adapters.errors import SourceContractBroken, SourceDenied, SourceUnavailable
from adapters.inbox import Inbox, PushedMessage, PushedRecord
from adapters.kinds.options import read_options
from adapters.kinds.push.envelope import READERS
from adapters.mapping import Mapper
from adapters.paths import first_of
from schema.record_type import RecordType

REPLAY_WINDOW = 600
"""Seconds by which our clock and that of who sends at once may differ."""
LARGEST = 1_000
"""Records of one message at the most."""


class Connection(msgspec.Struct, frozen=True):
    """`[connection]` of kind push."""

    secret: str
    """Signs messages, HMAC-SHA256; as a rule `${…}`."""
    format: Literal["json", "xml"] = "json"


class Section(msgspec.Struct, frozen=True):
    """A section of kind push says nothing beside its fields."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """A record of a message that was not taken, and why."""

    index: int
    reason: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a message."""

    message_id: str
    accepted: int
    rejected: tuple[Rejection, ...]
    duplicate: bool


Announce = Callable[[str, RecordType, Sequence[Subject]], Awaitable[None]]
"""Hears, before a message is kept, of which department and type it is, and whom its
records may be about."""


async def announce_to_nobody(_: str, __: RecordType, ___: Sequence[Subject]) -> None:
    """Keep it to ourselves."""


class PushTransport:
    """Rows of one department out of the inbox; takes its messages too."""

    origin = Origin.MATERIALIZED

    def __init__(self, declaration: Declaration, inbox: Inbox) -> None:
        """Read the declaration's options; raises DeclarationError."""
        connection, _ = read_options(declaration, Connection, Section)
        self.department = declaration.department
        self._secret = connection.secret.encode()
        self._envelope = READERS[connection.format]
        self._inbox = inbox
        self._keys: dict[RecordType, list[Callable[[Row], object]]] = {
            kind: [first_of((column,)) for column in section.natural_key]
            for kind, section in declaration.sections.items()
        }
        self._mappers = {
            kind: Mapper(section) for kind, section in declaration.sections.items()
        }

    async def receive(
        self,
        body: bytes,
        timestamp: str,
        signature: str,
        now: float,
        announce: Announce = announce_to_nobody,
        oldest: int = REPLAY_WINDOW,
    ) -> Receipt:
        """Check and keep a message; it is durable when this returns.

        It may have been signed `oldest` seconds ago.

        Raises SourceDenied for a wrong signature or an old timestamp,
        SourceContractBroken for a message that can't be read, and what `announce`
        raises; then nothing is kept.
        """
        self._verify(body, timestamp, signature)
        _require_recent(timestamp, now, oldest)
        message, rejected = self._read(body)
        subjects = self._mappers[message.record_type].subjects
        told = [one for record in message.records for one in subjects(record.row)]
        await announce(self.department, message.record_type, told)
        new = await self._inbox.store(message)
        return Receipt(message.message_id, len(message.records), rejected, not new)

    async def version(self, record_type: RecordType) -> str:
        """Give a mark that changes with every message."""
        return await self._inbox.version(self.department, record_type)

    async def ask(self, record_type: RecordType, keys: Sequence[str]) -> Rows:
        """Give all rows; whoever holds them looks up the keys."""
        del keys
        held = await self._inbox.held(self.department, record_type)
        if held.as_of is None:
            raise SourceUnavailable("尚未收到该部门推送 (nothing was pushed yet)")
        return Rows(held.rows, held.as_of)

    async def scan(
        self, record_type: RecordType, since: str | None
    ) -> AsyncIterator[Rows]:
        """Give all rows."""
        del since
        yield await self.ask(record_type, ())

    async def check(self) -> None:
        """See whether anything was pushed."""
        for record_type in self._keys:
            await self.ask(record_type, ())

    async def close(self) -> None:
        """Nothing is open."""

    def _verify(self, body: bytes, timestamp: str, signature: str) -> None:
        moment = timestamp.encode("ascii", "replace")
        expected = hmac.new(self._secret, moment + b"." + body, sha256).hexdigest()
        given = signature.removeprefix("sha256=")
        if not hmac.compare_digest(expected.encode(), given.encode("ascii", "replace")):
            raise SourceDenied("签名不符 (wrong signature)")

    def _read(self, body: bytes) -> tuple[PushedMessage, tuple[Rejection, ...]]:
        envelope = self._envelope(body)
        known = {kind.value: kind for kind in self._keys}
        record_type = known.get(envelope.record_type)
        if envelope.department != self.department or record_type is None:
            raise SourceContractBroken("部门或记录类型不符 (wrong department or type)")
        if envelope.sent_at.tzinfo is None or len(envelope.records) > LARGEST:
            raise SourceContractBroken(
                "sentAt 缺少时区或记录过多 (no offset, or too many)"
            )
        taken: list[PushedRecord] = []
        rejected: list[Rejection] = []
        for index, row in enumerate(envelope.records):
            key = self._natural_key(record_type, row)
            if key is None:
                rejected.append(Rejection(index, "缺少识别记录的字段 (no natural key)"))
            else:
                taken.append(PushedRecord(key, row))
        message = PushedMessage(
            envelope.message_id,
            envelope.department,
            record_type,
            envelope.sequence,
            envelope.sent_at,
            taken,
        )
        return message, tuple(rejected)

    def _natural_key(self, record_type: RecordType, row: Row) -> str | None:
        parts = [get(row) for get in self._keys[record_type]]
        if not parts:
            return sha256(orjson.dumps(row, option=orjson.OPT_SORT_KEYS)).hexdigest()
        if all(part in (None, "") for part in parts):
            return None
        return orjson.dumps([None if p is None else str(p) for p in parts]).decode()


def _require_recent(timestamp: str, now: float, oldest: int) -> None:
    written = timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 20
    if not written or not -REPLAY_WINDOW <= now - int(timestamp) <= oldest:
        raise SourceDenied("时间戳不在允许范围内 (timestamp too old or too new)")
