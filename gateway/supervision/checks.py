"""Checks 核查: what in the records speaks against an enterprise, for a purpose."""

from collections.abc import Sequence
from datetime import date

from schema.force import in_force
from schema.record_type import RecordType
from schema.records.honours import TaxCredit, TaxGrade
from schema.records.record import CreditRecord

AGAINST = (
    RecordType.PENALTY,
    RecordType.ABNORMAL_LISTING,
    RecordType.SERIOUS_VIOLATION,
    RecordType.JUDGMENT_DEFAULT,
    RecordType.JUDICIAL_ASSISTANCE,
    RecordType.TAX_CREDIT,
)
"""Record types that a check looks at, whatever its purpose."""


def findings(records: Sequence[CreditRecord], today: date) -> list[CreditRecord]:
    """Give the records in force that speak against an enterprise."""
    return [record for record in records if _against(record, today)]


def _against(record: CreditRecord, today: date) -> bool:
    if isinstance(record, TaxCredit):
        return record.grade is TaxGrade.D
    return record.record_type in AGAINST and in_force(record, today)
