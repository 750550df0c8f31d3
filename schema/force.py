"""Whether a record is in force on a day, when it ends, what it amounts to."""

from datetime import date
from decimal import Decimal

from schema.publication_period import publish_until
from schema.records.annual_report import AnnualReport
from schema.records.composition import KeyPerson
from schema.records.honours import TaxCredit
from schema.records.judicial import JudgmentDefault, JudicialAssistance
from schema.records.licence import Licence, LicenceStatus
from schema.records.listings import AbnormalListing, SeriousViolation
from schema.records.penalty import Penalty, PenaltyReview
from schema.records.pledges import (
    ChattelMortgage,
    EquityPledge,
    IpPledge,
    PledgeStatus,
)
from schema.records.record import CreditRecord, declaration_of


def expires_on(record: CreditRecord) -> date | None:
    """Give the end of validity; None when it has none."""
    if isinstance(record, Penalty):
        return publish_until(record)
    attribute = declaration_of(record).expires
    found = getattr(record, attribute) if attribute else None
    return found if isinstance(found, date) else None


def amount_of(record: CreditRecord) -> Decimal | None:
    """Give the sum that the record is about."""
    attribute = declaration_of(record).amount
    found = getattr(record, attribute) if attribute else None
    return found if isinstance(found, Decimal) else None


def report_year(record: CreditRecord) -> int | None:
    """Give the year that a report or a grade is about."""
    if isinstance(record, AnnualReport | TaxCredit):
        return record.year
    return record.report_year if isinstance(record, AbnormalListing) else None


def in_force(record: CreditRecord, today: date) -> bool:
    """Say whether a record is in force.

    Withdrawn ones never are; one whose end lies before `today` is not; beyond that
    each type has its own state.
    """
    if record.withdrawn_on and record.withdrawn_on <= today:
        return False
    if isinstance(record, Penalty):
        revoked = record.review is PenaltyReview.REVOKED
        end = record.effective_until or publish_until(record)
        return not revoked and (end is None or end >= today)
    end = expires_on(record)
    return (end is None or end >= today) and _state_holds(record, today)


def _state_holds(record: CreditRecord, today: date) -> bool:  # noqa: PLR0911
    match record:
        case Licence():
            valid = record.status in {LicenceStatus.VALID, LicenceStatus.OBJECTED}
            return valid and record.valid_from <= today
        case AbnormalListing() | SeriousViolation():
            return record.removed_on is None or record.removed_on > today
        case JudicialAssistance():
            return record.status in {"FROZEN", "EXTENDED"}
        case ChattelMortgage() | EquityPledge() | IpPledge():
            return record.status is PledgeStatus.VALID
        case JudgmentDefault():
            return record.deleted_on is None or record.deleted_on > today
        case KeyPerson():
            return record.appointed_to is None or record.appointed_to >= today
        case _:
            return True
