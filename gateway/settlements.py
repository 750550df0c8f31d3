"""Keeps what officers settled of unresolved records, and tells departments' adapters.

A settlement is kept in one transaction with what follows from it: the records leave the
queue, and the log of changes tells every gateway that they are about somebody now.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.contract import Version
from adapters.settlement import (
    NOTHING_SETTLED,
    Call,
    Meant,
    Settlement,
    Whom,
    call_as,
)
from gateway.changelog import Change, ChangeLog
from gateway.quarantine import UnresolvedRow, forget_unresolved
from schema.record_type import RecordType

_COLUMNS = (
    "number, at, by, why, department, record_type, source_record_id, code, name, uscc"
)
_IN_FORCE = text(
    f"SELECT {_COLUMNS} FROM settlement WHERE withdrawn_at IS NULL "  # noqa: S608
    "ORDER BY number"
)
_STATE = text("SELECT max(number), count(withdrawn_at) FROM settlement")
_SETTLE = text(
    "INSERT INTO settlement (at, by, why, department, record_type, source_record_id, "
    "code, name, uscc) VALUES (:at, :by, :why, :department, :record_type, "
    ":source_record_id, :code, :name, :uscc)"
)
_WITHDRAW = text(
    "UPDATE settlement SET withdrawn_at = :at, withdrawn_by = :by "
    "WHERE number = :number AND withdrawn_at IS NULL"
)


@dataclass(frozen=True, slots=True)
class Decision:
    """Who settled it, and why."""

    by: str
    """An officer's or operator's own sign, not a personal name."""
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Settled:
    """A settlement in force."""

    number: int
    decision: Decision
    department: str
    record_type: RecordType | None
    """None: whatever the department calls so, of every type."""
    source_record_id: str | None
    code: str | None
    name: str | None
    uscc: Whom


class Settlements:
    """The settlements in the gateway's own tables, and those in force in memory."""

    def __init__(self, engine: AsyncEngine, log: ChangeLog) -> None:
        """Use the tables of the gateway's migrations; changes go to `log`."""
        self._engine = engine
        self._log = log
        self._state: tuple[object, ...] = ()
        self._known: Mapping[str, Settlement] = {}

    def of(self, department: str) -> Settlement:
        """Give what is settled of a department's records, as last read."""
        return self._known.get(department, NOTHING_SETTLED)

    async def refresh(self) -> Mapping[str, frozenset[str]]:
        """Read what others settled; gives of whom that changes what departments hold.

        USCCs by department.
        """
        async with self._engine.connect() as connection:
            state = tuple((await connection.execute(_STATE)).one())
            if state == self._state:
                return {}
            rows = (await connection.execute(_IN_FORCE)).all()
        before, self._known = self._known, _by_department(map(_settled, rows))
        self._state = state
        changed = {
            code: self._meant(before, code) ^ self._meant(self._known, code)
            for code in before.keys() | self._known.keys()
        }
        return {code: usccs for code, usccs in changed.items() if usccs}

    async def in_force(self, department: str | None) -> Sequence[Settled]:
        """List the settlements of one department, or of all."""
        async with self._engine.connect() as connection:
            rows = (await connection.execute(_IN_FORCE)).all()
        every = map(_settled, rows)
        return [one for one in every if department in {None, one.department}]

    async def settle(
        self,
        rows: Sequence[UnresolvedRow],
        uscc: Whom,
        decision: Decision,
        *,
        only: bool = False,
    ) -> None:
        """Keep whom unresolved records of one department and call are about.

        `only` these records, else all that the department calls so from now on.
        """
        at = decision.at.isoformat()
        made = {"at": at, "by": decision.by, "why": decision.why, "uscc": uscc}
        scopes = [_record(row) for row in rows] if only else [_call(rows[0])]
        async with self._engine.begin() as connection:
            await connection.execute(_SETTLE, [made | scope for scope in scopes])
            await forget_unresolved(connection, rows)
            await self._log.append(connection, [_change(row) for row in rows])

    async def withdraw(self, number: int, by: str, at: datetime) -> bool:
        """End a settlement; says whether it was in force.

        Its records are in the queue again after the next reconciliation.
        """
        values = {"number": number, "by": by, "at": at.isoformat()}
        async with self._engine.begin() as connection:
            done = await connection.execute(_WITHDRAW, values)
        return bool(done.rowcount)

    def _meant(self, known: Mapping[str, Settlement], code: str) -> frozenset[str]:
        return known.get(code, NOTHING_SETTLED).usccs


def handle_of(row: UnresolvedRow) -> str:
    """Name an unresolved record; the name stays when the queue is made anew."""
    parts = (row.department, row.record_type, row.source_record_id, row.code, row.name)
    return sha256("\n".join(part or "" for part in parts).encode()).hexdigest()[:10]


def called_alike(row: UnresolvedRow, other: UnresolvedRow) -> bool:
    """Say whether a department calls two records' subjects the same."""
    call = call_as(row.code, row.name)
    alike = call is not None and call == call_as(other.code, other.name)
    return alike and row.department == other.department


def _call(row: UnresolvedRow) -> dict[str, object]:
    whole = _record(row)
    return whole | {"record_type": None, "source_record_id": None}


def _record(row: UnresolvedRow) -> dict[str, object]:
    return {
        "department": row.department,
        "record_type": row.record_type,
        "source_record_id": row.source_record_id,
        "code": row.code,
        "name": row.name,
    }


def _change(row: UnresolvedRow) -> Change:
    return Change(
        row.department,
        RecordType(row.record_type),
        f"settled {handle_of(row)}",
        Version(row.raw, row.received_on),
        known=True,
    )


def _settled(row: Sequence[Any]) -> Settled:
    number, at, by, why, department, kind, record_id, code, name, uscc = row
    decision = Decision(by, why, datetime.fromisoformat(at))
    return Settled(
        number,
        decision,
        department,
        None if kind is None else RecordType(kind),
        record_id,
        code,
        name,
        uscc,
    )


def _by_department(every: Iterable[Settled]) -> Mapping[str, Settlement]:
    """Put settlements by what they are about; the later one counts."""
    calls: dict[str, dict[Call, Meant]] = {}
    records: dict[str, dict[tuple[RecordType, str, Call], Meant]] = {}
    for one in every:
        call = call_as(one.code, one.name)
        if call is None:
            continue
        meant = Meant(one.uscc, one.code or one.name or "")
        if one.record_type is None:
            calls.setdefault(one.department, {})[call] = meant
        else:
            place = (one.record_type, one.source_record_id or "", call)
            records.setdefault(one.department, {})[place] = meant
    return {
        code: Settlement(calls.get(code, {}), records.get(code, {}))
        for code in calls.keys() | records.keys()
    }
