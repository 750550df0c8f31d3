"""What an enterprise is told of who looked at its data: the office, no person."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from gateway.access.audit.entries import Found, Outcome
from gateway.access.audit.trail import Trail, Wanted
from gateway.access.viewer import Role

_SAW = frozenset({Outcome.OK.value, Outcome.PARTIAL.value})
_NOT_OFFICES = frozenset({Role.ENTERPRISE.value, Role.PUBLIC.value, Role.PORTAL.value})


class Disclosure(msgspec.Struct, frozen=True):
    """One look at an enterprise's data."""

    at: datetime
    role: str
    department: str | None
    """The office that looked."""
    purpose: str | None
    record_types: Sequence[str]
    """That the look was about, whether or not there were records of them."""
    cursor: str


def for_enterprise(
    trail: Trail, uscc: str, first: int, after: str | None
) -> tuple[Sequence[Disclosure], bool]:
    """Give one page, newest first, and whether there is more.

    Looks of offices that were given something; not of the enterprise itself or the
    public. Blocks, and raises, as `Trail.page` does.
    """
    wanted = Wanted(uscc=uscc, outcomes=_SAW, not_roles=_NOT_OFFICES)
    places, more = trail.page(wanted, first, after)
    return [_told(one.entry, one.cursor) for one in places], more


def _told(entry: Found, cursor: str) -> Disclosure:
    types = {kind for given in entry.records.values() for kind in given}
    return Disclosure(
        entry.time,
        entry.role,
        entry.department,
        entry.purpose,
        sorted(types),
        cursor,
    )
