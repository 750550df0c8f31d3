"""What a record looked like on an earlier day, as far as its own dates tell.

Ends that came later are taken back; states that carry no date stay as they are today.
"""

from datetime import date
from typing import Any

from schema.instances import altered
from schema.records.pledges import ChattelMortgage, EquityPledge, PledgeStatus
from schema.records.record import CreditRecord

_ENDS = {
    "removed_on": ("removal_reason", "removed_by"),
    "withdrawn_on": ("withdrawal_reason",),
    "cancelled_on": ("cancel_reason",),
    "deleted_on": (),
}
"""Days on which something ended, and what was said about it then."""


def as_it_stood(record: CreditRecord, day: date) -> CreditRecord | None:
    """Give the record as of the end of `day`; None when it is of a later day."""
    if record.occurred_on is not None and record.occurred_on > day:
        return None
    taken_back: dict[str, Any] = {}
    for end, words in _ENDS.items():
        ended = getattr(record, end, None)
        if ended is not None and ended > day:
            taken_back |= dict.fromkeys(
                name for name in (end, *words) if hasattr(record, name)
            )
    if not taken_back:
        return record
    if isinstance(record, ChattelMortgage | EquityPledge):
        taken_back["status"] = PledgeStatus.VALID
    return altered(record, taken_back)
