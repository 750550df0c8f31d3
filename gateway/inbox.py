"""Keeps pushed messages in the gateway's own tables; the inbox of kind push."""

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import orjson
from sqlalchemy import Text, bindparam, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from adapters.contract import Version
from adapters.digests import digest
from adapters.inbox import Held, PushedMessage
from gateway.changelog import Change, ChangeLog
from schema.record_type import RecordType

_SEEN = text(
    "SELECT 1 FROM inbox_message "
    "WHERE department = :department AND message_id = :message_id"
)
_MESSAGE = text(
    "INSERT INTO inbox_message (message_id, department, sequence, sent_at, "
    "received_at, record_type) VALUES (:message_id, :department, :sequence, :sent_at, "
    ":received_at, :record_type)"
)
_RECORD = text(
    "INSERT INTO inbox_record (department, record_type, natural_key, sequence, as_of, "
    "row_json) VALUES (:department, :record_type, :natural_key, :sequence, :as_of, "
    ":row_json) ON CONFLICT (department, record_type, natural_key) DO UPDATE SET "
    "sequence = excluded.sequence, as_of = excluded.as_of, "
    "row_json = excluded.row_json "
    "WHERE excluded.sequence > inbox_record.sequence"
)
_EARLIER = text(
    "SELECT natural_key, sequence, as_of, row_json FROM inbox_record "
    "WHERE department = :department AND record_type = :record_type "
    "AND natural_key IN :keys"
).bindparams(bindparam("keys", type_=Text, expanding=True))
_ROWS = text(
    "SELECT row_json FROM inbox_record WHERE department = :department "
    "AND record_type = :record_type ORDER BY natural_key"
)
_NEWEST = text(
    "SELECT max(sent_at), count(*) FROM inbox_message WHERE department = :department "
    "AND record_type = :record_type"
)


class DatabaseInbox:
    """An inbox in a database; a message is durable once `store` returns."""

    def __init__(self, engine: AsyncEngine, log: ChangeLog) -> None:
        """Use the tables of the gateway's own migrations; `log` hears of changes."""
        self._engine = engine
        self._log = log

    async def store(self, message: PushedMessage) -> bool:
        """Keep a message durably before returning; False when it was kept before."""
        about = {
            "department": message.department,
            "record_type": message.record_type.value,
            "sequence": message.sequence,
        }
        rows = [
            {
                **about,
                "natural_key": record.natural_key,
                "as_of": message.sent_at.isoformat(),
                "row_json": orjson.dumps(record.row).decode(),
            }
            for record in message.records
        ]
        name = {"message_id": message.message_id}
        try:
            async with self._engine.begin() as connection:
                await _wait_for_the_disk(connection)
                if (await connection.execute(_SEEN, {**about, **name})).first():
                    return False
                earlier = await _earlier(connection, message)
                moments = {
                    "sent_at": message.sent_at.isoformat(),
                    "received_at": datetime.fromtimestamp(time.time(), UTC).isoformat(),
                }
                await connection.execute(_MESSAGE, {**about, **name, **moments})
                if rows:
                    await connection.execute(_RECORD, rows)
                changes = list(_changed(message, earlier))
                await self._log.append(connection, changes)
        except IntegrityError:
            return False
        self._log.hurry()
        return True

    async def held(self, department: str, record_type: RecordType) -> Held:
        """Give what a department pushed, restatements applied."""
        about = {"department": department, "record_type": record_type.value}
        async with self._engine.connect() as connection:
            newest, _ = (await connection.execute(_NEWEST, about)).one()
            found: Sequence[str] = (
                (await connection.execute(_ROWS, about)).scalars().all()
            )
        moment = datetime.fromisoformat(newest) if newest else None
        return Held([orjson.loads(row) for row in found], moment)

    async def version(self, department: str, record_type: RecordType) -> str:
        """Give a mark that changes with every message kept."""
        about = {"department": department, "record_type": record_type.value}
        async with self._engine.connect() as connection:
            newest, count = (await connection.execute(_NEWEST, about)).one()
        return f"{count}:{newest}"


async def _wait_for_the_disk(connection: AsyncConnection) -> None:
    """Let SQLite's commits outlive a power cut; servers' do."""
    if connection.dialect.name == "sqlite":
        await connection.exec_driver_sql("PRAGMA synchronous=FULL")


class _Kept(NamedTuple):
    """What was last told of a record, and by which message."""

    sequence: int
    version: Version


async def _earlier(
    connection: AsyncConnection, message: PushedMessage
) -> dict[str, _Kept]:
    about = {
        "department": message.department,
        "record_type": message.record_type.value,
        "keys": [record.natural_key for record in message.records],
    }
    found = await connection.execute(_EARLIER, about)
    return {
        key: _Kept(sequence, Version(orjson.loads(row), datetime.fromisoformat(as_of)))
        for key, sequence, as_of, row in found
    }


def _changed(message: PushedMessage, earlier: dict[str, _Kept]) -> Iterator[Change]:
    """Follow what the table does: a record gives way to a later message only."""
    for record in message.records:
        key, after = record.natural_key, Version(record.row, message.sent_at)
        before = earlier.get(key)
        if before is not None and before.sequence >= message.sequence:
            continue
        earlier[key] = _Kept(message.sequence, after)
        told = before.version if before else None
        if told is None or digest(told.row) != digest(record.row):
            yield Change(
                message.department,
                message.record_type,
                key,
                after,
                told,
                known=told is not None,
            )
