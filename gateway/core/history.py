"""Former versions of registrations: until when each held, and which held when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from gateway.core.rows import Row, read_registration
from schema.registration import Registration

_QINGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Former:
    """A version that no longer holds, as its row has it."""

    body: str
    approved_on: str | None
    established_on: str | None
    ended: str | None
    """When the version before this one ended."""


def former_row(former: Former, changed: Registration, now: datetime) -> Row:
    """Make the row of a former version.

    It held until the next one was approved, else until we saw the change. Versions
    of one enterprise never overlap.
    """
    until = changed.approved_on.isoformat() if changed.approved_on else ""
    begins = former.approved_on or former.established_on or ""
    begins = max(begins, former.ended or "")
    return {
        "uscc": changed.uscc,
        "valid_from": begins,
        "valid_to": until if until > begins else moment(now),
        "body": former.body,
    }


def moment(when: datetime) -> str:
    """Write a moment as Qinghai's clocks show it, comparable with days."""
    return when.astimezone(_QINGHAI).isoformat()


def back_then(
    found: dict[str, Registration], versions: Sequence[Sequence[str]], as_of: datetime
) -> dict[str, Registration]:
    """Replace what has changed since; leave out who was not founded yet.

    `versions` are (uscc, valid_to, body), of each enterprise the oldest first. Before
    the oldest that is known, the oldest counts.
    """
    then, day = moment(as_of), as_of.astimezone(_QINGHAI).date()
    held = dict(found)
    replaced: set[str] = set()
    for code, valid_to, body in versions:
        if code not in replaced and then < valid_to:
            held[code] = read_registration(body)
            replaced.add(code)
    return {
        code: one
        for code, one in held.items()
        if one.established_on is None or one.established_on <= day
    }
