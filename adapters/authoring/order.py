"""In which order the fields of a record type stand."""

from collections.abc import Sequence

from schema.declaration import declared_fields
from schema.record_type import RecordType
from schema.records import RECORDS, CreditRecord

_SHARED = frozenset(declared_fields(CreditRecord, ""))


def fields_in_order(record_type: RecordType) -> Sequence[str]:
    """Name its own fields as declared, then those that all records have."""
    declared = list(RECORDS[record_type].fields)
    return sorted(declared, key=lambda name: name in _SHARED)
