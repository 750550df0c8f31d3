"""Lets a department renew licences before the old ones end, so that both hold."""

from dataclasses import replace
from datetime import date, timedelta

from mock_departments.world.enterprises import LAST_DAY
from mock_departments.world.facts import licence_number
from mock_departments.world.model import TrueRecord

RENEWING = frozenset({"QH-FDA"})
AHEAD = timedelta(days=40)
"""How long before its end a licence is renewed."""
_THREE_YEARS = timedelta(days=3 * 365)


class Renewing:
    """Makes every second licence of an enterprise the renewal of the one before."""

    def __init__(self) -> None:
        """Start with nothing licensed."""
        self._before: dict[tuple[str, str], TrueRecord] = {}

    def __call__(self, record: TrueRecord, serial: int) -> TrueRecord:
        """Give the record as it is, or as the renewal of an earlier one."""
        renews = record.department in RENEWING and record.record_type == "licence"
        if not renews or not record.usccs:
            return record
        place = (record.department, record.usccs[0])
        before = self._before.pop(place, None)
        renewed = before and _renewal(before, record, serial)
        if renewed:
            return renewed
        self._before[place] = record
        return record


def _renewal(before: TrueRecord, record: TrueRecord, serial: int) -> TrueRecord | None:
    ends = before.facts["validTo"]
    if ends is None or before.facts["status"] == "REVOKED":
        return None
    day = date.fromisoformat(str(ends)) - AHEAD
    if day > LAST_DAY:
        return None
    same = ("documentName", "category", "certificateName", "content")
    facts = {
        **record.facts,
        **{name: before.facts[name] for name in same},
        "documentNumber": licence_number(record.department, day, serial),
        "decidedOn": day.isoformat(),
        "validFrom": day.isoformat(),
        "validTo": (day + AHEAD + _THREE_YEARS).isoformat(),
        "indefinite": False,
        "status": "VALID",
        "publishedOn": min(day + timedelta(days=5), LAST_DAY).isoformat(),
    }
    return replace(record, facts=facts)
