"""Licences granted anew before they ended: their end is nothing to wait for."""

from collections.abc import Hashable, Iterable
from datetime import date

from schema.records.licence import Licence, LicenceStatus
from schema.records.record import CreditRecord

_HOLDING = frozenset({LicenceStatus.VALID, LicenceStatus.OBJECTED})
Term = tuple[Hashable, date]
"""What was licensed, by whom to whom, and until when."""


class Renewals:
    """Knows until when each matter is licensed at the latest."""

    def __init__(self, today: date, records: Iterable[CreditRecord] = ()) -> None:
        """Take note of records; those withdrawn by `today` renew nothing."""
        self._today = today
        self._latest: dict[Hashable, date] = {}
        for record in records:
            self.note(record)

    def note(self, record: CreditRecord) -> None:
        """Take note of a record, if it is a licence that was granted and holds."""
        term = term_of(record)
        if term is None or not isinstance(record, Licence):
            return
        withdrawn = record.withdrawn_on and record.withdrawn_on <= self._today
        if record.status in _HOLDING and not withdrawn:
            matter, ends = term
            self._latest[matter] = max(self._latest.get(matter, ends), ends)

    def outlast(self, term: Term | None) -> bool:
        """Say whether the same was licensed for longer."""
        return term is not None and self._latest.get(term[0], date.min) > term[1]


def term_of(record: CreditRecord) -> Term | None:
    """Give what a licence allows and until when; None for what is no licence.

    The same department, enterprise, certificate and content are the same matter.
    """
    if not isinstance(record, Licence):
        return None
    department = record.provenance.department.code
    who = record.enterprise.uscc
    matter = (department, who, record.certificate_name, record.content)
    return matter, record.valid_to or date.max
