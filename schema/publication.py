"""What of a record an audience may see; the same for every way that leads to it."""

from datetime import date

from schema.publication_period import is_ever_public, months_after, publish_until
from schema.record_type import RecordType
from schema.records import RECORDS
from schema.records.judicial import DebtorKind, JudgmentDefault, JudicialAssistance
from schema.records.licence import Licence
from schema.records.penalty import Penalty, PenaltyReview
from schema.records.record import CreditRecord, declaration_of
from schema.visibility import Audience
from schema.withholding import hidden_from_public, masked_for_government

PUBLIC_TYPES = frozenset(
    record_type
    for record_type, declared in RECORDS.items()
    if declared.public and record_type is not RecordType.REGISTRATION
)
"""Record types that the public schema has."""

LICENCE_MONTHS_AFTER_EXPIRY = 12
"""How long a licence is public after its end."""
LIFTED_FREEZES_HIDDEN_FROM = date(2024, 6, 1)
"""Since this day lifted freezes are no longer public."""
INDIVIDUAL_BUSINESS = "92"
"""How codes of individual businesses begin, whose operator is the debtor himself."""


def present(
    record: CreditRecord, audience: Audience, today: date
) -> CreditRecord | None:
    """Give the record as an audience may see it; None when it may not at all."""
    if audience is Audience.GOVERNMENT:
        return masked_for_government(record)
    return hidden_from_public(record) if is_public(record, today) else None


def is_public(record: CreditRecord, today: date) -> bool:
    """Say whether the public schema has the record on a day."""
    if not declaration_of(record).public:
        return False
    if record.withdrawn_on and record.withdrawn_on <= today:
        return False
    if isinstance(record, Penalty):
        if not is_ever_public(record) or record.review is PenaltyReview.REVOKED:
            return False
        end = publish_until(record)
    else:
        end = _public_until(record)
    return end is None or end >= today


def _public_until(record: CreditRecord) -> date | None:
    """Give the last public day of what is no penalty; None without an end."""
    if record.publish_until:
        return record.publish_until
    match record:
        case Licence() if record.valid_to:
            return months_after(record.valid_to, LICENCE_MONTHS_AFTER_EXPIRY)
        case JudicialAssistance() if record.status == "LIFTED":
            return LIFTED_FREEZES_HIDDEN_FROM
        case JudgmentDefault() if _is_about_a_person_apart(record):
            return date.min
        case _:
            return None


def _is_about_a_person_apart(record: JudgmentDefault) -> bool:
    """Say whether the debtor is not the enterprise but somebody connected with it."""
    individual = record.enterprise.uscc.startswith(INDIVIDUAL_BUSINESS)
    return record.debtor_kind is DebtorKind.NATURAL_PERSON and not individual
