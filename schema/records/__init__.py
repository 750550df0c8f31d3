"""The record types, each declared once."""

from collections.abc import Mapping
from typing import Any

from schema.declaration import RecordDeclaration
from schema.record_type import RecordType
from schema.records.annual_report import AnnualReport
from schema.records.composition import Branch, Change, KeyPerson, Shareholder
from schema.records.honours import Commendation, TaxCredit
from schema.records.inspection import Inspection
from schema.records.judicial import JudgmentDefault, JudicialAssistance
from schema.records.licence import Licence
from schema.records.listings import AbnormalListing, SeriousViolation
from schema.records.notices import Announcement, SelfPublished
from schema.records.penalty import Penalty
from schema.records.pledges import ChattelMortgage, EquityPledge, IpPledge
from schema.records.record import CreditRecord
from schema.registration import REGISTRATION

__all__ = [
    "RECORDS",
    "TYPES",
    "AbnormalListing",
    "Announcement",
    "AnnualReport",
    "Branch",
    "Change",
    "ChattelMortgage",
    "Commendation",
    "CreditRecord",
    "EquityPledge",
    "Inspection",
    "IpPledge",
    "JudgmentDefault",
    "JudicialAssistance",
    "KeyPerson",
    "Licence",
    "Penalty",
    "SelfPublished",
    "SeriousViolation",
    "Shareholder",
    "TaxCredit",
]

TYPES: tuple[type[CreditRecord], ...] = (
    AnnualReport,
    Shareholder,
    KeyPerson,
    Branch,
    Change,
    Licence,
    Penalty,
    JudicialAssistance,
    AbnormalListing,
    SeriousViolation,
    Inspection,
    ChattelMortgage,
    EquityPledge,
    IpPledge,
    Commendation,
    TaxCredit,
    JudgmentDefault,
    Announcement,
    SelfPublished,
)


def _declaration(cls: Any) -> RecordDeclaration:  # noqa: ANN401 - set by @record
    found: RecordDeclaration = cls.__declaration__
    return found


RECORDS: Mapping[RecordType, RecordDeclaration] = {
    **{_declaration(cls).record_type: _declaration(cls) for cls in TYPES},
    RecordType.REGISTRATION: REGISTRATION,
}
"""All declarations, the core's registration data among them."""
